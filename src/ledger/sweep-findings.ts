import type { IntegrationKey, PersonKey } from '../usecases/ports';
import type { Doubted, DriftFinding } from '../usecases/sweep-ports';
import { Prisma } from './generated/client';
import { newId } from './ids';
import type { LedgerTx } from './open';
import { at, json } from './sql';
import { SETTLING_MS } from './sweep-known';

/**
 * Notes what a page or the end of a sweep showed, in one transaction, and makes those concerned look again. What is found
 * twice is one row. Persons are locked in the order of their ids, as by everybody who locks several.
 */
export async function recordFindings(
  tx: LedgerTx,
  key: IntegrationKey,
  sweepId: string,
  findings: readonly DriftFinding[],
  { startedAt, now }: { readonly startedAt: number; readonly now: number },
): Promise<Doubted> {
  const sweep = await tx.sweep.count({ where: { id: sweepId, status: 'running' } });
  const policy = await loadPolicy(tx, key);
  if (sweep === 0 || policy === null) return { persons: [], hasGroups: false };
  const personIds = findings.flatMap(({ personId }) => (personId === null ? [] : [personId]));
  await tx.$executeRaw`SELECT 1 FROM "Person" WHERE "id" = ANY(${personIds}) ORDER BY "id" FOR UPDATE`;
  const busy = await findBusy(tx, findings, startedAt - SETTLING_MS);
  const quiet = findings.filter(({ personId, groupId }) => !busy.has(keyOf(personId, groupId)));
  const told = quiet.filter(({ code }) => code !== null);
  if (told.length > 0) await saveDrift(tx, key, { sweepId, startedAt, now, policy: policy.driftRepair }, told);
  // An integration that only observes holds nothing of ours: there is nothing to be put right.
  if (policy.mode === 'observe') return { persons: [], hasGroups: false };
  const hasGroups = await doubtGroups(tx, key, quiet, now);
  return { persons: await doubtPersons(tx, key, quiet, policy.driftRepair, now), hasGroups };
}

interface Policy {
  readonly driftRepair: string;
  readonly mode: string;
}

async function loadPolicy(tx: LedgerTx, { organizationId, integrationId }: IntegrationKey): Promise<Policy | null> {
  const [row] = await tx.$queryRaw<Policy[]>`
    SELECT o."driftRepair", i."mode" FROM "Integration" i JOIN "Organization" o ON o."id" = i."organizationId"
    WHERE i."id" = ${integrationId} AND i."organizationId" = ${organizationId} AND i."status" = 'connected'`;
  return row ?? null;
}

const keyOf = (personId: string | null, groupId: number | null): string => `${personId ?? ''}/${groupId ?? ''}`;

/** Of those found, whoever was written to since, or is being written to: what was read may be older than our own write. */
async function findBusy(tx: LedgerTx, findings: readonly DriftFinding[], since: number): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ personId: string; groupId: number | null }[]>`
    SELECT f."personId", f."groupId" FROM jsonb_to_recordset(${json(findings)}) AS f("personId" text, "groupId" int)
    WHERE f."personId" IS NOT NULL AND ${isBusy('f."personId"', 'f."groupId"', since)}`;
  return new Set(rows.map(({ personId, groupId }) => keyOf(personId, groupId)));
}

/** @param groupId an expression; where it is null, all of the person's groups count */
export function isBusy(personId: string, groupId: string, since: number): Prisma.Sql {
  const [person, group] = [Prisma.raw(personId), Prisma.raw(groupId)];
  return Prisma.sql`(EXISTS (SELECT 1 FROM "Intent" n WHERE n."personId" = ${person}
      AND (n."status" = 'open' OR n."startedAt" >= ${at(since)} OR n."closedAt" >= ${at(since)}))
    OR EXISTS (SELECT 1 FROM "Assignment" b WHERE b."personId" = ${person} AND (${group} IS NULL OR b."groupId" = ${group})
      AND b."updatedAt" >= ${at(since)}))`;
}

/** What stays as an operator decided although it is seen again: its subject is the same thing. */
const STAYS_LEFT = ['foreign_assignment', 'user_missing', 'user_disabled'];

async function saveDrift(
  tx: LedgerTx,
  { organizationId, integrationId }: IntegrationKey,
  { sweepId, startedAt, now, policy }: { sweepId: string; startedAt: number; now: number; policy: string },
  told: readonly DriftFinding[],
): Promise<void> {
  // Of one subject the last word counts; one statement cannot write a row twice.
  const once = [...new Map(told.map((one) => [one.subject, { ...one, id: newId(), entryId: newId() }])).values()];
  await tx.$executeRaw`
    WITH found AS (
      SELECT f.*, CASE
        WHEN f."code" IN ('deleted_outside', 'modified_outside', 'user_missing')
          THEN CASE WHEN f."mayBeLeft" AND ${policy} = 'report' THEN 'open' ELSE 'repairing' END
        WHEN f."code" IN ('group_missing', 'lock_group_changed') AND EXISTS (SELECT 1 FROM "LockGroup" g
          WHERE g."integrationId" = ${integrationId} AND g."groupId" = f."groupId" AND g."origin" = 'made') THEN 'repairing'
        ELSE 'open' END AS "status"
      FROM jsonb_to_recordset(${json(once)}) AS f("id" text, "entryId" text, "code" text, "subject" text, "personId" text,
        "groupId" int, "kisiUserId" int, "kisiAssignmentId" int, "details" jsonb, "mayBeLeft" boolean)
    ), before AS (
      SELECT d."subject", d."status" FROM "Drift" d JOIN found f ON f."subject" = d."subject"
      WHERE d."integrationId" = ${integrationId} ORDER BY d."subject" FOR UPDATE OF d
    ), saved AS (
      INSERT INTO "Drift" AS d ("id", "organizationId", "integrationId", "subject", "code", "status", "personId", "groupId",
        "kisiUserId", "kisiAssignmentId", "details", "firstSeenAt", "lastSeenAt", "lastSweepId")
      SELECT f."id", ${organizationId}, ${integrationId}, f."subject", f."code", f."status", f."personId", f."groupId",
        f."kisiUserId", f."kisiAssignmentId", f."details", ${at(startedAt)}, ${at(startedAt)}, ${sweepId}
      FROM found f LEFT JOIN before b ON b."subject" = f."subject" ORDER BY f."subject"
      ON CONFLICT ("integrationId", "subject") DO UPDATE SET "personId" = excluded."personId",
        "groupId" = excluded."groupId", "kisiUserId" = excluded."kisiUserId", "details" = excluded."details",
        "lastSeenAt" = excluded."lastSeenAt", "lastSweepId" = excluded."lastSweepId", "closedAt" = NULL,
        "times" = d."times" + CASE WHEN d."status" = 'closed' THEN 1 ELSE 0 END,
        "status" = CASE WHEN d."status" = 'adopted' THEN 'adopted'
          WHEN d."decision" = 'leave' AND d."code" = ANY(${STAYS_LEFT}) THEN 'left' ELSE excluded."status" END
    ), told AS (
      INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "personId", "groupId", "details")
      SELECT f."entryId", ${organizationId}, ${at(now)}, 'drift_observed', f."personId", f."groupId",
        jsonb_build_object('code', f."code", 'assignmentId', f."kisiAssignmentId") || f."details"
      FROM found f LEFT JOIN before b ON b."subject" = f."subject"
      WHERE (b."subject" IS NULL OR b."status" = 'closed') AND f."personId" IS NOT NULL
    )
    UPDATE "Sweep" SET "found" = "found" + (SELECT count(*)::int FROM found) WHERE "id" = ${sweepId}`;
}

/** One-door groups that are not as they should be are looked into by whoever keeps them. */
async function doubtGroups(
  tx: LedgerTx,
  { organizationId, integrationId }: IntegrationKey,
  findings: readonly DriftFinding[],
  now: number,
): Promise<boolean> {
  const groupIds = findings.flatMap(({ doubts, groupId }) => (doubts === 'group' && groupId !== null ? [groupId] : []));
  if (groupIds.length === 0) return false;
  await tx.$executeRaw`
    UPDATE "LockGroup" SET "readAt" = NULL, "retryAt" = CASE WHEN "intentDeadline" IS NULL THEN NULL ELSE "retryAt" END
    WHERE "integrationId" = ${integrationId} AND "groupId" = ANY(${groupIds}::int[]) AND "status" IN ('ready', 'changed')`;
  await tx.$executeRaw`
    UPDATE "Integration" SET "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(now)})
    WHERE "id" = ${integrationId} AND "organizationId" = ${organizationId}`;
  return true;
}

/**
 * What is doubted is uncertain from now on, so it is read before anything is written. What the policy leaves as it is
 * carries that until somebody decides, or until the window that it was about is over.
 */
async function doubtPersons(
  tx: LedgerTx,
  { organizationId }: IntegrationKey,
  findings: readonly DriftFinding[],
  policy: string,
  now: number,
): Promise<PersonKey[]> {
  const doubted = findings.filter(({ doubts }) => doubts === 'assignment' || doubts === 'person');
  if (doubted.length === 0) return [];
  const once = [...new Map(doubted.map((one) => [keyOf(one.personId, one.groupId), one])).values()];
  const rows = Prisma.sql`jsonb_to_recordset(${json(once)}) AS f("personId" text, "groupId" int, "code" text,
    "claimsId" int, "mayBeLeft" boolean, "doubts" text)`;
  const leftAs = Prisma.sql`CASE WHEN f."mayBeLeft" AND ${policy} = 'report' THEN f."code" END`;
  await tx.$executeRaw`
    INSERT INTO "Assignment" ("personId", "groupId", "organizationId", "presence", "kisiAssignmentId", "leftAs", "updatedAt")
    SELECT f."personId", f."groupId", ${organizationId}, 'uncertain', f."claimsId", ${leftAs}, ${at(now)}
    FROM ${rows} WHERE f."doubts" = 'assignment'
    ON CONFLICT ("personId", "groupId") DO UPDATE SET "presence" = 'uncertain', "grantRetryAt" = NULL, "revokeRetryAt" = NULL,
      "kisiAssignmentId" = coalesce(excluded."kisiAssignmentId", "Assignment"."kisiAssignmentId"),
      "isOurs" = "Assignment"."isOurs" OR excluded."kisiAssignmentId" IS NOT NULL,
      "leftUntil" = CASE WHEN excluded."leftAs" IS NULL THEN "Assignment"."leftUntil" ELSE "Assignment"."validUntil" END,
      "leftAs" = coalesce(excluded."leftAs", "Assignment"."leftAs"), "updatedAt" = ${at(now)}`;
  await tx.$executeRaw`
    UPDATE "Assignment" a SET "presence" = 'uncertain', "grantRetryAt" = NULL, "revokeRetryAt" = NULL,
      "leftUntil" = CASE WHEN ${leftAs} IS NULL THEN a."leftUntil" ELSE a."validUntil" END,
      "leftAs" = coalesce(${leftAs}, a."leftAs"), "updatedAt" = ${at(now)}
    FROM ${rows} WHERE f."doubts" = 'person' AND a."personId" = f."personId" AND a."presence" = 'present' AND a."isOurs"`;
  return tx.$queryRaw<PersonKey[]>`
    UPDATE "Person" SET "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(now)})
    WHERE "id" = ANY(${once.flatMap(({ personId }) => (personId === null ? [] : [personId]))})
    RETURNING "organizationId", "integrationId", "id" AS "personId"`;
}
