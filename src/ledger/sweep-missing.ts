import type { IntegrationKey } from '../usecases/ports';
import type { MissingAtKisi, MissingSample } from '../usecases/sweep-ports';
import { Prisma } from './generated/client';
import type { LedgerTx } from './open';
import { at, ms } from './sql';
import { isBusy } from './sweep-findings';
import { isConcerned, ourGroups, SETTLING_MS } from './sweep-known';

/** So many are noted in one transaction. */
const PAGE = 500;

interface ListStarts {
  readonly users: number;
  readonly assignments: number;
}

/** What the ledger has and a sweep that has read every list to its end did not see. */
export async function findMissing(
  db: LedgerTx,
  key: IntegrationKey,
  sweepId: string,
  now: number,
): Promise<MissingAtKisi> {
  const startedAt = await loadStarts(db, sweepId);
  const { integrationId } = key;
  const users = await db.$queryRaw<MissingAtKisi['users'][number][]>`
    WITH ${seen(sweepId, 'users')}
    SELECT p."id" AS "personId", p."kisiUserId" FROM "Person" p WHERE ${missingUser(integrationId, startedAt.users, now)}
      AND NOT EXISTS (SELECT 1 FROM "Drift" d WHERE d."integrationId" = p."integrationId"
        AND d."subject" = 'user_missing/' || p."kisiUserId" AND d."lastSweepId" = ${sweepId})
    ORDER BY p."id" LIMIT ${PAGE}::int`;
  const groups = await db.$queryRaw<MissingAtKisi['groups'][number][]>`
    WITH ${seen(sweepId, 'groups')}
    SELECT g."groupId" FROM (${ourGroups(integrationId)}) g WHERE g."groupId" NOT IN (SELECT "id" FROM seen)
      AND NOT EXISTS (SELECT 1 FROM "LockGroup" l WHERE l."integrationId" = ${integrationId} AND l."groupId" = g."groupId"
        AND (l."status" = 'making' OR l."updatedAt" >= ${at(startedAt.users - SETTLING_MS)}))`;
  // First who is gone: with a user go all assignments, which is one thing to tell.
  if (users.length > 0) return { groups, users, assignments: [], startedAt, hasMore: true };
  const assignments = await db.$queryRaw<MissingAtKisi['assignments'][number][]>`
    WITH ${seen(sweepId, 'assignments')}
    SELECT a."personId", p."kisiUserId", a."groupId", a."kisiAssignmentId" AS "assignmentId", a."isOurs",
      a."groupId" NOT IN (SELECT unnest("ids") FROM "SweepPage" WHERE "sweepId" = ${sweepId} AND "list" = 'groups')
        AS "isGroupMissing",
      ${ms('a."validFrom"')} AS "validFrom", ${ms('a."validUntil"')} AS "validUntil"
    FROM "Assignment" a JOIN "Person" p ON p."id" = a."personId"
    WHERE ${missingAssignment(integrationId, startedAt.assignments, now)}
    ORDER BY a."validFrom", a."personId", a."groupId" LIMIT ${PAGE}::int`;
  return { groups, users, assignments, startedAt, hasMore: assignments.length === PAGE };
}

/** Some of the missing that Kisi can be asked for one by one: the first, one in the middle and the last. */
export async function sampleMissing(
  db: LedgerTx,
  { integrationId }: IntegrationKey,
  sweepId: string,
  now: number,
): Promise<MissingSample> {
  const startedAt = await loadStarts(db, sweepId);
  const users = await db.$queryRaw<{ id: number }[]>`
    WITH ${seen(sweepId, 'users')}
    SELECT p."kisiUserId" AS "id" FROM "Person" p WHERE ${missingUser(integrationId, startedAt.users, now)} ORDER BY 1`;
  const assignments = await db.$queryRaw<{ id: number }[]>`
    WITH ${seen(sweepId, 'assignments')}
    SELECT a."kisiAssignmentId" AS "id" FROM "Assignment" a JOIN "Person" p ON p."id" = a."personId"
    WHERE ${missingAssignment(integrationId, startedAt.assignments, now)} ORDER BY 1`;
  const missing = [
    ...assignments.map(({ id }) => ({ list: 'assignments' as const, id })),
    ...users.map(({ id }) => ({ list: 'users' as const, id })),
  ];
  const wanted = new Set([0, Math.floor(missing.length / 2), missing.length - 1]);
  return { count: missing.length, sample: missing.filter((_one, index) => wanted.has(index)) };
}

function seen(sweepId: string, list: keyof ListStarts | 'groups'): Prisma.Sql {
  return Prisma.sql`seen AS MATERIALIZED (
    SELECT unnest("ids") AS "id" FROM "SweepPage" WHERE "sweepId" = ${sweepId} AND "list" = ${list})`;
}

function missingUser(integrationId: string, startedAt: number, now: number): Prisma.Sql {
  return Prisma.sql`p."integrationId" = ${integrationId} AND p."kisiUserId" IS NOT NULL
    AND p."kisiUserId" NOT IN (SELECT "id" FROM seen) AND ${isConcerned(now)}
    AND NOT ${isBusy('p."id"', 'null::int', startedAt - SETTLING_MS)}`;
}

/** What has expired is on its way out anyway, and some of Kisi's lists leave it out. */
function missingAssignment(integrationId: string, startedAt: number, now: number): Prisma.Sql {
  return Prisma.sql`p."integrationId" = ${integrationId} AND a."presence" = 'present' AND a."kisiAssignmentId" IS NOT NULL
    AND (a."validUntil" IS NULL OR a."validUntil" > ${at(now)})
    AND a."kisiAssignmentId" NOT IN (SELECT "id" FROM seen)
    AND NOT ${isBusy('a."personId"', 'a."groupId"', startedAt - SETTLING_MS)}`;
}

/** When the reading of each list began: whatever was written later may be missing for that reason. */
async function loadStarts(db: LedgerTx, sweepId: string): Promise<ListStarts> {
  const rows = await db.$queryRaw<{ list: string; at: number }[]>`
    SELECT "list", ${ms('min("readStartedAt")')} AS "at" FROM "SweepPage" WHERE "sweepId" = ${sweepId} GROUP BY "list"`;
  const of = (list: string): number => {
    const start = rows.find((row) => row.list === list)?.at;
    if (start === undefined) throw new Error(`The list of ${list} was not read.`);
    return start;
  };
  of('groups');
  return { users: of('users'), assignments: of('assignments') };
}
