import { LOCK_GROUP_STATUSES, type LockGroupView } from '../domain/plan-doors';
import type { IntegrationKey } from '../usecases/kisi-doors';
import type { DoorsLookTx } from '../usecases/refresh-doors';
import { makeLockGroupRows } from './concern';
import { HOURS_OF } from './door-mapping-rows';
import { Prisma } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';
import { at, ms } from './sql';

/** Runs one look at an integration's doors in one transaction; its row is locked from `load` on. */
export function createInDoorsTransaction(
  ledger: OpenLedger,
): <T>(key: IntegrationKey, look: (tx: DoorsLookTx) => Promise<T>) => Promise<T> {
  return (key, look) =>
    ledger.inTransaction((tx) =>
      look({
        load: () => loadDoors(tx, key),
        async write({ seenSeq, lookAgainAt }) {
          await tx.$executeRaw`
            UPDATE "Integration" SET "seenSeq" = ${seenSeq}, "lookAgainAt" = ${at(lookAgainAt)},
              "dirtySince" = CASE WHEN "dirtySeq" = ${seenSeq} THEN null ELSE "dirtySince" END
            WHERE "id" = ${key.integrationId}`;
        },
      }),
    );
}

interface DoorsRow {
  readonly dirtySeq: number;
  readonly mode: string;
  readonly isConnected: boolean;
  readonly doorsReadAt: number | null;
}

async function loadDoors(tx: LedgerTx, key: IntegrationKey): ReturnType<DoorsLookTx['load']> {
  const { organizationId, integrationId } = key;
  const [row] = await tx.$queryRaw<DoorsRow[]>`
    SELECT "dirtySeq", "mode", "status" = 'connected' AS "isConnected", ${ms('"doorsReadAt"')} AS "doorsReadAt"
    FROM "Integration" WHERE "id" = ${integrationId} AND "organizationId" = ${organizationId} FOR NO KEY UPDATE`;
  if (!row) return null;
  if (row.isConnected) {
    await makeLockGroupRows(tx, Prisma.sql`d."integrationId" = ${integrationId} AND d."enabled"`);
  }
  const [counts] = await tx.$queryRaw<{ hasMappings: boolean; hasUnverified: boolean }[]>`
    SELECT count(*) > 0 AS "hasMappings", coalesce(bool_or("verification" = 'unverified'), false) AS "hasUnverified"
    FROM "DoorMapping" WHERE "integrationId" = ${integrationId}`;
  return {
    dirtySeq: row.dirtySeq,
    mode: row.mode === 'observe' ? 'observe' : 'enforce',
    isConnected: row.isConnected,
    doorsReadAt: row.doorsReadAt,
    hasMappings: counts?.hasMappings ?? false,
    hasUnverified: counts?.hasUnverified ?? false,
    groups: await loadGroups(tx, integrationId),
  };
}

async function loadGroups(tx: LedgerTx, integrationId: string): Promise<LockGroupView[]> {
  const rows = await tx.$queryRaw<(Omit<LockGroupView, 'status'> & { readonly status: string })[]>`
    SELECT g."lockId", g."hoursOf", g."groupId", g."status", g."intentName", ${ms('g."intentDeadline"')} AS "intentDeadline",
      ${ms('g."retryAt"')} AS "retryAt", ${ms('g."readAt"')} AS "readAt",
      EXISTS (SELECT 1 FROM "KisiDoor" k WHERE k."integrationId" = g."integrationId" AND k."type" = 'lock'
        AND k."kisiId" = g."lockId") AS "isLockKnown"
    FROM "LockGroup" g WHERE g."integrationId" = ${integrationId}
      AND EXISTS (SELECT 1 FROM "DoorMapping" d WHERE d."integrationId" = g."integrationId" AND d."targetType" = 'lock'
        AND d."targetId" = g."lockId" AND d."enabled" AND g."hoursOf" = ${HOURS_OF})
    ORDER BY g."lockId", g."hoursOf"`;
  return rows.map((row) => ({
    ...row,
    status: LOCK_GROUP_STATUSES.find((status) => status === row.status) ?? 'wanted',
  }));
}
