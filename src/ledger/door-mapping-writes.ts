import type { Actor } from '../usecases/catalogue';
import type {
  CheckCurrent,
  DoorMapping,
  DoorMappings,
  DoorMappingView,
  MappingRefusal,
  SaveMappingOptions,
} from '../usecases/door-mappings';
import { audit } from './audit';
import { concernDoors, concernSubjects, makeLockGroupRows } from './concern';
import { holdSubjects, refuseMappings } from './door-mapping-refusals';
import { importMappings } from './door-mapping-import';
import { readMapping, toMapping } from './door-mapping-rows';
import { Prisma, type DoorMapping as MappingRow } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';

type Writes = Pick<DoorMappings, 'saveDoorMapping' | 'deleteDoorMapping' | 'importDoorMappings'>;

/** Saving, deleting and importing door mappings, one at a time in an organization. */
export function createMappingWrites(ledger: OpenLedger): Writes {
  return {
    saveDoorMapping: (actor, mapping, options = {}) =>
      ledger.inTransaction((tx) => saveMapping(tx, actor, mapping, options)),
    deleteDoorMapping: (actor, id, check) => ledger.inTransaction((tx) => deleteMapping(tx, actor, id, check)),
    importDoorMappings: (actor, rows, isDryRun) =>
      ledger.inTransaction(async (tx) => {
        await takeTurn(tx, actor);
        return importMappings(tx, actor, rows, isDryRun);
      }),
  };
}

/**
 * Whoever changes mappings of an organization waits for the one before to end, so what is compared with `If-Match` is what
 * is replaced, also where there was nothing yet.
 */
async function takeTurn(tx: LedgerTx, { organizationId }: Actor): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`door-mappings/${organizationId}`}, 0))`;
}

async function saveMapping(
  tx: LedgerTx,
  actor: Actor,
  mapping: DoorMapping,
  { check, verifiedAt = null }: SaveMappingOptions,
): Promise<DoorMappingView | MappingRefusal> {
  const { organizationId } = actor;
  const { id, subject, integrationId, target } = mapping;
  await takeTurn(tx, actor);
  const row = await findLocked(tx, organizationId, id);
  const before = row === null ? null : toMapping(row);
  check?.(before);
  await holdSubjects(tx, organizationId, [subject]);
  const [refusal] = await refuseMappings(tx, organizationId, [mapping]);
  if (refusal) return refusal;
  const isSameTarget =
    before?.integrationId === integrationId && before.target.type === target.type && before.target.id === target.id;
  const verification =
    verifiedAt === null
      ? isSameTarget
        ? {}
        : { verification: 'unverified', verifiedAt: null }
      : { verification: 'verified', verifiedAt: new Date(verifiedAt) };
  const data = { ...toColumns(mapping), ...verification };
  await tx.doorMapping.upsert({
    where: { organizationId_id: { organizationId, id } },
    create: { organizationId, id, ...data },
    update: data,
  });
  await makeLockGroupRows(tx, Prisma.sql`d."organizationId" = ${organizationId} AND d."id" = ${id}`);
  await concernDoors(tx, { organizationId, integrationId });
  await concernSubjects(tx, organizationId, before === null ? [subject] : [before.subject, subject]);
  await audit(tx, actor, 'door_mapping_saved', id);
  const saved = await readMapping(tx, organizationId, id);
  if (saved === null) throw new Error('A mapping that was just saved is not there.');
  return saved;
}

async function deleteMapping(tx: LedgerTx, actor: Actor, id: string, check?: CheckCurrent): Promise<boolean> {
  const { organizationId } = actor;
  await takeTurn(tx, actor);
  const row = await findLocked(tx, organizationId, id);
  if (row === null) return false;
  const before = toMapping(row);
  check?.(before);
  await tx.doorMapping.delete({ where: { organizationId_id: { organizationId, id } } });
  await concernSubjects(tx, organizationId, [before.subject]);
  await audit(tx, actor, 'door_mapping_deleted', id);
  return true;
}

async function findLocked(tx: LedgerTx, organizationId: string, id: string): Promise<MappingRow | null> {
  const [row] = await tx.$queryRaw<MappingRow[]>`
    SELECT * FROM "DoorMapping" WHERE "organizationId" = ${organizationId} AND "id" = ${id} FOR UPDATE`;
  return row ?? null;
}

function toColumns({ subject, target, integrationId, name, leadMinutes, graceMinutes, enabled }: DoorMapping) {
  return {
    subjectType: subject.type,
    subjectSource: subject.source,
    subjectId: subject.id,
    integrationId,
    targetType: target.type,
    targetId: target.id,
    name,
    leadMinutes,
    graceMinutes,
    enabled,
  };
}
