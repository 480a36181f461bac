import type { Actor } from '../usecases/catalogue';
import type { ConnectionObstacle, ConnectionToSave, DisconnectAnswer, DisconnectOrder } from '../usecases/connections';
import { DEFAULT_EXPIRY_MS } from '../usecases/disconnect-integration';
import type { ConnectionStatus } from '../usecases/refresh-disconnect';
import { addFanOut, audit } from './audit';
import { Prisma } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';

interface Known {
  readonly status: ConnectionStatus;
  readonly kisiOrganizationId: number | null;
  readonly disconnectMode: string | null;
  readonly disconnectUntil: Date | null;
  readonly disconnectReason: string | null;
}

/** What is in the way of connecting an integration to a Kisi organization, or null. */
export async function findObstacle(
  db: LedgerTx,
  organizationId: string,
  integrationId: string,
  kisiOrganizationId: number,
): Promise<ConnectionObstacle | null> {
  const known = await db.integration.findFirst({ where: { organizationId, id: integrationId } });
  if (known === null) return { kind: 'unknown_integration' };
  if (known.kisiOrganizationId !== null && known.kisiOrganizationId !== kisiOrganizationId) {
    return { kind: 'other_kisi_organization' };
  }
  const taken = await db.integration.findFirst({ where: { kisiOrganizationId, id: { not: integrationId } } });
  if (taken === null) return null;
  // Of another organization nothing is told, not even its name.
  return { kind: 'taken', name: taken.organizationId === organizationId ? taken.name : null };
}

/** Saves a key and revives whatever waited for it; of two integrations that connect one Kisi at once, one is refused. */
export async function saveConnection(
  ledger: OpenLedger,
  actor: Actor,
  id: string,
  connection: ConnectionToSave,
  now: number,
): Promise<ConnectionObstacle | null> {
  try {
    return await ledger.inTransaction((tx) => save(tx, actor, id, connection, now));
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
    const { kisiOrganizationId } = connection;
    const obstacle = await findObstacle(ledger.prisma, actor.organizationId, id, kisiOrganizationId);
    return obstacle ?? { kind: 'taken', name: null };
  }
}

async function save(
  tx: LedgerTx,
  actor: Actor,
  id: string,
  connection: ConnectionToSave,
  now: number,
): Promise<ConnectionObstacle | null> {
  const known = await lock(tx, actor, id);
  const obstacle = await findObstacle(tx, actor.organizationId, id, connection.kisiOrganizationId);
  if (known === null || obstacle !== null) return obstacle ?? { kind: 'unknown_integration' };
  await tx.integration.update({
    where: { id },
    data: {
      ...connection,
      keySeq: { increment: 1 },
      status: 'connected',
      health: 'ok',
      healthSince: new Date(now),
      failuresInRow: 0,
      probeLeaseUntil: null,
      disconnectMode: null,
      disconnectUntil: null,
      disconnectedBy: null,
      disconnectReason: null,
      disconnectAskedAt: null,
      disconnectLookAt: null,
    },
  });
  if (known.status === 'disconnected') await doubtWhatIsLeft(tx, id);
  await tellEverybody(tx, actor, id);
  await audit(tx, actor, known.status === 'connected' ? 'integration_key_changed' : 'integration_connected', id);
  return null;
}

/** What was left behind may have been changed or taken away meanwhile: Kisi is read before anything is written. */
async function doubtWhatIsLeft(tx: LedgerTx, integrationId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Assignment" SET "presence" = 'uncertain', "grantRetryAt" = NULL, "revokeRetryAt" = NULL, "grantFailures" = 0,
      "revokeFailures" = 0, "grantProblem" = NULL
    WHERE "presence" <> 'absent' AND "personId" IN (SELECT "id" FROM "Person" WHERE "integrationId" = ${integrationId})`;
}

/** Orders the end of a connection; the row is locked, so of two orders at once one replaces the other. */
export async function disconnect(
  tx: LedgerTx,
  actor: Actor,
  id: string,
  { mode, until, reason }: DisconnectOrder,
  now: number,
): Promise<DisconnectAnswer> {
  const known = await lock(tx, actor, id);
  if (known === null) return 'unknown_integration';
  if (known.status === 'disconnected') return known.disconnectMode === null ? 'not_connected' : 'unchanged';
  const isSameMode = known.status === 'disconnecting' && known.disconnectMode === mode;
  const isSameUntil = until === null || until === known.disconnectUntil?.getTime();
  if (isSameMode && isSameUntil && (reason === null || reason === known.disconnectReason)) return 'unchanged';
  const kept = isSameMode ? known.disconnectUntil?.getTime() : undefined;
  const isAtOnce = mode === 'write_off';
  await tx.integration.update({
    where: { id },
    data: {
      status: isAtOnce ? 'disconnected' : 'disconnecting',
      disconnectMode: mode,
      disconnectUntil: mode === 'expire' ? new Date(until ?? kept ?? now + DEFAULT_EXPIRY_MS) : null,
      disconnectedBy: actor.name,
      disconnectReason: reason,
      disconnectAskedAt: new Date(now),
      disconnectLookAt: isAtOnce ? null : new Date(now),
      ...(isAtOnce
        ? { apiKeyEncrypted: null, health: 'ok', healthSince: new Date(now), failuresInRow: 0, probeLeaseUntil: null }
        : {}),
    },
  });
  await tellEverybody(tx, actor, id);
  await audit(tx, actor, isAtOnce ? 'integration_written_off' : 'integration_disconnect_ordered', id);
  return 'asked';
}

async function tellEverybody(tx: LedgerTx, { organizationId }: Actor, id: string): Promise<void> {
  await addFanOut(tx, organizationId, { kind: 'integration', subjectId: id });
  await addFanOut(tx, organizationId, { kind: 'integration_recovered', subjectId: id });
}

async function lock(tx: LedgerTx, { organizationId }: Actor, id: string): Promise<Known | null> {
  const [row] = await tx.$queryRaw<Known[]>`
    SELECT "status", "kisiOrganizationId", "disconnectMode", "disconnectUntil", "disconnectReason" FROM "Integration"
    WHERE "id" = ${id} AND "organizationId" = ${organizationId} FOR UPDATE`;
  return row ?? null;
}
