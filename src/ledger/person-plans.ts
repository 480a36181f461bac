import type {
  ClaimFinding,
  EntitlementKey,
  IntegrationView,
  PersonContext,
  PersonKey,
  PlanToWrite,
} from '../usecases/ports';
import { Prisma } from './generated/client';
import { newId } from './ids';
import type { OpenLedger } from './open';
import { at, json, ms } from './sql';

interface PersonRow {
  readonly dirtySeq: number;
  readonly kisiUserId: number | null;
  readonly inviteRetryAt: number | null;
  readonly mode: IntegrationView['mode'];
  readonly isConnected: boolean;
  readonly ended: IntegrationView['ended'];
  readonly health: IntegrationView['health'];
  readonly clockOffsetMs: number;
  readonly probeLeaseUntil: number | null;
  readonly claims: readonly ClaimJson[] | null;
  readonly assignments: PersonContext['assignments'] | null;
  readonly openIntents: PersonContext['openIntents'] | null;
}

type ClaimJson = Omit<PersonContext['claims'][number], 'window'> & {
  readonly from: number;
  readonly until: number | null;
};

/** Everything a plan for one person is made from, read in one statement: one consistent snapshot. */
export function createLoadPerson({ prisma }: OpenLedger): (key: PersonKey) => Promise<PersonContext | null> {
  return async (key) => {
    const [row] = await prisma.$queryRaw<PersonRow[]>`
      SELECT p."dirtySeq", p."kisiUserId", ${ms('p."inviteRetryAt"')} AS "inviteRetryAt",
        i."mode", i."status" IN ('connected', 'disconnecting') AS "isConnected",
        CASE WHEN i."status" = 'disconnected' AND i."disconnectMode" IS NOT NULL THEN json_build_object(
          'mode', i."disconnectMode", 'by', i."disconnectedBy", 'reason', i."disconnectReason") END AS "ended",
        i."health", i."clockOffsetMs",
        ${ms('i."probeLeaseUntil"')} AS "probeLeaseUntil",
        (SELECT json_agg(json_build_object('id', c."id", 'entitlementId', c."entitlementId", 'groupId', c."groupId",
            'from', ${ms('c."windowFrom"')}, 'until', ${ms('c."windowUntil"')}, 'isReleased', c."isReleased",
            'revision', c."revision", 'settledAs', CASE WHEN c."settledRevision" = c."revision" THEN c."settledAs" END,
            'problem', c."problem", 'livesSince', ${ms(`CASE WHEN c."settledAs" = 'ended' THEN c."settledAt" ELSE c."createdAt" END`)},
            'wasGranted', coalesce(c."settledAs" = 'granted', false)))
          FROM "Claim" c WHERE c."personId" = p."id"
            AND NOT (c."settledRevision" = c."revision" AND c."settledAs" = 'ended')) AS "claims",
        (SELECT json_agg(json_build_object('groupId', a."groupId", 'presence', a."presence", 'isOurs', a."isOurs",
            'assignmentId', a."kisiAssignmentId", 'validFrom', ${ms('a."validFrom"')}, 'validUntil', ${ms('a."validUntil"')},
            'readAt', ${ms('a."readAt"')}, 'recheckAt', ${ms('a."recheckAt"')}, 'grantRetryAt', ${ms('a."grantRetryAt"')},
            'revokeRetryAt', ${ms('a."revokeRetryAt"')}, 'grantProblem', a."grantProblem", 'mustReplace', a."mustReplace",
            'leftAs', a."leftAs", 'leftUntil', ${ms('a."leftUntil"')},
            'deletedAt', ${ms('a."deletedAt"')}, 'verifiedAbsentAt', ${ms('a."verifiedAbsentAt"')},
            'revokeAttempts', a."revokeAttempts", 'revokeRequest', a."revokeAnswer" ||
              jsonb_build_object('intentId', a."revokeIntentId")))
          FROM "Assignment" a WHERE a."personId" = p."id") AS "assignments",
        (SELECT json_agg(json_build_object('groupId', n."groupId", 'isInvite', n."change" = 'invite',
            'deadlineAt', ${ms('n."deadlineAt"')}))
          FROM "Intent" n WHERE n."personId" = p."id" AND n."status" = 'open') AS "openIntents"
      FROM "Person" p JOIN "Integration" i ON i."id" = p."integrationId"
      WHERE p."id" = ${key.personId} AND p."organizationId" = ${key.organizationId}`;
    if (!row) return null;
    return {
      dirtySeq: row.dirtySeq,
      integration: row,
      kisiUserId: row.kisiUserId,
      inviteRetryAt: row.inviteRetryAt,
      claims: (row.claims ?? []).map(({ from, until, ...claim }) => ({ ...claim, window: { from, until } })),
      assignments: row.assignments ?? [],
      openIntents: row.openIntents ?? [],
    };
  };
}

/**
 * Writes what a plan found, in one statement: settles claims and marks their entitlements dirty, and notes which `dirtySeq`
 * the plan saw. What was raised meanwhile stays dirty, and a claim is settled only where its revision is still the one that
 * the plan saw. Locks are taken in the order that everybody keeps: entitlements, claims, person.
 */
export function createWritePlan(
  ledger: OpenLedger,
): (key: PersonKey, plan: PlanToWrite) => Promise<readonly EntitlementKey[]> {
  return ({ personId }, { seenSeq, lookAgainAt, findings, now }) => {
    const seen = Prisma.sql`
      UPDATE "Person" SET "seenSeq" = greatest("seenSeq", ${seenSeq}),
        "dirtySince" = CASE WHEN "dirtySeq" = ${seenSeq} THEN null ELSE "dirtySince" END, "lookAgainAt" = ${at(lookAgainAt)}
      WHERE "id" = ${personId}`;
    return ledger.inStatement(async (db) => {
      if (findings.length > 0) return db.$queryRaw<EntitlementKey[]>(settle(findings, seen, now));
      await db.$executeRaw(seen);
      return [];
    });
  };
}

function settle(findings: readonly ClaimFinding[], seen: Prisma.Sql, now: number): Prisma.Sql {
  const ids = findings.map((finding) => finding.claimId);
  const rows = findings.map(
    (one) =>
      Prisma.sql`(${one.claimId}, ${one.revision}::int, ${one.settledAs}::text, ${one.problem}::text, ${
        one.ending === null ? Prisma.sql`null::jsonb` : json(one.ending)
      })`,
  );
  // Each step counts the one before it, so that none begins earlier.
  return Prisma.sql`
    WITH locked AS (
      SELECT "id" FROM "Entitlement" WHERE "id" IN (SELECT "entitlementId" FROM "Claim" WHERE "id" = ANY(${ids}))
      ORDER BY "id" FOR UPDATE
    ),
    found ("id", "revision", "settledAs", "problem", "ending") AS (VALUES ${Prisma.join(rows)}),
    settled AS (
      UPDATE "Claim" c SET
        "settledRevision" = CASE WHEN f."settledAs" IS NULL THEN c."settledRevision" ELSE f."revision" END,
        "settledAs" = coalesce(f."settledAs", c."settledAs"),
        "settledAt" = CASE WHEN f."settledAs" IS NULL THEN c."settledAt" ELSE ${at(now)} END,
        "problem" = f."problem",
        "problemSince" = CASE WHEN f."problem" IS NULL THEN NULL WHEN c."problem" = f."problem" THEN c."problemSince"
                              ELSE ${at(now)} END,
        "ending" = coalesce(f."ending", c."ending")
      FROM found f
      WHERE c."id" = f."id" AND c."revision" = f."revision" AND (SELECT count(*) FROM locked) > 0
      RETURNING c."id", c."entitlementId", c."organizationId", c."personId", c."groupId", f."settledAs", c."problem"
    ),
    told AS (
      INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "entitlementId", "personId", "groupId", "details")
      SELECT ${newId()} || '/' || "id", "organizationId", ${at(now)}, 'claim_settled', "entitlementId", "personId",
             "groupId", jsonb_build_object('as', "settledAs", 'problem', "problem") FROM settled
    ),
    touched AS (
      UPDATE "Entitlement" SET "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(now)})
      WHERE "id" IN (SELECT "entitlementId" FROM settled)
      RETURNING "organizationId", "kind", "sourceId", "externalId"
    ),
    seen AS (${seen} AND (SELECT count(*) FROM touched) >= 0)
    SELECT * FROM touched`;
}

/** Takes the one probe of an integration that does not answer; of two at once one gets it. */
export function createTakeProbe({
  prisma,
}: OpenLedger): (integrationId: string, now: number, until: number) => Promise<boolean> {
  return async (integrationId, now, until) => {
    const taken = await prisma.$executeRaw`
      UPDATE "Integration" SET "probeLeaseUntil" = ${at(until)}
      WHERE "id" = ${integrationId} AND ("probeLeaseUntil" IS NULL OR "probeLeaseUntil" <= ${at(now)})`;
    return taken === 1;
  };
}
