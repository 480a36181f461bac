import { LOCK_GROUP_STATUSES } from '../domain/plan-doors';
import type { AdoptInput } from '../usecases/adopt-lock-group';
import type { Actor } from '../usecases/catalogue';
import type { IntegrationKey } from '../usecases/kisi-doors';
import type { BegunLockGroup, LockGroupResult, LockGroupsLedger, LockGroupUpdate } from '../usecases/lock-group-ports';
import { noteContact } from './attempt-results';
import { audit } from './audit';
import { concernDoors, concernSubjects, type Subject } from './concern';
import { Prisma } from './generated/client';
import { newId } from './ids';
import type { LedgerTx, OpenLedger } from './open';
import { at, json, ms } from './sql';

/** The ledger's side of the Kisi groups of exactly one lock. */
export function createLockGroupsLedger(ledger: OpenLedger): LockGroupsLedger {
  return {
    look: (key, lockId, groupId) => load(ledger.prisma, key, isFor(lockId, groupId)),
    begin: (key, { lockId, groupId, intentName }, startedAt, deadlineAt) =>
      ledger.inTransaction(async (tx) => {
        const isFree = Prisma.sql`(g."intentDeadline" IS NULL OR g."intentDeadline" <= ${at(startedAt)})`;
        const begun = await load(tx, key, Prisma.sql`${isFor(lockId, groupId)} AND ${isFree} FOR UPDATE OF g`);
        if (begun === null) return null;
        await tx.$executeRaw`
          UPDATE "LockGroup" SET "intentDeadline" = ${at(deadlineAt)}, "intentName" = ${intentName},
            "status" = CASE WHEN ${intentName !== null} THEN 'making' ELSE "status" END, "updatedAt" = ${at(startedAt)}
          WHERE "integrationId" = ${key.integrationId} AND "lockId" = ${lockId}::int`;
        return { ...begun, intentName };
      }),
    finish: (key, lockId, result, now) => ledger.inTransaction((tx) => finish(tx, key, lockId, result, now)),
    postpone: (key, lockId, until) =>
      ledger.inStatement(async (db) => {
        await db.$executeRaw`UPDATE "LockGroup" SET "retryAt" = ${at(until)}
          WHERE "integrationId" = ${key.integrationId} AND "lockId" = ${lockId}::int`;
      }),
  };
}

/** The row of a lock, as long as its group is the one that the step is about. */
function isFor(lockId: number, groupId: number | null): Prisma.Sql {
  return Prisma.sql`g."lockId" = ${lockId}::int AND g."groupId" IS NOT DISTINCT FROM ${groupId}::int`;
}

type BegunRow = Omit<BegunLockGroup, 'mode' | 'origin' | 'status'> & {
  readonly mode: string;
  readonly origin: string;
  readonly status: string;
};

async function load(db: LedgerTx, key: IntegrationKey, condition: Prisma.Sql): Promise<BegunLockGroup | null> {
  const [row] = await db.$queryRaw<BegunRow[]>`
    SELECT i."mode", g."origin", g."status", g."groupId", g."intentName", ${ms('g."intentDeadline"')} AS "intentDeadline",
      g."failures", k."name" AS "lockName", k."placeId"
    FROM "LockGroup" g JOIN "Integration" i ON i."id" = g."integrationId"
    LEFT JOIN "KisiDoor" k ON k."integrationId" = g."integrationId" AND k."type" = 'lock' AND k."kisiId" = g."lockId"
    WHERE g."integrationId" = ${key.integrationId} AND g."organizationId" = ${key.organizationId}
      AND i."status" = 'connected' AND ${condition}`;
  if (!row) return null;
  return {
    ...row,
    mode: row.mode === 'observe' ? 'observe' : 'enforce',
    origin: row.origin === 'adopted' ? 'adopted' : 'made',
    status: LOCK_GROUP_STATUSES.find((status) => status === row.status) ?? 'wanted',
  };
}

interface Resolution {
  readonly status: string;
  readonly groupId: number | null;
}

async function finish(
  tx: LedgerTx,
  key: IntegrationKey,
  lockId: number,
  result: LockGroupResult,
  now: number,
): Promise<void> {
  const { organizationId, integrationId } = key;
  // The integration is locked before its groups, as by everybody who needs both.
  await tx.$executeRaw`WITH ${noteContact(key, result, now)} SELECT 1`;
  const [before] = await tx.$queryRaw<Resolution[]>`
    SELECT "status", "groupId" FROM "LockGroup"
    WHERE "integrationId" = ${integrationId} AND "lockId" = ${lockId}::int FOR UPDATE`;
  if (before) {
    await tx.$executeRaw`
      UPDATE "LockGroup" SET ${Prisma.join([...assignments(result.update, now), Prisma.sql`"updatedAt" = ${at(now)}`])}
      WHERE "integrationId" = ${integrationId} AND "lockId" = ${lockId}::int`;
    if (changesAccess(before, result.update))
      await concernSubjects(tx, organizationId, await subjectsOf(tx, key, lockId));
  }
  if (result.note) {
    await tx.$executeRaw`
      INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "groupId", "details")
      VALUES (${newId()}, ${organizationId}, ${at(now)}, ${result.note.kind}, ${result.update.groupId ?? before?.groupId ?? null}::int,
              ${json({ integrationId, ...result.note.details })})`;
  }
}

function assignments(update: LockGroupUpdate, now: number): Prisma.Sql[] {
  const { groupId, status, problem, intentName, intentDeadline, retryAt, failures, readAt } = update;
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
  ];
}

function changesAccess(before: Resolution, { status, groupId }: LockGroupUpdate): boolean {
  return (status !== undefined && status !== before.status) || (groupId !== undefined && groupId !== before.groupId);
}

/** Everything that an enabled or disabled mapping gives through this lock. */
export async function subjectsOf(
  tx: LedgerTx,
  { organizationId, integrationId }: IntegrationKey,
  lockId: number,
): Promise<Subject[]> {
  const rows = await tx.doorMapping.findMany({
    where: { organizationId, integrationId, targetType: 'lock', targetId: lockId },
    select: { subjectType: true, subjectSource: true, subjectId: true },
  });
  return rows.map((row) => ({ type: row.subjectType, source: row.subjectSource, id: row.subjectId }));
}

/** Takes over an operator's group for a lock; whoever has access through this lock is looked at again. */
export function createSaveAdopted(
  ledger: OpenLedger,
): (actor: Actor, input: AdoptInput, now: number) => Promise<'saved' | 'group_taken' | 'under_way'> {
  return (actor, { integrationId, lockId, groupId }, now) =>
    ledger.inTransaction(async (tx) => {
      const { organizationId } = actor;
      const key = { organizationId, integrationId };
      const taken = await tx.lockGroup.findFirst({ where: { integrationId, groupId, lockId: { not: lockId } } });
      if (taken !== null) return 'group_taken';
      const [known] = await tx.$queryRaw<{ groupId: number | null; isUnderWay: boolean }[]>`
        SELECT "groupId", "intentName" IS NOT NULL OR coalesce("intentDeadline" > ${at(now)}, false) AS "isUnderWay"
        FROM "LockGroup" WHERE "integrationId" = ${integrationId} AND "lockId" = ${lockId}::int FOR UPDATE`;
      // A group of ours stays ours.
      if (known?.groupId === groupId) return 'saved';
      if (known?.isUnderWay === true) return 'under_way';
      const adopted = {
        ...{ organizationId, groupId, origin: 'adopted', status: 'ready', problem: null, problemSince: null },
        ...{ intentName: null, intentDeadline: null, retryAt: null, failures: 0, readAt: new Date(now) },
      };
      await tx.lockGroup.upsert({
        where: { integrationId_lockId: { integrationId, lockId } },
        create: { integrationId, lockId, ...adopted },
        update: adopted,
      });
      await concernSubjects(tx, organizationId, await subjectsOf(tx, key, lockId));
      await concernDoors(tx, key, now);
      await audit(tx, actor, 'lock_group_adopted', `${integrationId}/${lockId}/${groupId}`);
      return 'saved';
    });
}
