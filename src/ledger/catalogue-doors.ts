import type {
  Actor,
  Catalogue,
  DoorMappingView,
  IntegrationSettings,
  IntegrationView,
  SaveResult,
} from '../usecases/catalogue';
import { addFanOut, audit, toPage } from './audit';
import type { DoorMapping, Integration, IntegrationLocation } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';

type Mappings = Pick<Catalogue, 'getDoorMapping' | 'listDoorMappings' | 'saveDoorMapping' | 'deleteDoorMapping'>;
type Integrations = Pick<
  Catalogue,
  'getIntegration' | 'listIntegrations' | 'createIntegration' | 'saveIntegration' | 'saveConnection'
>;

/** Door mappings; each change settles the access of everyone concerned, in the same transaction. */
export function createDoorMappings(ledger: OpenLedger): Mappings {
  const { prisma } = ledger;
  return {
    async getDoorMapping(organizationId, id) {
      const row = await prisma.doorMapping.findUnique({ where: { organizationId_id: { organizationId, id } } });
      return row === null ? null : toMapping(row);
    },
    async listDoorMappings(organizationId, { source, resourceId, integrationId }, { limit, after }) {
      const rows = await prisma.doorMapping.findMany({
        where: {
          organizationId,
          ...(source === null ? {} : { subjectSource: source }),
          ...(resourceId === null ? {} : { subjectId: resourceId }),
          ...(integrationId === null ? {} : { integrationId }),
          ...(after === null ? {} : { id: { gt: after } }),
        },
        orderBy: { id: 'asc' },
        take: limit + 1,
      });
      return toPage(rows, limit, (row) => row.id, toMapping);
    },
    saveDoorMapping: (actor, mapping) => ledger.inTransaction((tx) => saveMapping(tx, actor, mapping)),
    deleteDoorMapping: (actor, id) =>
      ledger.inTransaction(async (tx) => {
        const key = { organizationId: actor.organizationId, id };
        const row = await tx.doorMapping.findUnique({ where: { organizationId_id: key } });
        if (row === null) return false;
        await tx.doorMapping.delete({ where: { organizationId_id: key } });
        await concernSubject(tx, actor, row);
        await audit(tx, actor, 'door_mapping_deleted', id);
        return true;
      }),
  };
}

async function saveMapping(tx: LedgerTx, actor: Actor, mapping: DoorMappingView): Promise<SaveResult> {
  const { organizationId } = actor;
  const { subject, integrationId, target, id } = mapping;
  const key = { organizationId, sourceId: subject.source, id: subject.id };
  if ((await tx.resource.findUnique({ where: { organizationId_sourceId_id: key } })) === null)
    return 'unknown_resource';
  const integration = await tx.integration.findUnique({ where: { id: integrationId } });
  if (integration?.organizationId !== organizationId) return 'unknown_integration';
  const before = await tx.doorMapping.findUnique({ where: { organizationId_id: { organizationId, id } } });
  const data = {
    subjectType: subject.type,
    subjectSource: subject.source,
    subjectId: subject.id,
    integrationId,
    targetType: target.type,
    targetId: target.id,
    name: mapping.name,
    leadMinutes: mapping.leadMinutes,
    graceMinutes: mapping.graceMinutes,
    enabled: mapping.enabled,
  };
  await tx.doorMapping.upsert({
    where: { organizationId_id: { organizationId, id } },
    create: { organizationId, id, ...data },
    update: data,
  });
  await concernSubject(tx, actor, data);
  const hasMoved = before !== null && (before.subjectSource !== subject.source || before.subjectId !== subject.id);
  if (hasMoved) await concernSubject(tx, actor, before);
  await audit(tx, actor, 'door_mapping_saved', id);
  return 'saved';
}

function concernSubject(
  tx: LedgerTx,
  { organizationId }: Actor,
  { subjectSource, subjectId }: { readonly subjectSource: string; readonly subjectId: string },
): Promise<void> {
  return addFanOut(tx, organizationId, { kind: 'resource', subjectSource, subjectId });
}

function toMapping(row: DoorMapping): DoorMappingView {
  return {
    id: row.id,
    subject: { type: 'resource', source: row.subjectSource, id: row.subjectId },
    integrationId: row.integrationId,
    target: { type: 'group', id: row.targetId },
    name: row.name,
    leadMinutes: row.leadMinutes,
    graceMinutes: row.graceMinutes,
    enabled: row.enabled,
  };
}

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
