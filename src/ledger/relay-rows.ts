import type { EntitlementKey, IntegrationKey, IntegrationWake, PersonKey } from '../usecases/ports';
import { Prisma } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';
import { at } from './sql';

/** Whom the relay must wake. */
export interface RelayFound {
  readonly entitlements: readonly EntitlementKey[];
  readonly persons: readonly PersonKey[];
  readonly integrations: readonly IntegrationWake[];
}

const PAGE = 500;

/**
 * Finds rows that are dirty or due and were not looked at in time, and keeps other relays from finding them for a while.
 *
 * Rows that somebody else holds just now are skipped: whoever holds them is looking.
 *
 * @param lateMs how late a row must be before the relay wakes it
 */
export function createFindLate({
  prisma,
}: OpenLedger): (now: number, lateMs: number) => Promise<Omit<RelayFound, 'integrations'>> {
  return async (now, lateMs) => {
    const late = at(now - lateMs);
    const entitlements = await prisma.$queryRaw<EntitlementKey[]>`${noteFound('Entitlement', late, now)}
      RETURNING "organizationId", "kind", "sourceId", "externalId"`;
    const persons = await prisma.$queryRaw<PersonKey[]>`${noteFound('Person', late, now)}
      RETURNING "organizationId", "integrationId", "id" AS "personId"`;
    return { entitlements, persons };
  };
}

function noteFound(table: 'Entitlement' | 'Person' | 'Integration', late: Prisma.Sql, now: number): Prisma.Sql {
  const rows = Prisma.raw(`"${table}"`);
  return Prisma.sql`
    UPDATE ${rows} SET "dirtySince" = CASE WHEN "dirtySeq" > "seenSeq" THEN ${at(now)} ELSE "dirtySince" END,
      "lookAgainAt" = CASE WHEN "lookAgainAt" <= ${late} THEN ${at(now)} ELSE "lookAgainAt" END
    WHERE "id" IN (
      SELECT "id" FROM ${rows}
      WHERE ("dirtySince" <= ${late} AND "dirtySeq" > "seenSeq") OR "lookAgainAt" <= ${late}
      LIMIT ${PAGE}::int FOR UPDATE SKIP LOCKED)`;
}

/** Finds integrations whose attention was lost, and keeps other relays from finding them for a while. */
export function createFindLateIntegrations({
  prisma,
}: OpenLedger): (now: number, lateMs: number) => Promise<readonly IntegrationWake[]> {
  return async (now, lateMs) => {
    const late = at(now - lateMs);
    const disconnecting = await prisma.$queryRaw<IntegrationKey[]>`
      UPDATE "Integration" SET "disconnectLookAt" = ${at(now)}
      WHERE "id" IN (
        SELECT "id" FROM "Integration" WHERE "status" = 'disconnecting' AND "disconnectLookAt" <= ${late}
        LIMIT ${PAGE}::int FOR UPDATE SKIP LOCKED)
      RETURNING "organizationId", "id" AS "integrationId"`;
    const doors = await prisma.$queryRaw<IntegrationKey[]>`${noteFound('Integration', late, now)}
      RETURNING "organizationId", "id" AS "integrationId"`;
    return [
      ...disconnecting.map((key): IntegrationWake => ({ ...key, attention: 'disconnect' })),
      ...doors.map((key): IntegrationWake => ({ ...key, attention: 'doors' })),
    ];
  };
}

/**
 * Finds one waiting person for each integration that does not answer and whom nobody probes any more, so that its return
 * is noticed. What this person waits for may be tried at once: a probe that is not due would be none. Never more than one
 * person: nothing storms. Where nobody waits for anything, nobody needs to know.
 */
export function createFindProbers(ledger: OpenLedger): (now: number, lateMs: number) => Promise<readonly PersonKey[]> {
  return (now, lateMs) =>
    ledger.inStatement(
      (db) => db.$queryRaw<PersonKey[]>`
      WITH prober AS (
        SELECT DISTINCT ON (i."id") p."organizationId", p."integrationId", p."id" AS "personId"
        FROM "Integration" i JOIN "Person" p ON p."integrationId" = i."id" JOIN "Claim" c ON c."personId" = p."id"
        WHERE i."health" <> 'ok' AND i."status" IN ('connected', 'disconnecting')
          AND (i."probeLeaseUntil" IS NULL OR i."probeLeaseUntil" <= ${at(now - lateMs)})
          AND NOT (c."settledRevision" = c."revision" AND c."settledAs" = 'ended')
          AND (c."settledRevision" <> c."revision" OR c."isReleased" OR c."windowUntil" <= ${at(now)})
        ORDER BY i."id", c."isReleased" DESC, c."windowFrom"
      ), invited AS (
        UPDATE "Person" SET "inviteRetryAt" = ${at(now)}
        WHERE "id" IN (SELECT "personId" FROM prober) AND "inviteRetryAt" > ${at(now)}
      ), retried AS (
        UPDATE "Assignment" SET ${retriesBy(now, now)} WHERE "personId" IN (SELECT "personId" FROM prober)
      )
      SELECT * FROM prober`,
    );
}

/** Retries that wait for longer are due by these instants: what is uncertain, and whatever else. */
function retriesBy(uncertainAt: number, otherwiseAt: number): Prisma.Sql {
  const due = Prisma.sql`CASE WHEN "presence" = 'uncertain' THEN ${at(uncertainAt)} ELSE ${at(otherwiseAt)} END`;
  return Prisma.sql`"grantRetryAt" = least("grantRetryAt", CASE WHEN "grantRetryAt" IS NOT NULL THEN ${due} END),
    "revokeRetryAt" = least("revokeRetryAt", CASE WHEN "revokeRetryAt" IS NOT NULL THEN ${due} END)`;
}

interface FanOutRow {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: string;
  readonly subjectSource: string | null;
  readonly subjectId: string;
  readonly cursor: string | null;
}

/**
 * Marks one page of those whom a change concerns as dirty and moves the stored cursor, in one transaction, so it may be
 * killed halfway. Answers null when no fan-out is left (or others are at it).
 */
export function createFanOutPage(
  ledger: OpenLedger,
  pageSize: number = PAGE,
): (now: number) => Promise<RelayFound | null> {
  return (now) =>
    ledger.inTransaction(async (tx) => {
      const [fanOut] = await tx.$queryRaw<FanOutRow[]>`
        SELECT "id", "organizationId", "kind", "subjectSource", "subjectId", "cursor" FROM "FanOut"
        WHERE "doneAt" IS NULL ORDER BY "createdAt", "id" LIMIT 1 FOR UPDATE SKIP LOCKED`;
      if (!fanOut) return null;
      const found = await markConcerned(tx, fanOut, now, pageSize);
      const last = found.ids.at(-1) ?? null;
      const isDone = found.ids.length < pageSize;
      const integrations = isDone && DOORS_TOO.has(fanOut.kind) ? await markDoors(tx, fanOut, now) : [];
      await tx.$executeRaw`
        UPDATE "FanOut" SET "cursor" = coalesce(${last}::text, "cursor"), "doneAt" = ${at(isDone ? now : null)}
        WHERE "id" = ${fanOut.id}`;
      return { entitlements: found.entitlements, persons: found.persons, integrations };
    });
}

/** After these the `doors` of the integration look again. */
const DOORS_TOO: ReadonlySet<string> = new Set(['doors', 'integration', 'integration_recovered']);

type Marked = Pick<RelayFound, 'entitlements' | 'persons'> & { readonly ids: string[] };

async function markConcerned(tx: LedgerTx, fanOut: FanOutRow, now: number, limit: number): Promise<Marked> {
  switch (fanOut.kind) {
    case 'doors':
      return { entitlements: [], persons: [], ids: [] };
    case 'integration_recovered':
      return markPersons(tx, fanOut, now, limit);
    default:
      return markEntitlements(tx, fanOut, now, limit);
  }
}

/** What failed while Kisi did not answer may be tried at once; a request that may still be under way is waited for. */
async function markDoors(tx: LedgerTx, fanOut: FanOutRow, now: number): Promise<IntegrationWake[]> {
  const found = await tx.$queryRaw<IntegrationKey[]>`
    UPDATE "Integration" SET "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(now)})
    WHERE "id" = ${fanOut.subjectId} AND "organizationId" = ${fanOut.organizationId}
    RETURNING "organizationId", "id" AS "integrationId"`;
  if (fanOut.kind === 'integration_recovered') {
    await tx.$executeRaw`
      UPDATE "LockGroup" SET "retryAt" = "intentDeadline"
      WHERE "integrationId" = ${fanOut.subjectId} AND "retryAt" > ${at(now)}`;
  }
  return found.map((key) => ({ ...key, attention: 'doors' }));
}

async function markEntitlements(tx: LedgerTx, fanOut: FanOutRow, now: number, limit: number): Promise<Marked> {
  const rows = await tx.$queryRaw<(EntitlementKey & { id: string })[]>`
    WITH page AS (
      SELECT "id" FROM "Entitlement" WHERE "organizationId" = ${fanOut.organizationId} AND ${mayLive(fanOut, now)}
        AND "id" > ${fanOut.cursor ?? ''} AND ${concerned(fanOut)} ORDER BY "id" LIMIT ${limit}::int FOR UPDATE
    )
    UPDATE "Entitlement" SET "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(now)})
    WHERE "id" IN (SELECT "id" FROM page)
    RETURNING "id", "organizationId", "kind", "sourceId", "externalId"`;
  const ids = rows.map((row) => row.id).sort();
  return { entitlements: rows.map(({ id: _id, ...key }) => key), persons: [], ids };
}

/** What ended stays ended, unless it ended because somebody left who may be back: then only its time is over for good. */
function mayLive({ kind }: FanOutRow, now: number): Prisma.Sql {
  if (kind !== 'member' && kind !== 'team') return Prisma.sql`NOT "hasReceipt"`;
  return Prisma.sql`(NOT "hasReceipt" OR "windowUntil" IS NULL OR "windowUntil" > ${at(now)})`;
}

function concerned({ kind, subjectSource, subjectId }: FanOutRow): Prisma.Sql {
  switch (kind) {
    case 'resource':
      return Prisma.sql`"sourceId" = ${subjectSource} AND "resourceId" = ${subjectId}`;
    case 'plan':
      return Prisma.sql`"sourceId" = ${subjectSource} AND "planId" = ${subjectId}`;
    case 'pass_type':
      return Prisma.sql`"sourceId" = ${subjectSource} AND "passTypeId" = ${subjectId}`;
    case 'member':
      return Prisma.sql`"sourceId" = ${subjectSource} AND ("memberId" = ${subjectId} OR "teamId" IN (
        SELECT t."teamId" FROM "TeamMember" t WHERE t."organizationId" = "Entitlement"."organizationId"
          AND t."sourceId" = ${subjectSource} AND t."memberId" = ${subjectId}))`;
    case 'team':
      return Prisma.sql`"sourceId" = ${subjectSource} AND "teamId" = ${subjectId}`;
    default:
      return Prisma.sql`true`;
  }
}

/** A request that nobody heard of again is over after this. */
const DEADLINE_MS = 8_000;

/**
 * Kisi answers again: whoever waited is marked dirty, and what failed meanwhile may be tried at once, not after the rest of
 * its patience. Only a request that may still be under way is waited for.
 */
async function markPersons(tx: LedgerTx, fanOut: FanOutRow, now: number, limit: number): Promise<Marked> {
  const soon = at(now + DEADLINE_MS);
  const rows = await tx.$queryRaw<PersonKey[]>`
    WITH page AS (
      SELECT "id" FROM "Person" p WHERE "integrationId" = ${fanOut.subjectId} AND "id" > ${fanOut.cursor ?? ''}
        AND (EXISTS (SELECT 1 FROM "Claim" c WHERE c."personId" = p."id"
                     AND (c."settledRevision" <> c."revision" OR c."settledAs" IS DISTINCT FROM 'ended'))
          OR EXISTS (SELECT 1 FROM "Assignment" a WHERE a."personId" = p."id" AND a."isOurs" AND a."presence" <> 'absent'))
      ORDER BY "id" LIMIT ${limit}::int FOR UPDATE
    ), retried AS (
      UPDATE "Assignment" SET ${retriesBy(now + DEADLINE_MS, now)}
      WHERE "personId" IN (SELECT "id" FROM page) AND ("grantRetryAt" > ${at(now)} OR "revokeRetryAt" > ${at(now)})
    )
    UPDATE "Person" SET "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(now)}),
      "inviteRetryAt" = CASE WHEN "inviteRetryAt" > ${soon} THEN ${soon} ELSE "inviteRetryAt" END
    WHERE "id" IN (SELECT "id" FROM page)
    RETURNING "organizationId", "integrationId", "id" AS "personId"`;
  return { entitlements: [], persons: rows, ids: rows.map((row) => row.personId).sort() };
}
