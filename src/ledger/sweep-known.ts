import type { KnownAssignment, SeenAssignment } from '../domain/drift';
import type { IntegrationKey } from '../usecases/ports';
import type { DisabledPerson } from '../usecases/sweep-ports';
import { Prisma } from './generated/client';
import type { LedgerTx } from './open';
import { at, json, ms } from './sql';

/** A grant whose outcome was once unknown may be what is found, this long. */
const DOUBT_KEPT_HOURS = 24;
/** What was written this long before a page was read may not show on it yet. */
export const SETTLING_MS = 15_000;

type KnownRow = Omit<KnownAssignment, 'asked'> & {
  readonly asked:
    readonly { readonly from: number; readonly until: number | null; readonly kisiUserId: number | null }[] | null;
};

/** What the ledger has about the users and groups of a page of assignments, and which groups are ours. */
export async function loadKnown(
  db: LedgerTx,
  { integrationId }: IntegrationKey,
  seen: readonly SeenAssignment[],
  now: number,
): Promise<{ readonly known: readonly KnownAssignment[]; readonly ourGroups: ReadonlySet<number> }> {
  const wanted = seen.flatMap(({ id, userId, groupId }) =>
    userId === null || groupId === null ? [] : [{ id, userId, groupId }],
  );
  const rows = await db.$queryRaw<KnownRow[]>`
    SELECT s."id" AS "seenId", p."id" AS "personId", a."presence", coalesce(a."isOurs", false) AS "isOurs",
      a."kisiAssignmentId" AS "assignmentId", ${ms('a."validFrom"')} AS "validFrom", ${ms('a."validUntil"')} AS "validUntil",
      EXISTS (SELECT 1 FROM "Intent" n WHERE n."personId" = p."id" AND n."groupId" = s."groupId"
        AND n."assignmentId" = s."id") AS "wasOurs",
      (SELECT json_agg(json_build_object('from', ${ms('n."windowFrom"')}, 'until', ${ms('n."windowUntil"')},
          'kisiUserId', n."kisiUserId"))
        FROM "Intent" n WHERE n."personId" = p."id" AND n."groupId" = s."groupId" AND n."change" = 'grant'
          AND n."status" IN ('open', 'unknown')
          AND n."startedAt" > ${at(now)} - make_interval(hours => ${DOUBT_KEPT_HOURS}::int)) AS "asked"
    FROM jsonb_to_recordset(${json(wanted)}) AS s("id" int, "userId" int, "groupId" int)
    JOIN "Person" p ON p."integrationId" = ${integrationId} AND p."kisiUserId" = s."userId"
    LEFT JOIN "Assignment" a ON a."personId" = p."id" AND a."groupId" = s."groupId"`;
  const known = rows.map(({ asked, ...row }) => ({
    ...row,
    asked: (asked ?? []).map(({ from, until, kisiUserId }) => ({ window: { from, until }, kisiUserId })),
  }));
  const groups = await db.$queryRaw<{ groupId: number }[]>`SELECT "groupId" FROM (${ourGroups(integrationId)}) g`;
  return { known, ourGroups: new Set(groups.map(({ groupId }) => groupId)) };
}

/** The groups that door mappings open: whom they let in is our business. */
export function ourGroups(integrationId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT "targetId" AS "groupId" FROM "DoorMapping"
      WHERE "integrationId" = ${integrationId} AND "targetType" = 'group' AND "enabled"
    UNION
    SELECT "groupId" FROM "LockGroup" WHERE "integrationId" = ${integrationId} AND "groupId" IS NOT NULL`;
}

/** A person for whom a door should open: by a claim that lives, or by an assignment of ours. */
export function isConcerned(now: number): Prisma.Sql {
  return Prisma.sql`(EXISTS (SELECT 1 FROM "Claim" c WHERE c."personId" = p."id" AND NOT c."isReleased"
      AND (c."windowUntil" IS NULL OR c."windowUntil" > ${at(now)}))
    OR EXISTS (SELECT 1 FROM "Assignment" a WHERE a."personId" = p."id" AND a."isOurs" AND a."presence" = 'present'
      AND (a."validUntil" IS NULL OR a."validUntil" > ${at(now)})))`;
}

/** Of these disabled Kisi users, those for whom a door should open. */
export function findDisabled(
  db: LedgerTx,
  { integrationId }: IntegrationKey,
  userIds: readonly number[],
  now: number,
): Promise<DisabledPerson[]> {
  return db.$queryRaw<DisabledPerson[]>`
    SELECT DISTINCT ON (p."kisiUserId") p."id" AS "personId", p."kisiUserId" FROM "Person" p
    WHERE p."integrationId" = ${integrationId} AND p."kisiUserId" = ANY(${[...userIds]}::int[]) AND ${isConcerned(now)}
    ORDER BY p."kisiUserId", p."id"`;
}

/** The one-door groups that are ours, of these; not those that are being worked on or just were. */
export async function findLockGroups(
  db: LedgerTx,
  { integrationId }: IntegrationKey,
  groupIds: readonly number[],
  readStartedAt: number,
): Promise<number[]> {
  const rows = await db.$queryRaw<{ groupId: number }[]>`
    SELECT "groupId" FROM "LockGroup" WHERE "integrationId" = ${integrationId} AND "groupId" = ANY(${[...groupIds]}::int[])
      AND "status" IN ('ready', 'changed') AND "intentDeadline" IS NULL
      AND "updatedAt" < ${at(readStartedAt)}`;
  return rows.map(({ groupId }) => groupId);
}
