import { LOCK_GROUP_STATUSES, type LockGroupRef } from '../domain/plan-doors';
import { PROBLEM_CODES } from '../domain/problems';
import type { AdoptInput } from '../usecases/adopt-lock-group';
import type { Actor } from '../usecases/catalogue';
import type { IntegrationKey } from '../usecases/kisi-doors';
import type { BegunLockGroup, LockGroupResult, LockGroupsLedger, LockGroupUpdate } from '../usecases/lock-group-ports';
import { noteContact } from './attempt-results';
import { audit } from './audit';
import { concernDoors, concernSubjects, type Subject } from './concern';
import { HOURS_OF, hoursKey } from './door-mapping-rows';
import { Prisma } from './generated/client';
import { newId } from './ids';
import type { LedgerTx, OpenLedger } from './open';
import { at, json, ms } from './sql';
import { tableOf } from './subjects';

/** The ledger's side of the Kisi groups of exactly one lock. */
export function createLockGroupsLedger(ledger: OpenLedger): LockGroupsLedger {
  return {
    look: (key, ref, groupId) => load(ledger.prisma, key, isFor(ref, groupId)),
    begin: (key, { ref, groupId, intentName }, startedAt, deadlineAt) =>
      ledger.inTransaction(async (tx) => {
        const isFree = Prisma.sql`(g."intentDeadline" IS NULL OR g."intentDeadline" <= ${at(startedAt)})`;
        const begun = await load(tx, key, Prisma.sql`${isFor(ref, groupId)} AND ${isFree} FOR UPDATE OF g`);
        if (begun === null) return null;
        await tx.$executeRaw`
          UPDATE "LockGroup" g SET "intentDeadline" = ${at(deadlineAt)}, "intentName" = ${intentName},
            "status" = CASE WHEN ${intentName !== null} THEN 'making' ELSE "status" END, "updatedAt" = ${at(startedAt)}
          WHERE "integrationId" = ${key.integrationId} AND ${isOf(ref)}`;
        return { ...begun, intentName };
      }),
    finish: (key, ref, result, now) => ledger.inTransaction((tx) => finish(tx, key, ref, result, now)),
    postpone: (key, ref, until) =>
      ledger.inStatement(async (db) => {
        await db.$executeRaw`UPDATE "LockGroup" g SET "retryAt" = ${at(until)}
          WHERE "integrationId" = ${key.integrationId} AND ${isOf(ref)}`;
      }),
  };
}

function isOf({ lockId, hoursOf = '' }: LockGroupRef): Prisma.Sql {
  return Prisma.sql`g."lockId" = ${lockId}::int AND g."hoursOf" = ${hoursOf}`;
}

/** The row of a lock, as long as its group is the one that the step is about. */
function isFor(ref: LockGroupRef, groupId: number | null): Prisma.Sql {
  return Prisma.sql`${isOf(ref)} AND g."groupId" IS NOT DISTINCT FROM ${groupId}::int`;
}

/** The opening hours that a group `g` is for, as they are now, and whose they are. */
const HOURS = Prisma.join(
  (['plan', 'pass_type'] as const).map(
    (type) => Prisma.sql`
      SELECT s."name", json_build_object('hours', s."openingHours", 'holidays', l."holidays", 'timeZone', l."timeZone") AS "hours"
      FROM ${tableOf(type)} s JOIN "Location" l ON l."organizationId" = s."organizationId" AND l."id" = s."locationId"
      WHERE s."organizationId" = g."organizationId" AND s."openingHours" IS NOT NULL AND g."hoursOf" = ${hoursKey(type)}`,
  ),
  ' UNION ALL ',
);

type BegunRow = Omit<BegunLockGroup, 'mode' | 'origin' | 'status' | 'problem'> & {
  readonly mode: string;
  readonly origin: string;
  readonly status: string;
  readonly problem: string | null;
};

async function load(db: LedgerTx, key: IntegrationKey, condition: Prisma.Sql): Promise<BegunLockGroup | null> {
  const [row] = await db.$queryRaw<BegunRow[]>`
    SELECT i."mode", g."origin", g."status", g."problem", g."groupId", g."intentName",
      ${ms('g."intentDeadline"')} AS "intentDeadline", g."failures", g."hoursHeld", k."name" AS "lockName", k."placeId",
      o."hours", o."name" AS "hoursName"
    FROM "LockGroup" g JOIN "Integration" i ON i."id" = g."integrationId"
    LEFT JOIN "KisiDoor" k ON k."integrationId" = g."integrationId" AND k."type" = 'lock' AND k."kisiId" = g."lockId"
    LEFT JOIN LATERAL (${HOURS}) o ON true
    WHERE g."integrationId" = ${key.integrationId} AND (g."hoursOf" = '' OR o."hours" IS NOT NULL) AND g."organizationId" = ${key.organizationId}
      AND i."status" = 'connected' AND ${condition}`;
  if (!row) return null;
  return {
    ...row,
    mode: row.mode === 'observe' ? 'observe' : 'enforce',
    origin: row.origin === 'adopted' ? 'adopted' : 'made',
    status: LOCK_GROUP_STATUSES.find((status) => status === row.status) ?? 'wanted',
    problem: PROBLEM_CODES.find((code) => code === row.problem) ?? null,
  };
}

interface Resolution {
  readonly status: string;
  readonly groupId: number | null;
}

async function finish(
  tx: LedgerTx,
  key: IntegrationKey,
  ref: LockGroupRef,
  result: LockGroupResult,
  now: number,
): Promise<void> {
  const { organizationId, integrationId } = key;
  // The integration is locked before its groups, as by everybody who needs both.
  await tx.$executeRaw`WITH ${noteContact(key, result, now)} SELECT 1`;
  const [before] = await tx.$queryRaw<Resolution[]>`
    SELECT "status", "groupId" FROM "LockGroup" g
    WHERE "integrationId" = ${integrationId} AND ${isOf(ref)} FOR UPDATE`;
  if (before) {
    await tx.$executeRaw`
      UPDATE "LockGroup" g SET ${Prisma.join([...assignments(result.update, now), Prisma.sql`"updatedAt" = ${at(now)}`])}
      WHERE "integrationId" = ${integrationId} AND ${isOf(ref)}`;
    if (changesAccess(before, result.update)) await concernSubjects(tx, organizationId, await subjectsOf(tx, key, ref));
  }
  const { note } = result;
  if (note?.isByHand === true) {
    const actor = { organizationId, name: 'kisi' };
    await audit(tx, actor, note.kind, `${integrationId}/${ref.lockId}/${before?.groupId ?? ''}`);
  }
  if (note) {
    await tx.$executeRaw`
      INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "groupId", "details")
      VALUES (${newId()}, ${organizationId}, ${at(now)}, ${note.kind}, ${result.update.groupId ?? before?.groupId ?? null}::int,
              ${json({ integrationId, ...note.details })})`;
  }
}

function assignments(update: LockGroupUpdate, now: number): Prisma.Sql[] {
  const { groupId, status, problem, intentName, intentDeadline, retryAt, failures, readAt, hoursHeld } = update;
  return [
    ...(groupId === undefined ? [] : [Prisma.sql`"groupId" = ${groupId}::int`]),
    ...(status === undefined ? [] : [Prisma.sql`"status" = ${status}`]),
    ...(problem === undefined
      ? []
      : [
          Prisma.sql`"problem" = ${problem}::text`,
          Prisma.sql`"problemSince" = CASE WHEN "problem" = ${problem}::text THEN "problemSince"
            ELSE ${problem === null ? at(null) : at(now)} END`,
        ]),
    ...(intentName === undefined ? [] : [Prisma.sql`"intentName" = ${intentName}::text`]),
    ...(intentDeadline === undefined ? [] : [Prisma.sql`"intentDeadline" = ${at(intentDeadline)}`]),
    ...(retryAt === undefined ? [] : [Prisma.sql`"retryAt" = ${at(retryAt)}`]),
    ...(failures === undefined ? [] : [Prisma.sql`"failures" = ${failures}::int`]),
    ...(readAt === undefined ? [] : [Prisma.sql`"readAt" = ${at(readAt)}`]),
    ...(hoursHeld === undefined ? [] : [Prisma.sql`"hoursHeld" = ${hoursHeld === null ? null : json(hoursHeld)}`]),
  ];
}

function changesAccess(before: Resolution, { status, groupId }: LockGroupUpdate): boolean {
  return (status !== undefined && status !== before.status) || (groupId !== undefined && groupId !== before.groupId);
}

/** Everything that an enabled or disabled mapping gives through this group. */
export function subjectsOf(
  tx: LedgerTx,
  { organizationId, integrationId }: IntegrationKey,
  { lockId, hoursOf = '' }: LockGroupRef,
): Promise<Subject[]> {
  return tx.$queryRaw<Subject[]>`
    SELECT d."subjectType" AS "type", d."subjectSource" AS "source", d."subjectId" AS "id" FROM "DoorMapping" d
    WHERE d."organizationId" = ${organizationId} AND d."integrationId" = ${integrationId} AND d."targetType" = 'lock'
      AND d."targetId" = ${lockId}::int AND ${HOURS_OF} = ${hoursOf} ORDER BY d."id"`;
}

/** Takes over an operator's group for a lock; whoever has access through this lock is looked at again. */
export function createSaveAdopted(
  ledger: OpenLedger,
): (actor: Actor, input: AdoptInput, now: number) => Promise<'saved' | 'group_taken' | 'under_way'> {
  return (actor, { integrationId, lockId, groupId }, now) =>
    ledger.inTransaction(async (tx) => {
      const { organizationId } = actor;
      const key = { organizationId, integrationId };
      const taken = await tx.lockGroup.findFirst({ where: { integrationId, groupId, NOT: { lockId, hoursOf: '' } } });
      if (taken !== null) return 'group_taken';
      const [known] = await tx.$queryRaw<{ groupId: number | null; isUnderWay: boolean }[]>`
        SELECT "groupId", "intentName" IS NOT NULL OR coalesce("intentDeadline" > ${at(now)}, false) AS "isUnderWay"
        FROM "LockGroup" WHERE "integrationId" = ${integrationId} AND "lockId" = ${lockId}::int AND "hoursOf" = ''
        FOR UPDATE`;
      // A group of ours stays ours.
      if (known?.groupId === groupId) return 'saved';
      if (known?.isUnderWay === true) return 'under_way';
      const adopted = {
        ...{ organizationId, groupId, origin: 'adopted', status: 'ready', problem: null, problemSince: null },
        ...{ intentName: null, intentDeadline: null, retryAt: null, failures: 0, readAt: new Date(now) },
      };
      await tx.lockGroup.upsert({
        where: { integrationId_lockId_hoursOf: { integrationId, lockId, hoursOf: '' } },
        create: { integrationId, lockId, ...adopted },
        update: adopted,
      });
      await concernSubjects(tx, organizationId, await subjectsOf(tx, key, { lockId }));
      await concernDoors(tx, key, now);
      await audit(tx, actor, 'lock_group_adopted', `${integrationId}/${lockId}/${groupId}`);
      return 'saved';
    });
}
