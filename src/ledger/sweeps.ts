import type { IntegrationKey } from '../usecases/ports';
import type { PageRead, StoredPage, SweepLedger } from '../usecases/sweep-ports';
import { noteContact } from './attempt-results';
import { Prisma } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';
import { at } from './sql';
import { findDisabled, findLockGroups, loadKnown } from './sweep-known';
import { finishSweep } from './sweep-ends';
import { recordFindings } from './sweep-findings';
import { findMissing, sampleMissing } from './sweep-missing';

/** Sweeps are kept this long for people to see. */
const KEPT_DAYS = 7;
/** Older than the longest run: its workflow ended without saying so. */
const LOST_AFTER_MINUTES = 15;
/** A deletion of ours that began this long before a list is over, but may show in it only now. */
const DELETION_MS = 15_000;

/** The ledger's side of sweeps. */
export function createSweepLedger(ledger: OpenLedger): SweepLedger {
  const { prisma } = ledger;
  return {
    begin: (key, sweepId, now) => ledger.inTransaction((tx) => begin(tx, key, sweepId, now)),
    async fail(sweepId, failure, now) {
      await ledger.inTransaction(async (tx) => {
        await tx.sweep.updateMany({
          where: { id: sweepId, status: 'running' },
          data: { status: 'failed', failure, endedAt: new Date(now) },
        });
        await tx.sweepPage.deleteMany({ where: { sweepId } });
      });
    },
    storePage: (key, sweepId, page) => ledger.inTransaction((tx) => storePage(tx, key, sweepId, page)),
    async countCalls(sweepId, calls) {
      await prisma.sweep.updateMany({ where: { id: sweepId }, data: { calls: { increment: calls } } });
    },
    noteContact: (key, contact, now) =>
      ledger.inStatement(async (db) => {
        await db.$executeRaw`WITH ${noteContact(key, contact, now)} SELECT 1`;
      }),
    loadKnown: (key, seen, now) => loadKnown(prisma, key, seen, now),
    findDisabled: (key, userIds, now) => findDisabled(prisma, key, userIds, now),
    findLockGroups: (key, groupIds, readStartedAt) => findLockGroups(prisma, key, groupIds, readStartedAt),
    record: (key, sweepId, findings, read) =>
      ledger.inTransaction((tx) => recordFindings(tx, key, sweepId, findings, read)),
    findMissing: (key, sweepId, now) => findMissing(prisma, key, sweepId, now),
    sampleMissing: (key, sweepId, now) => sampleMissing(prisma, key, sweepId, now),
    async absenceProved(sweepId) {
      await prisma.sweep.updateMany({ where: { id: sweepId }, data: { absenceProved: true } });
    },
    finish: (key, sweepId, now) => ledger.inTransaction((tx) => finishSweep(tx, key, sweepId, now)),
    async stateOf(sweepId) {
      const [row] = await prisma.$queryRaw<{ isRunning: boolean; isAbsenceProved: boolean }[]>`
        SELECT s."status" = 'running' AND i."status" = 'connected' AS "isRunning", s."absenceProved" AS "isAbsenceProved"
        FROM "Sweep" s JOIN "Integration" i ON i."id" = s."integrationId" WHERE s."id" = ${sweepId}`;
      return row ?? null;
    },
  };
}

/** The integrations that are to be swept: those that are connected. */
export function createListSwept({ prisma }: OpenLedger): () => Promise<readonly IntegrationKey[]> {
  return async () => {
    const rows = await prisma.integration.findMany({
      where: { status: 'connected' },
      select: { organizationId: true, id: true },
    });
    return rows.map(({ organizationId, id }) => ({ organizationId, integrationId: id }));
  };
}

async function begin(tx: LedgerTx, key: IntegrationKey, sweepId: string, now: number): Promise<boolean> {
  const { organizationId, integrationId } = key;
  const [integration] = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Integration" WHERE "id" = ${integrationId} AND "organizationId" = ${organizationId}
      AND "status" = 'connected' FOR KEY SHARE`;
  if (!integration) return false;
  await tx.$executeRaw`
    UPDATE "Sweep" SET "status" = 'failed', "failure" = 'timed_out', "endedAt" = ${at(now)}
    WHERE "integrationId" = ${integrationId} AND "status" = 'running'
      AND "startedAt" < ${at(now)} - make_interval(mins => ${LOST_AFTER_MINUTES}::int)`;
  await tx.$executeRaw`
    DELETE FROM "SweepPage" WHERE "sweepId" IN (SELECT "id" FROM "Sweep"
      WHERE "integrationId" = ${integrationId} AND "status" <> 'running')`;
  await tx.$executeRaw`
    DELETE FROM "Sweep" WHERE "integrationId" = ${integrationId} AND "status" <> 'running'
      AND "startedAt" < ${at(now)} - make_interval(days => ${KEPT_DAYS}::int)
      AND "startedAt" < (SELECT max(s."startedAt") FROM "Sweep" s
        WHERE s."integrationId" = ${integrationId} AND s."status" = 'finished')`;
  await tx.$executeRaw`
    INSERT INTO "Sweep" ("id", "organizationId", "integrationId", "startedAt")
    VALUES (${sweepId}, ${organizationId}, ${integrationId}, ${at(now)}) ON CONFLICT ("id") DO NOTHING`;
  return true;
}

/**
 * Keeps one page. Its list is to be begun again when an id was seen on another page, or when the list has become shorter by
 * more than we deleted ourselves meanwhile: rows then moved from pages that are still to be read to pages that were read.
 */
async function storePage(
  tx: LedgerTx,
  { integrationId }: IntegrationKey,
  sweepId: string,
  { list, offset, total, ids, readStartedAt }: PageRead,
): Promise<StoredPage> {
  const [sweep] = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Sweep" WHERE "id" = ${sweepId} AND "status" = 'running' FOR UPDATE`;
  if (!sweep) return { kind: 'gone' };
  if (offset === 0) await tx.sweepPage.deleteMany({ where: { sweepId, list } });
  const [before] = await tx.$queryRaw<{ isSeenTwice: boolean; total: number | null; seen: number; deleted: number }[]>`
    WITH pages AS (
      SELECT * FROM "SweepPage" WHERE "sweepId" = ${sweepId} AND "list" = ${list} AND "offset" < ${offset}::int
    )
    SELECT coalesce(bool_or("ids" && ${[...ids]}::int[]), false) AS "isSeenTwice", max("total") AS "total",
      coalesce(sum(cardinality("ids")), 0)::int AS "seen",
      CASE WHEN ${list} <> 'assignments' THEN 0 ELSE (SELECT count(*)::int FROM "Intent" n
        WHERE n."integrationId" = ${integrationId} AND n."change" = 'revoke'
          AND n."startedAt" >= (SELECT min("readStartedAt") FROM pages) - ${DELETION_MS} * interval '1 millisecond') END AS "deleted"
    FROM pages`;
  if (before === undefined) throw new Error('A statement without GROUP BY answers one row.');
  const isShorter = before.total !== null && total < before.total - before.deleted;
  if (before.isSeenTwice || isShorter) return { kind: 'changed' };
  const page = { sweepId, list, offset, total, ids: [...ids], readStartedAt: new Date(readStartedAt) };
  await tx.sweepPage.upsert({
    where: { sweepId_list_offset: { sweepId, list, offset } },
    create: page,
    update: page,
  });
  await tx.$executeRaw`
    UPDATE "Sweep" SET "pages" = "pages" + 1, ${Prisma.raw(`"${list}"`)} = ${before.seen + ids.length}::int
    WHERE "id" = ${sweepId}`;
  return { kind: 'stored', seen: before.seen + ids.length };
}
