import type { Actor, Catalogue, IntegrationSettings, IntegrationView, SaveResult } from '../usecases/catalogue';
import type { DisconnectMode } from '../usecases/refresh-disconnect';
import { addFanOut, audit, toPage } from './audit';
import { countPeopleLeft } from './disconnect-looks';
import type { Integration, IntegrationLocation } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';

type Integrations = Pick<
  Catalogue,
  'getIntegration' | 'listIntegrations' | 'createIntegration' | 'saveIntegration' | 'deleteIntegration'
>;

type IntegrationRow = Integration & { readonly locations: readonly IntegrationLocation[] };

/** Connected Kisi organizations. The API key never leaves this folder unencrypted, and not at all through these views. */
export function createIntegrations(ledger: OpenLedger): Integrations {
  const { prisma } = ledger;
  return {
    async getIntegration(organizationId, id) {
      const row = await prisma.integration.findFirst({ where: { organizationId, id }, include: { locations: true } });
      return row === null ? null : toIntegration(prisma, row);
    },
    async listIntegrations(organizationId, { limit, after }) {
      const rows = await prisma.integration.findMany({
        where: { organizationId, ...(after === null ? {} : { id: { gt: after } }) },
        orderBy: { id: 'asc' },
        take: limit + 1,
        include: { locations: true },
      });
      const page = toPage(
        rows,
        limit,
        (row) => row.id,
        (row) => row,
      );
      return { ...page, items: await Promise.all(page.items.map((row) => toIntegration(prisma, row))) };
    },
    createIntegration: (actor, settings) => ledger.inTransaction((tx) => saveIntegration(tx, actor, settings, true)),
    saveIntegration: (actor, settings) => ledger.inTransaction((tx) => saveIntegration(tx, actor, settings, false)),
    deleteIntegration: (actor, id) => ledger.inTransaction((tx) => deleteIntegration(tx, actor, id)),
  };
}

async function saveIntegration(
  tx: LedgerTx,
  actor: Actor,
  settings: IntegrationSettings,
  isNew: boolean,
): Promise<SaveResult> {
  const { organizationId } = actor;
  const { id, name, mode, locationIds } = settings;
  const known = isNew ? null : await tx.integration.findFirst({ where: { id, organizationId } });
  if (known === null && !isNew) return 'unknown_integration';
  const found = await tx.location.count({ where: { organizationId, id: { in: [...locationIds] } } });
  if (found !== new Set(locationIds).size) return 'unknown_location';
  if (known?.mode === 'enforce' && mode === 'observe' && (await holdsAccess(tx, id))) return 'conflict';
  await tx.integration.upsert({
    where: { id },
    create: { id, organizationId, name, mode },
    update: { name, mode },
  });
  await tx.integrationLocation.deleteMany({ where: { integrationId: id } });
  await tx.integrationLocation.createMany({
    data: [...new Set(locationIds)].map((locationId) => ({ integrationId: id, organizationId, locationId })),
  });
  if (known !== null && known.mode !== mode) await unsettleAll(tx, organizationId, id);
  await audit(tx, actor, 'integration_saved', id);
  return 'saved';
}

async function holdsAccess(tx: LedgerTx, integrationId: string): Promise<boolean> {
  const held = await tx.assignment.findFirst({
    where: { person: { integrationId }, isOurs: true, presence: { not: 'absent' } },
  });
  return held !== null;
}

/** From observing to enforcing: what was only observed is owed now. */
async function unsettleAll(tx: LedgerTx, organizationId: string, integrationId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Claim" SET "revision" = "revision" + 1 WHERE "integrationId" = ${integrationId} AND "settledAs" = 'observed'`;
  await addFanOut(tx, organizationId, { kind: 'integration_recovered', subjectId: integrationId });
  await addFanOut(tx, organizationId, { kind: 'integration', subjectId: integrationId });
}

async function deleteIntegration(tx: LedgerTx, actor: Actor, id: string) {
  const { organizationId } = actor;
  const [row] = await tx.$queryRaw<{ status: string }[]>`
    SELECT "status" FROM "Integration" WHERE "id" = ${id} AND "organizationId" = ${organizationId} FOR UPDATE`;
  if (!row) return 'unknown_integration';
  if (row.status !== 'disconnected') return 'is_connected';
  if ((await tx.doorMapping.count({ where: { integrationId: id } })) > 0) return 'has_mappings';
  const living = await tx.claim.count({ where: { integrationId: id, entitlement: { hasReceipt: false } } });
  if (living > 0) return 'has_bookings';
  const ofIts = { person: { integrationId: id } };
  await tx.claim.deleteMany({ where: ofIts });
  await tx.assignment.deleteMany({ where: ofIts });
  await tx.intent.deleteMany({ where: ofIts });
  await tx.person.deleteMany({ where: { integrationId: id } });
  await tx.integration.delete({ where: { id } });
  await audit(tx, actor, 'integration_deleted', id);
  return 'deleted';
}

async function toIntegration(db: LedgerTx, row: IntegrationRow): Promise<IntegrationView> {
  return {
    id: row.id,
    name: row.name,
    mode: row.mode === 'observe' ? 'observe' : 'enforce',
    locationIds: row.locations.map((one) => one.locationId).sort(),
    status: row.status === 'connected' || row.status === 'disconnecting' ? row.status : 'disconnected',
    baseUrl: row.baseUrl,
    apiKeyLastFour: row.apiKeyLastFour,
    kisiOrganizationId: row.kisiOrganizationId,
    health: row.health === 'unavailable' || row.health === 'key_invalid' ? row.health : 'ok',
    healthSince: row.healthSince?.getTime() ?? null,
    clockOffsetMs: row.clockOffsetMs,
    doorsReadAt: row.doorsReadAt?.getTime() ?? null,
    disconnect: await toDisconnect(db, row),
  };
}

async function toDisconnect(db: LedgerTx, row: IntegrationRow): Promise<IntegrationView['disconnect']> {
  const mode = toMode(row.disconnectMode);
  if (mode === null) return null;
  const until = row.disconnectUntil?.getTime() ?? null;
  const isUnderWay = row.status === 'disconnecting';
  return {
    mode,
    until,
    by: row.disconnectedBy ?? '',
    reason: row.disconnectReason,
    askedAt: row.disconnectAskedAt?.getTime() ?? 0,
    peopleLeft: isUnderWay ? await countPeopleLeft(db, row.id, { mode, until }, Date.now()) : 0,
  };
}

function toMode(mode: string | null): DisconnectMode | null {
  return mode === 'revoke' || mode === 'expire' || mode === 'write_off' ? mode : null;
}
