import type { Actor, Catalogue, IntegrationSettings, IntegrationView, SaveResult } from '../usecases/catalogue';
import { addFanOut, audit, toPage } from './audit';
import type { Integration, IntegrationLocation } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';

type Integrations = Pick<
  Catalogue,
  'getIntegration' | 'listIntegrations' | 'createIntegration' | 'saveIntegration' | 'saveConnection'
>;

type IntegrationRow = Integration & { readonly locations: readonly IntegrationLocation[] };

/** Connected Kisi organizations. The API key never leaves this folder unencrypted, and not at all through these views. */
export function createIntegrations(ledger: OpenLedger): Integrations {
  const { prisma } = ledger;
  return {
    async getIntegration(organizationId, id) {
      const row = await prisma.integration.findFirst({ where: { organizationId, id }, include: { locations: true } });
      return row === null ? null : toIntegration(row);
    },
    async listIntegrations(organizationId, { limit, after }) {
      const rows = await prisma.integration.findMany({
        where: { organizationId, ...(after === null ? {} : { id: { gt: after } }) },
        orderBy: { id: 'asc' },
        take: limit + 1,
        include: { locations: true },
      });
      return toPage(rows, limit, (row) => row.id, toIntegration);
    },
    createIntegration: (actor, settings) => ledger.inTransaction((tx) => saveIntegration(tx, actor, settings, true)),
    saveIntegration: (actor, settings) => ledger.inTransaction((tx) => saveIntegration(tx, actor, settings, false)),
    saveConnection: (actor, id, connection) =>
      ledger.inTransaction(async (tx) => {
        const { organizationId } = actor;
        const known = await tx.integration.findFirst({ where: { organizationId, id } });
        if (known === null) return 'unknown_integration';
        const isOther = known.kisiOrganizationId !== null && known.kisiOrganizationId !== connection.kisiOrganizationId;
        if (isOther) return 'other_kisi_organization';
        const taken = await tx.integration.findFirst({
          where: { kisiOrganizationId: connection.kisiOrganizationId, id: { not: id } },
        });
        if (taken !== null) return 'taken';
        const healthy = {
          status: 'connected',
          health: 'ok',
          healthSince: new Date(),
          failuresInRow: 0,
          probeLeaseUntil: null,
        };
        await tx.integration.update({ where: { id }, data: { ...connection, ...healthy } });
        await addFanOut(tx, organizationId, { kind: 'integration', subjectId: id });
        await addFanOut(tx, organizationId, { kind: 'integration_recovered', subjectId: id });
        await audit(tx, actor, 'integration_connected', id);
        return 'saved';
      }),
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

function toIntegration(row: IntegrationRow): IntegrationView {
  return {
    id: row.id,
    name: row.name,
    mode: row.mode === 'observe' ? 'observe' : 'enforce',
    locationIds: row.locations.map((one) => one.locationId).sort(),
    status: row.status === 'connected' ? 'connected' : 'disconnected',
    baseUrl: row.baseUrl,
    apiKeyLastFour: row.apiKeyLastFour,
    kisiOrganizationId: row.kisiOrganizationId,
    health: row.health === 'unavailable' || row.health === 'key_invalid' ? row.health : 'ok',
    healthSince: row.healthSince?.getTime() ?? null,
    clockOffsetMs: row.clockOffsetMs,
  };
}
