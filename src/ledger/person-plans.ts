import type { ClaimFinding, EntitlementKey, IntegrationView, PersonContext, PersonKey } from '../usecases/ports';
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
        i."mode", i."status" = 'connected' AS "isConnected", i."health", i."clockOffsetMs",
        ${ms('i."probeLeaseUntil"')} AS "probeLeaseUntil",
        (SELECT json_agg(json_build_object('id', c."id", 'entitlementId', c."entitlementId", 'groupId', c."groupId",
            'from', ${ms('c."windowFrom"')}, 'until', ${ms('c."windowUntil"')}, 'isReleased', c."isReleased",
            'revision', c."revision", 'settledAs', CASE WHEN c."settledRevision" = c."revision" THEN c."settledAs" END,
            'problem', c."problem"))
          FROM "Claim" c WHERE c."personId" = p."id"
            AND NOT (c."settledRevision" = c."revision" AND c."settledAs" = 'ended')) AS "claims",
        (SELECT json_agg(json_build_object('groupId', a."groupId", 'presence', a."presence", 'isOurs', a."isOurs",
            'assignmentId', a."kisiAssignmentId", 'validFrom', ${ms('a."validFrom"')}, 'validUntil', ${ms('a."validUntil"')},
            'readAt', ${ms('a."readAt"')}, 'recheckAt', ${ms('a."recheckAt"')}, 'grantRetryAt', ${ms('a."grantRetryAt"')},
            'revokeRetryAt', ${ms('a."revokeRetryAt"')}, 'grantProblem', a."grantProblem", 'mustReplace', a."mustReplace",
            'deletedAt', ${ms('a."deletedAt"')}, 'verifiedAbsentAt', ${ms('a."verifiedAbsentAt"')},
            'revokeAttempts', a."revokeAttempts"))
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
 * Settles claims, and marks their entitlements dirty, in one statement: only where the revision is still the one that the
 * plan saw. The entitlements are locked first, in the order that everybody keeps.
 */
export function createWriteFindings({
  inTransaction,
}: Pick<OpenLedger, 'inTransaction'>): (
  findings: readonly ClaimFinding[],
  now: number,
) => Promise<readonly EntitlementKey[]> {
  return (findings, now) =>
    inTransaction(async (tx) => {
      const ids = findings.map((finding) => finding.claimId);
      await tx.$queryRaw`
        SELECT "id" FROM "Entitlement" WHERE "id" IN (SELECT "entitlementId" FROM "Claim" WHERE "id" = ANY(${ids}))
        ORDER BY "id" FOR UPDATE`;
      const rows = findings.map(
        (one) =>
          Prisma.sql`(${one.claimId}, ${one.revision}::int, ${one.settledAs}::text, ${one.problem}::text, ${
            one.ending === null ? Prisma.sql`null::jsonb` : json(one.ending)
          })`,
      );
      const touched = await tx.$queryRaw<EntitlementKey[]>`
        WITH found ("id", "revision", "settledAs", "problem", "ending") AS (VALUES ${Prisma.join(rows)}),
        settled AS (
          UPDATE "Claim" c SET
            "settledRevision" = CASE WHEN f."settledAs" IS NULL THEN c."settledRevision" ELSE f."revision" END,
            "settledAs" = coalesce(f."settledAs", c."settledAs"),
            "settledAt" = CASE WHEN f."settledAs" IS NULL THEN c."settledAt" ELSE ${at(now)} END,
            "problem" = f."problem",
            "problemSince" = CASE WHEN f."problem" IS NULL THEN NULL WHEN c."problem" = f."problem" THEN c."problemSince"
                                  ELSE ${at(now)} END,
            "ending" = coalesce(f."ending", c."ending")
          FROM found f WHERE c."id" = f."id" AND c."revision" = f."revision"
          RETURNING c."id", c."entitlementId", c."organizationId", c."personId", c."groupId", f."settledAs", c."problem"
        ),
        told AS (
          INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "entitlementId", "personId", "groupId", "details")
          SELECT ${newId()} || '/' || "id", "organizationId", ${at(now)}, 'claim_settled', "entitlementId", "personId",
                 "groupId", jsonb_build_object('as', "settledAs", 'problem', "problem") FROM settled
        )
        UPDATE "Entitlement" SET "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(now)})
        WHERE "id" IN (SELECT "entitlementId" FROM settled)
        RETURNING "organizationId", "sourceId", "externalId" AS "bookingId"`;
      return touched;
    });
}

/** Notes which `dirtySeq` a plan saw, and when to look again; what was raised meanwhile stays dirty. */
export function createMarkSeen({
  prisma,
}: OpenLedger): (key: PersonKey, seenSeq: number, lookAgainAt: number | null) => Promise<void> {
  return async (key, seenSeq, lookAgainAt) => {
    await prisma.$executeRaw`
      UPDATE "Person" SET "seenSeq" = greatest("seenSeq", ${seenSeq}),
        "dirtySince" = CASE WHEN "dirtySeq" = ${seenSeq} THEN null ELSE "dirtySince" END, "lookAgainAt" = ${at(lookAgainAt)}
      WHERE "id" = ${key.personId}`;
  };
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
