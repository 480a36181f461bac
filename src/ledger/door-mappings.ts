import type { Actor, Catalogue, DoorMappingView, SaveResult } from '../usecases/catalogue';
import { addFanOut, audit, toPage } from './audit';
import type { DoorMapping } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';

type Mappings = Pick<Catalogue, 'getDoorMapping' | 'listDoorMappings' | 'saveDoorMapping' | 'deleteDoorMapping'>;

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
