import type {
  ConnectionStatus,
  DisconnectContext,
  DisconnectLookTx,
  DisconnectMode,
} from '../usecases/refresh-disconnect';
import type { IntegrationKey } from '../usecases/ports';
import { addFanOut, audit } from './audit';
import { Prisma } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';
import { at, ms } from './sql';

/** Runs one look at an integration that is being disconnected in one transaction; its row is locked from `load` on. */
export function createInDisconnectTransaction(
  ledger: OpenLedger,
): <T>(key: IntegrationKey, look: (tx: DisconnectLookTx) => Promise<T>) => Promise<T> {
  return (key, look) =>
    ledger.inTransaction((tx) =>
      look({
        load: (now) => load(tx, key, now),
        finish: (now) => finish(tx, key, now),
        postpone: async (lookAgainAt) => {
          await tx.$executeRaw`
            UPDATE "Integration" SET "disconnectLookAt" = ${at(lookAgainAt)} WHERE "id" = ${key.integrationId}`;
        },
      }),
    );
}

interface Row {
  readonly status: ConnectionStatus;
  readonly mode: DisconnectMode | null;
  readonly until: number | null;
  readonly askedAt: number | null;
}

async function load(tx: LedgerTx, key: IntegrationKey, now: number): Promise<DisconnectContext | null> {
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT "status", "disconnectMode" AS "mode", ${ms('"disconnectUntil"')} AS "until",
           ${ms('"disconnectAskedAt"')} AS "askedAt"
    FROM "Integration" WHERE "id" = ${key.integrationId} AND "organizationId" = ${key.organizationId} FOR UPDATE`;
  if (!row) return null;
  const [unseen] = await tx.$queryRaw<{ hasUnseen: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM "FanOut" WHERE "doneAt" IS NULL AND "kind" = 'integration'
                   AND "subjectId" = ${key.integrationId})
        OR EXISTS (SELECT 1 FROM "Entitlement" e JOIN "Claim" c ON c."entitlementId" = e."id"
                   WHERE c."integrationId" = ${key.integrationId} AND e."dirtySeq" > e."seenSeq") AS "hasUnseen"`;
  return {
    status: row.status,
    mode: row.mode,
    askedAt: row.askedAt,
    peopleLeft: await countPeopleLeft(tx, key.integrationId, row, now),
    hasUnseen: unseen?.hasUnseen !== false,
  };
}

/**
 * Counts the people for whom something is still to be done at Kisi. With `expire` access that carries its end may stay:
 * Kisi refuses by itself then.
 */
export async function countPeopleLeft(
  tx: Pick<LedgerTx, '$queryRaw'>,
  integrationId: string,
  { mode, until }: { readonly mode: DisconnectMode | null; readonly until: number | null },
  now: number,
): Promise<number> {
  if (mode === 'write_off') return 0;
  const mayStay = mode === 'expire';
  const claimIsDone = mayStay
    ? Prisma.sql`c."settledRevision" = c."revision" AND (c."settledAs" = 'ended'
        OR NOT c."isReleased" AND c."windowUntil" > ${at(now)} AND c."windowUntil" <= ${at(until)})`
    : Prisma.sql`c."settledRevision" = c."revision" AND c."settledAs" = 'ended'`;
  // A window that waits for its turn on the same door needs no assignment yet; a second of rounding is Kisi's.
  const assignmentIsDone = mayStay
    ? Prisma.sql`a."recheckAt" IS NULL AND (a."presence" = 'absent'
        OR a."presence" = 'present' AND a."validUntil" < ${at(until)}::timestamptz + interval '1 second'
           AND EXISTS (SELECT 1 FROM "Claim" c WHERE c."personId" = p."id" AND c."groupId" = a."groupId"
                       AND NOT c."isReleased" AND c."windowUntil" > ${at(now)}))`
    : Prisma.sql`a."recheckAt" IS NULL AND a."presence" = 'absent'`;
  const [row] = await tx.$queryRaw<{ left: number }[]>`
    SELECT count(*)::int AS "left" FROM "Person" p WHERE p."integrationId" = ${integrationId} AND (
      EXISTS (SELECT 1 FROM "Claim" c WHERE c."personId" = p."id" AND NOT coalesce(${claimIsDone}, false))
      OR EXISTS (SELECT 1 FROM "Assignment" a WHERE a."personId" = p."id" AND (a."isOurs" OR a."presence" = 'uncertain')
                 AND NOT coalesce(${assignmentIsDone}, false))
      OR EXISTS (SELECT 1 FROM "Intent" n WHERE n."personId" = p."id" AND n."status" = 'open'))`;
  return row?.left ?? 0;
}

async function finish(tx: LedgerTx, { organizationId, integrationId }: IntegrationKey, now: number): Promise<void> {
  const { disconnectedBy } = await tx.integration.update({
    where: { id: integrationId },
    data: {
      status: 'disconnected',
      apiKeyEncrypted: null,
      disconnectLookAt: null,
      health: 'ok',
      healthSince: new Date(now),
      failuresInRow: 0,
      probeLeaseUntil: null,
    },
  });
  await addFanOut(tx, organizationId, { kind: 'integration', subjectId: integrationId });
  await addFanOut(tx, organizationId, { kind: 'integration_recovered', subjectId: integrationId });
  await audit(tx, { organizationId, name: disconnectedBy ?? 'Latchkey' }, 'integration_disconnected', integrationId);
}
