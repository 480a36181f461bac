import type { IntegrationKey, PersonKey } from '../usecases/ports';
import { Prisma } from './generated/client';
import type { LedgerTx } from './open';
import { at } from './sql';

/** Seen by every complete sweep while it is so. */
const SEEN_WHILE_SO = ['foreign_assignment', 'user_missing', 'user_disabled', 'group_missing', 'lock_group_changed'];
/** Once it was read the ledger knows it, and no sweep sees it again. */
const KNOWN_ONCE_READ = ['deleted_outside', 'modified_outside'];
const NOT_OVER = ['open', 'repairing', 'left'];

/** Closes what is no longer so, and the sweep itself; answers who must look again because nothing holds them any more. */
export async function finishSweep(
  tx: LedgerTx,
  { organizationId, integrationId }: IntegrationKey,
  sweepId: string,
  now: number,
): Promise<PersonKey[]> {
  const finished = await tx.$executeRaw`
    UPDATE "Sweep" SET "status" = 'finished', "endedAt" = ${at(now)} WHERE "id" = ${sweepId} AND "status" = 'running'`;
  if (finished === 0) return [];
  await tx.sweepPage.deleteMany({ where: { sweepId } });
  await followPolicy(tx, { organizationId, integrationId });
  await tx.$executeRaw`
    UPDATE "Drift" d SET "status" = 'closed', "closedAt" = ${at(now)}
    WHERE d."integrationId" = ${integrationId} AND d."status" = ANY(${NOT_OVER}) AND d."lastSweepId" <> ${sweepId}
      AND d."lastSeenAt" < (SELECT s."startedAt" FROM "Sweep" s WHERE s."id" = ${sweepId})
      AND (d."code" = ANY(${SEEN_WHILE_SO}) OR (d."code" = ANY(${KNOWN_ONCE_READ}) AND ${isPutRight(now)}))`;
  return release(tx, integrationId, now);
}

/** Nothing is uncertain, whoever is concerned has looked, and no claim that lives shows it. */
function isPutRight(now: number): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT 1 FROM "Person" p WHERE p."id" = d."personId" AND p."dirtySeq" = p."seenSeq")
    AND NOT EXISTS (SELECT 1 FROM "Assignment" a WHERE a."personId" = d."personId" AND a."groupId" = d."groupId"
      AND a."presence" = 'uncertain')
    AND NOT EXISTS (SELECT 1 FROM "Claim" c WHERE c."personId" = d."personId" AND c."groupId" = d."groupId"
      AND NOT c."isReleased" AND (c."windowUntil" IS NULL OR c."windowUntil" > ${at(now)}) AND c."problem" = d."code")`;
}

/** Since the policy says so, what waits for a decision is put right after all. */
async function followPolicy(tx: LedgerTx, { organizationId, integrationId }: IntegrationKey): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Drift" SET "status" = 'repairing' WHERE "integrationId" = ${integrationId} AND "status" = 'open'
      AND "code" IN ('deleted_outside', 'modified_outside', 'user_missing')
      AND EXISTS (SELECT 1 FROM "Organization" o WHERE o."id" = ${organizationId} AND o."driftRepair" = 'repair')`;
}

/** What is left as it is for no reason any more follows its claims again. */
export function release(tx: LedgerTx, integrationId: string, now: number): Promise<PersonKey[]> {
  return tx.$queryRaw<PersonKey[]>`
    WITH freed AS (
      UPDATE "Assignment" a SET "leftAs" = NULL, "leftUntil" = NULL FROM "Person" p
      WHERE p."id" = a."personId" AND p."integrationId" = ${integrationId} AND a."leftAs" IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM "Drift" d WHERE d."personId" = a."personId" AND d."code" = a."leftAs"
          AND (d."groupId" = a."groupId" OR d."groupId" IS NULL) AND d."status" IN ('open', 'left'))
      RETURNING a."personId"
    )
    UPDATE "Person" SET "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(now)})
    WHERE "id" IN (SELECT "personId" FROM freed) RETURNING "organizationId", "integrationId", "id" AS "personId"`;
}
