import {
  columnsOf,
  mergeEntitlementFact,
  noFacts,
  type EntitlementFacts,
  type EntitlementMerge,
} from '../domain/entitlement-facts';
import type { FactToStore, NamedMember, StoredFact } from '../usecases/ports';
import { Prisma } from './generated/client';
import { newId } from './ids';
import { agreeOnVersions, findKnown, sourceColumn, type FactSource } from './inbox';
import type { LedgerTx, OpenLedger } from './open';
import { at, json } from './sql';

type LockedEntitlement = EntitlementFacts & {
  readonly id: string;
  readonly seq: number;
  readonly detailsFactId: string | null;
  /** Null: there is no such source. */
  readonly source: FactSource;
  readonly hasResource: boolean;
  readonly hasPlan: boolean;
  readonly hasPassType: boolean;
  /** Where a resource goes that arrives with this fact; null: it must exist already. */
  readonly newResourcesLocationId: string | null;
};

/** Thrown inside the transaction to leave nothing behind; never leaves this file. */
class Refused extends Error {
  constructor(readonly answer: StoredFact) {
    super(answer.kind);
  }
}

/**
 * Stores a fact and merges it into its entitlement's row, all in one transaction.
 *
 * The upsert makes, locks and numbers the row, so two processes that take two facts of one entitlement at once cannot disagree.
 * A refused or duplicate fact leaves nothing behind.
 */
export function createStoreFact(ledger: OpenLedger): (fact: FactToStore) => Promise<StoredFact> {
  return async (fact) => {
    try {
      return await ledger.inTransaction((tx) => storeFact(tx, fact));
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  };
}

async function storeFact(tx: LedgerTx, fact: FactToStore): Promise<StoredFact> {
  const row = await lockEntitlement(tx, fact);
  await refuseWhatCannotBe(tx, fact, row);
  await recognizeDuplicate(tx, fact, row.id);
  const merged = mergeEntitlementFact(row, fact.said, row.seq);
  await writeFact(tx, fact, row, merged);
  return { kind: 'stored', stale: merged.stale, entitlementId: row.id };
}

/** What the fact says the entitlement is of: it must be there already, or arrive with it. */
function subjectOf({ said }: FactToStore): Partial<Record<'resourceId' | 'planId' | 'passTypeId', string>> {
  return said.fact.kind === 'booking' || said.fact.kind === 'resource' ? { resourceId: said.fact.resourceId } : {};
}

async function lockEntitlement(tx: LedgerTx, fact: FactToStore): Promise<LockedEntitlement> {
  const { key, receivedAt } = fact;
  const { resourceId = null, planId = null, passTypeId = null } = subjectOf(fact);
  const rows = await tx.$queryRaw<LockedEntitlement[]>`
    INSERT INTO "Entitlement" ("id", "organizationId", "kind", "sourceId", "externalId", "seq", "facts", "state", "createdAt")
    VALUES (${newId()}, ${key.organizationId}, ${key.kind}, ${key.sourceId}, ${key.externalId}, 1,
            ${json(noFacts(key.kind).facts)}, 'awaiting_confirmation', ${at(receivedAt)})
    ON CONFLICT ("organizationId", "kind", "sourceId", "externalId") DO UPDATE SET "seq" = "Entitlement"."seq" + 1
    RETURNING "id", "kind", "seq", "facts", "detailsFactId", ${sourceColumn(key)},
      EXISTS (SELECT 1 FROM "Resource" r WHERE r."organizationId" = ${key.organizationId}
        AND r."sourceId" = ${key.sourceId} AND r."id" = ${resourceId}) AS "hasResource",
      EXISTS (SELECT 1 FROM "Plan" p WHERE p."organizationId" = ${key.organizationId}
        AND p."sourceId" = ${key.sourceId} AND p."id" = ${planId}) AS "hasPlan",
      EXISTS (SELECT 1 FROM "PassType" t WHERE t."organizationId" = ${key.organizationId}
        AND t."sourceId" = ${key.sourceId} AND t."id" = ${passTypeId}) AS "hasPassType",
      (SELECT o."newResourcesLocationId" FROM "Organization" o WHERE o."id" = ${key.organizationId}) AS "newResourcesLocationId"`;
  const [row] = rows;
  if (!row) throw new Error('The entitlement row was neither made nor found.');
  return row;
}

async function refuseWhatCannotBe(tx: LedgerTx, fact: FactToStore, row: LockedEntitlement): Promise<void> {
  const { key, versionKind } = fact;
  const { resourceId, planId, passTypeId } = subjectOf(fact);
  if (row.source === null) throw new Refused({ kind: 'unknown_source' });
  if (resourceId !== undefined && !row.hasResource && !mayArrive(fact, row)) {
    throw new Refused({ kind: 'unknown_resource' });
  }
  if (planId !== undefined && !row.hasPlan) throw new Refused({ kind: 'unknown_plan' });
  if (passTypeId !== undefined && !row.hasPassType) throw new Refused({ kind: 'unknown_pass_type' });
  const refusal = await agreeOnVersions(tx, key, versionKind, row.source);
  if (refusal !== null) throw new Refused(refusal);
}

/** A resource may arrive with its first booking where the organization says so. */
function mayArrive({ key }: FactToStore, { newResourcesLocationId }: LockedEntitlement): boolean {
  return key.kind === 'booking' && newResourcesLocationId !== null;
}

async function recognizeDuplicate(tx: LedgerTx, fact: FactToStore, entitlementId: string): Promise<void> {
  const origin = { ...fact, ...fact.key, version: fact.said.fact.version };
  const known = await findKnown(tx, origin, Prisma.sql`"entitlementId" = ${entitlementId}`);
  if (known?.isKeyReused === true) throw new Refused({ kind: 'idempotency_key_reused' });
  if (known !== null) throw new Refused({ kind: 'duplicate', entitlementId });
}

/** The fact, word for word, and all that follows from it, in one statement. */
async function writeFact(
  tx: LedgerTx,
  fact: FactToStore,
  row: LockedEntitlement,
  merged: EntitlementMerge,
): Promise<void> {
  const inboxId = newId();
  const parts = [entryPart(fact, row, merged.stale), inboxPart(fact, row, inboxId, merged.stale)];
  if (merged.namesHolder && fact.member) parts.push(memberPart(fact, fact.member, row));
  const { resourceId } = columnsOf(merged.facts);
  const arrives = resourceId !== null && resourceId === subjectOf(fact).resourceId && !row.hasResource && !merged.stale;
  if (arrives) parts.push(resourcePart(fact, resourceId));
  if (!merged.stale) parts.push(factsPart(fact, row.id, merged, merged.namesHolder ? inboxId : row.detailsFactId));
  await tx.$executeRaw`WITH ${Prisma.join(parts)} SELECT 1`;
}

function entryPart({ key, said, receivedAt }: FactToStore, row: LockedEntitlement, stale: boolean): Prisma.Sql {
  return Prisma.sql`entry AS (
    INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "entitlementId", "details")
    VALUES (${newId()}, ${key.organizationId}, ${at(receivedAt)}, 'fact_received', ${row.id},
            ${json({ fact: said.fact.kind, seq: row.seq, version: said.fact.version, ignored: stale ? 'stale' : null })})
  )`;
}

function inboxPart(fact: FactToStore, row: LockedEntitlement, inboxId: string, stale: boolean): Prisma.Sql {
  const { key } = fact;
  return Prisma.sql`inbox AS (
    INSERT INTO "InboxFact" ("id", "organizationId", "sourceId", "entitlementId", "kind", "seq", "version", "bodyHash",
                             "idempotencyKey", "eventId", "payload", "outcome", "receivedAt")
    VALUES (${inboxId}, ${key.organizationId}, ${key.sourceId}, ${row.id}, ${fact.said.fact.kind}, ${row.seq},
            ${fact.said.fact.version}::bigint, ${fact.bodyHash}, ${fact.idempotencyKey}, ${fact.eventId},
            ${json(fact.payload)}, ${stale ? 'stale' : 'applied'}, ${at(fact.receivedAt)})
  )`;
}

/**
 * A known member's address changes only when this entitlement says another address than it said before; then all that
 * this member holds is looked at again, as it is when a member was named before and is described only now. The name is what entitlements say until a fact about the member has said it.
 */
function memberPart(
  { key }: FactToStore,
  member: NamedMember,
  { id: entitlementId, detailsFactId }: LockedEntitlement,
): Prisma.Sql {
  return Prisma.sql`said AS (
    SELECT "payload" #>> '{member,email}' AS "email" FROM "InboxFact"
    WHERE "id" = ${detailsFactId} AND "payload" #>> '{member,id}' = ${member.id}
  ), known AS (
    SELECT "email" FROM "Member"
    WHERE "organizationId" = ${key.organizationId} AND "sourceId" = ${key.sourceId} AND "id" = ${member.id}
  ), saved AS (
    INSERT INTO "Member" ("organizationId", "sourceId", "id", "email", "name", "updatedAt")
    VALUES (${key.organizationId}, ${key.sourceId}, ${member.id}, ${member.email}, ${member.name}, now())
    ON CONFLICT ("organizationId", "sourceId", "id")
    -- The row as it is once it is locked: a fact about the member may have come in meanwhile.
    DO UPDATE SET "updatedAt" = now(),
      "email" = CASE WHEN EXISTS (SELECT 1 FROM said WHERE "email" <> excluded."email") THEN excluded."email"
                     ELSE "Member"."email" END,
      "name" = CASE WHEN "Member"."saidSeq" IS NULL THEN excluded."name" ELSE "Member"."name" END
    RETURNING "email"
  ), concerned AS (
    INSERT INTO "FanOut" ("id", "organizationId", "kind", "subjectSource", "subjectId")
    SELECT ${newId()}, ${key.organizationId}, 'member', ${key.sourceId}, ${member.id}
    FROM saved LEFT JOIN known ON true
    WHERE saved."email" <> known."email" OR (known."email" IS NULL AND (
      EXISTS (SELECT 1 FROM "TeamMember" t WHERE t."organizationId" = ${key.organizationId}
        AND t."sourceId" = ${key.sourceId} AND t."memberId" = ${member.id})
      OR EXISTS (SELECT 1 FROM "Entitlement" e WHERE e."organizationId" = ${key.organizationId}
        AND e."sourceId" = ${key.sourceId} AND e."memberId" = ${member.id} AND e."id" <> ${entitlementId})))
  )`;
}

/**
 * A resource that nobody has mentioned yet goes where the organization says, until an operator describes it. Of two bookings
 * that bring it at once, the second waits for the first one's and leaves it as it is.
 */
function resourcePart({ key }: FactToStore, resourceId: string): Prisma.Sql {
  return Prisma.sql`arrived AS (
    INSERT INTO "Resource" ("organizationId", "sourceId", "id", "name", "kind", "locationId", "updatedAt")
    SELECT o."id", ${key.sourceId}, ${resourceId}, ${resourceId}, 'room', o."newResourcesLocationId", now()
    FROM "Organization" o WHERE o."id" = ${key.organizationId} AND o."newResourcesLocationId" IS NOT NULL
    ON CONFLICT ("organizationId", "sourceId", "id") DO NOTHING
  )`;
}

function factsPart(
  { receivedAt }: FactToStore,
  id: string,
  merged: EntitlementMerge,
  detailsFactId: string | null,
): Prisma.Sql {
  const columns = columnsOf(merged.facts);
  return Prisma.sql`merged AS (
    UPDATE "Entitlement" SET "facts" = ${json(merged.facts.facts)}, "detailsFactId" = ${detailsFactId},
      "resourceId" = ${columns.resourceId}, "planId" = ${columns.planId}, "passTypeId" = ${columns.passTypeId},
      "memberId" = ${columns.memberId}, "teamId" = ${columns.teamId},
      "startsAt" = ${at(columns.startsAt)}, "endsAt" = ${at(columns.endsAt)},
      "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(receivedAt)}), "updatedAt" = ${at(receivedAt)}
    WHERE "id" = ${id}
  )`;
}
