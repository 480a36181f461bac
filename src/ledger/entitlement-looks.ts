import type { EntitlementFacts } from '../domain/entitlement-facts';
import type { Holder, Holders } from '../domain/holders';
import type { AccessPolicy } from '../domain/policy';
import type { ProblemCode } from '../domain/problems';
import type {
  ClaimChange,
  ClaimRow,
  EntitlementContext,
  EntitlementKey,
  EntitlementLookTx,
  EntitlementWrite,
  PersonKey,
  PersonToMake,
} from '../usecases/ports';
import { LOCK_GROUP_JOIN, RULE_GROUP, RULE_PROBLEM } from './door-mapping-rows';
import { Prisma } from './generated/client';
import { newId } from './ids';
import type { LedgerTx, OpenLedger } from './open';
import { writeReceipt } from './receipts';
import { at, json, ms } from './sql';

/** Runs one look at an entitlement in one transaction; its row is locked from `load` on. */
export function createInLookTransaction(
  ledger: OpenLedger,
): <T>(key: EntitlementKey, look: (tx: EntitlementLookTx) => Promise<T>) => Promise<T> {
  return (key, look) =>
    ledger.inTransaction((tx) =>
      look({
        load: () => loadContext(tx, key),
        makePersons: (persons) => makePersons(tx, key, persons),
        writeClaims: (entitlementId, changes, now) => writeClaims(tx, key, entitlementId, changes, now),
        write: (write) => writeLook(tx, key, write),
      }),
    );
}

type ContextRow = EntitlementFacts & {
  readonly id: string;
  readonly sourceId: string;
  readonly createdAt: number;
  readonly dirtySeq: number;
  readonly lookedAt: number | null;
  readonly endings: number;
  readonly hasReceipt: boolean;
  readonly problems: readonly { code: ProblemCode; since: number }[];
  readonly resourceId: string | null;
  readonly planId: string | null;
  readonly passTypeId: string | null;
  readonly memberId: string | null;
  readonly teamId: string | null;
  readonly detailsFactId: string | null;
};

interface RelatedRow {
  readonly leadMinutes: number;
  readonly graceMinutes: number;
  readonly unpaidBookings: string;
  readonly unpaidBookingsMinutes: number | null;
  readonly pastDueGraceDays: number;
  readonly guestsPerBooking: number;
  readonly members: readonly Holder[] | null;
  /** How many members the team names; null: nobody has described the team. */
  readonly team: { readonly named: number } | null;
  readonly guests: readonly Pick<Holder, 'email' | 'name'>[] | null;
  readonly persons: EntitlementContext['persons'] | null;
  readonly rules: EntitlementContext['rules'] | null;
  readonly claims: readonly ClaimJson[] | null;
}

interface ClaimJson extends Omit<ClaimRow, 'window'> {
  readonly from: number;
  readonly until: number | null;
}

async function loadContext(tx: LedgerTx, key: EntitlementKey): Promise<EntitlementContext | null> {
  const [row] = await tx.$queryRaw<ContextRow[]>`
    SELECT "id", "kind", "sourceId", "facts", ${ms('"createdAt"')} AS "createdAt", "dirtySeq",
           ${ms('"lookedAt"')} AS "lookedAt", "endings", "hasReceipt", "problems", "resourceId", "planId", "passTypeId",
           "memberId", "teamId", "detailsFactId"
    FROM "Entitlement"
    WHERE "organizationId" = ${key.organizationId} AND "kind" = ${key.kind} AND "externalId" = ${key.externalId}
      AND ${key.kind === 'grant' ? Prisma.sql`true` : Prisma.sql`"sourceId" = ${key.sourceId}`} FOR UPDATE`;
  if (!row) return null;
  const related = await loadRelated(tx, key.organizationId, row);
  return {
    id: row.id,
    said: row,
    firstSeenAt: row.createdAt,
    dirtySeq: row.dirtySeq,
    lookedAt: row.lookedAt,
    endings: row.endings,
    hasReceipt: row.hasReceipt,
    problems: row.problems,
    policy: toPolicy(related),
    rules: related.rules ?? [],
    holders: toHolders(row, related),
    persons: related.persons ?? [],
    claims: (related.claims ?? []).map(({ from, until, ...claim }) => ({ ...claim, window: { from, until } })),
  };
}

function toHolders({ memberId, teamId }: ContextRow, { members, team, guests }: RelatedRow): Holders {
  const known = members ?? [];
  const isNamed = memberId !== null && known.length === 0;
  const isTeamUnknown = teamId !== null && (team === null || team.named > known.length);
  return {
    members: known,
    guests: (guests ?? []).map((guest) => ({ ...guest, memberId: null, leftAt: null, isSuspended: false })),
    hasUnknown: isNamed || isTeamUnknown,
  };
}

async function loadRelated(tx: LedgerTx, organizationId: string, row: ContextRow): Promise<RelatedRow> {
  const { sourceId } = row;
  const [related] = await tx.$queryRaw<RelatedRow[]>`
    WITH member AS (
      SELECT m."id" AS "memberId", lower(trim(m."email")) AS "email", m."name", ${ms('m."leftAt"')} AS "leftAt"
      FROM "Member" m WHERE m."organizationId" = ${organizationId} AND m."sourceId" = ${sourceId}
        AND (m."id" = ${row.memberId} OR m."id" IN (SELECT t."memberId" FROM "TeamMember" t
          WHERE t."organizationId" = ${organizationId} AND t."sourceId" = ${sourceId} AND t."teamId" = ${row.teamId}))
    ), guest AS (
      SELECT g ->> 'email' AS "email", g ->> 'name' AS "name"
      FROM "InboxFact" f, jsonb_array_elements(coalesce(f."payload" -> 'guests', '[]'::jsonb)) g
      WHERE f."id" = ${row.detailsFactId}
    )
    SELECT o."leadMinutes", o."graceMinutes", o."unpaidBookings", o."unpaidBookingsMinutes",
      o."pastDueGraceDays", o."guestsPerBooking",
      (SELECT json_agg(json_build_object('memberId', m."memberId", 'email', m."email", 'name', m."name", 'leftAt', m."leftAt",
          'isSuspended', false) ORDER BY m."memberId") FROM member m) AS "members",
      (SELECT json_build_object('named', (SELECT count(*)::int FROM "TeamMember" t
          WHERE t."organizationId" = w."organizationId" AND t."sourceId" = w."sourceId" AND t."teamId" = w."id"))
        FROM "Team" w WHERE w."organizationId" = o."id" AND w."sourceId" = ${sourceId} AND w."id" = ${row.teamId}) AS "team",
      (SELECT json_agg(json_build_object('email', g."email", 'name', g."name")) FROM guest g) AS "guests",
      (SELECT json_agg(json_build_object('integrationId', p."integrationId", 'email', p."email", 'id', p."id"))
        FROM "Person" p WHERE p."organizationId" = o."id"
          AND p."email" IN (SELECT m."email" FROM member m UNION SELECT g."email" FROM guest g)) AS "persons",
      (SELECT json_agg(json_build_object('integrationId', d."integrationId",
          'groupId', ${RULE_GROUP}, 'problem', ${RULE_PROBLEM},
          'leadMinutes', d."leadMinutes", 'graceMinutes', d."graceMinutes", 'isConnected', i."status" = 'connected',
          'ending', CASE WHEN i."status" <> 'connected' AND i."disconnectMode" = 'expire' THEN json_build_object(
            'until', ${ms('i."disconnectUntil"')}, 'isFinal', i."status" = 'disconnected') END)
          ORDER BY d."id")
        FROM "DoorMapping" d JOIN "Integration" i ON i."id" = d."integrationId" AND i."organizationId" = d."organizationId"
        ${LOCK_GROUP_JOIN}
        WHERE d."organizationId" = o."id" AND ${isOfSubject(row)} AND d."enabled") AS "rules",
      (SELECT json_agg(json_build_object('id', c."id", 'personId', c."personId", 'integrationId', c."integrationId",
          'memberId', c."memberId", 'groupId', c."groupId", 'from', ${ms('c."windowFrom"')}, 'until', ${ms('c."windowUntil"')},
          'isReleased', c."isReleased", 'revision', c."revision",
          'settledAs', CASE WHEN c."settledRevision" = c."revision" THEN c."settledAs" END,
          'problem', c."problem", 'problemSince', ${ms('c."problemSince"')}, 'ending', c."ending",
          'revisedAt', ${ms('c."revisedAt"')}) ORDER BY c."id")
        FROM "Claim" c WHERE c."entitlementId" = ${row.id}) AS "claims"
    FROM "Organization" o WHERE o."id" = ${organizationId}`;
  if (!related) throw new Error('The organization of an entitlement does not exist.');
  return related;
}

/** The mappings of what the entitlement is of. */
function isOfSubject({ sourceId, resourceId, planId, passTypeId }: ContextRow): Prisma.Sql {
  const [type, id] =
    resourceId !== null ? ['resource', resourceId] : planId !== null ? ['plan', planId] : ['pass_type', passTypeId];
  return Prisma.sql`d."subjectType" = ${type} AND d."subjectSource" = ${sourceId} AND d."subjectId" = ${id}`;
}

function toPolicy(row: RelatedRow): AccessPolicy {
  const { unpaidBookings, unpaidBookingsMinutes, leadMinutes, graceMinutes, pastDueGraceDays, guestsPerBooking } = row;
  const base = { leadMinutes, graceMinutes, pastDueGraceDays, guestsPerBooking };
  if (unpaidBookings === 'always') return { ...base, unpaidBookings };
  if (unpaidBookings === 'until_start_plus_minutes') {
    return { ...base, unpaidBookings: { untilStartPlusMinutes: unpaidBookingsMinutes ?? 0 } };
  }
  return { ...base, unpaidBookings: 'never' };
}

/** Makes the person of each address and integration, or finds who made it meanwhile; in one order for everybody. */
async function makePersons(
  tx: LedgerTx,
  { organizationId }: EntitlementKey,
  persons: readonly PersonToMake[],
): Promise<EntitlementContext['persons']> {
  const inOrder = [...persons].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const made = inOrder.map(
    ({ integrationId, email, name }) =>
      Prisma.sql`(${newId()}, ${organizationId}, ${integrationId}, ${email}, ${name})`,
  );
  return tx.$queryRaw<EntitlementContext['persons']>`
    INSERT INTO "Person" ("id", "organizationId", "integrationId", "email", "name") VALUES ${Prisma.join(made)}
    ON CONFLICT ("integrationId", "email") DO UPDATE SET "name" = "Person"."name"
    RETURNING "id", "integrationId", "email"`;
}

function keyOf({ integrationId, email }: PersonToMake): string {
  return JSON.stringify([integrationId, email]);
}

async function writeClaims(
  tx: LedgerTx,
  key: EntitlementKey,
  entitlementId: string,
  changes: readonly ClaimChange[],
  now: number,
): Promise<readonly PersonKey[]> {
  const rows = changes.map(
    ({
      door,
      personId,
      memberId,
      isReleased,
    }) => Prisma.sql`(${newId()}, ${key.organizationId}, ${entitlementId}, ${personId},
      ${door.integrationId}, ${memberId}, ${door.groupId}, ${at(door.window.from)}, ${at(door.window.until)}, ${isReleased},
      ${at(now)}, ${at(now)})`,
  );
  const persons = await tx.$queryRaw<{ id: string; integrationId: string }[]>`
    WITH written AS (
      INSERT INTO "Claim" ("id", "organizationId", "entitlementId", "personId", "integrationId", "memberId", "groupId",
                           "windowFrom", "windowUntil", "isReleased", "createdAt", "revisedAt")
      VALUES ${Prisma.join(rows)}
      ON CONFLICT ("entitlementId", "personId", "groupId") DO UPDATE SET
        "windowFrom" = excluded."windowFrom", "windowUntil" = excluded."windowUntil", "isReleased" = excluded."isReleased",
        "memberId" = excluded."memberId", "revision" = "Claim"."revision" + 1, "revisedAt" = excluded."revisedAt",
        "problem" = null, "problemSince" = null, "ending" = null
      RETURNING "personId"
    ),
    locked AS (SELECT "id" FROM "Person" WHERE "id" IN (SELECT "personId" FROM written) ORDER BY "id" FOR UPDATE)
    UPDATE "Person" SET "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(now)})
    WHERE "id" IN (SELECT "id" FROM locked) RETURNING "id", "integrationId"`;
  return persons.map((person) => ({
    organizationId: key.organizationId,
    integrationId: person.integrationId,
    personId: person.id,
  }));
}

/** Writes what the look found; answers the id of the receipt that now holds, or null. */
async function writeLook(tx: LedgerTx, key: EntitlementKey, write: EntitlementWrite): Promise<string | null> {
  const { receipt } = write;
  const rows = await tx.$queryRaw<{ endings: number }[]>`
    WITH before AS (SELECT "state" FROM "Entitlement" WHERE "id" = ${write.id}),
    told AS (
      INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "entitlementId", "details")
      SELECT ${newId()}, ${key.organizationId}, ${at(write.now)}, 'state_changed', ${write.id},
             ${json({ state: write.state, problems: write.problems.map((problem) => problem.code) })}
      FROM before WHERE "state" <> ${write.state}
    )
    UPDATE "Entitlement" SET "state" = ${write.state}, "seenSeq" = ${write.seenSeq},
      "dirtySince" = CASE WHEN "dirtySeq" = ${write.seenSeq} THEN null ELSE "dirtySince" END,
      "lookAgainAt" = ${at(write.lookAgainAt)}, "lookedAt" = ${at(write.now)},
      "problems" = ${json(write.problems)}, "problemCodes" = ${write.problems.map((problem) => problem.code)},
      "windowFrom" = ${at(write.window?.from ?? null)}, "windowUntil" = ${at(write.window?.until ?? null)},
      "hasReceipt" = CASE WHEN ${write.reopens} THEN false ELSE "hasReceipt" OR ${receipt !== null} END,
      "endings" = "endings" + ${receipt === null ? 0 : 1}
    WHERE "id" = ${write.id} RETURNING "endings"`;
  if (receipt === null) return null;
  return writeReceipt(tx, {
    organizationId: key.organizationId,
    entitlementId: write.id,
    ending: rows[0]?.endings ?? 1,
    receipt,
    until: write.window?.until ?? null,
    now: write.now,
  });
}
