import type { Actor } from '../usecases/catalogue';
import {
  isSameMapping,
  type DoorMapping,
  type ImportError,
  type ImportResult,
  type ImportRow,
  type MappingRefusal,
} from '../usecases/door-mappings';
import { concernDoors, concernSubjects, makeLockGroupRows } from './concern';
import { holdSubjects, refuseMappings } from './door-mapping-refusals';
import { toMapping } from './door-mapping-rows';
import { Prisma, type DoorMapping as MappingRow } from './generated/client';
import { newId } from './ids';
import type { LedgerTx } from './open';
import { json } from './sql';

const REFUSALS: Record<MappingRefusal, readonly [column: string, message: string]> = {
  unknown_subject: ['subject_id', 'expected the id of something that exists in that source'],
  unknown_integration: ['integration_id', 'expected the id of an integration that exists'],
};

/**
 * Saves the mappings of a file, all or none, with a handful of statements however many there are, and settles each subject
 * concerned once. What is the same already is left alone.
 */
export async function importMappings(
  tx: LedgerTx,
  actor: Actor,
  rows: readonly ImportRow[],
  isDryRun: boolean,
): Promise<ImportResult> {
  const { organizationId } = actor;
  const mappings = rows.map((row) => row.mapping);
  if (rows.length === 0) return { errors: [], rows: [] };
  await holdSubjects(
    tx,
    organizationId,
    mappings.map(({ subject }) => subject),
  );
  const errors = toErrors(rows, await refuseMappings(tx, organizationId, mappings));
  const known = await findLocked(tx, organizationId, mappings);
  const told = rows.map(({ line, mapping }) => ({
    line,
    id: mapping.id,
    effect: effectOf(known.get(mapping.id), mapping),
  }));
  if (errors.length > 0 || isDryRun) return { errors, rows: told };

  const changed = mappings.filter((_mapping, index) => told[index]?.effect !== 'none');
  if (changed.length === 0) return { errors, rows: told };
  await upsertMappings(tx, organizationId, changed);
  const before = changed.flatMap((mapping) => known.get(mapping.id)?.subject ?? []);
  await concernSubjects(tx, organizationId, [...before, ...changed.map(({ subject }) => subject)]);
  await wantLockGroups(tx, organizationId, changed);
  await auditAll(tx, actor, changed);
  return { errors, rows: told };
}

function toErrors(rows: readonly ImportRow[], refusals: readonly (MappingRefusal | null)[]): ImportError[] {
  return rows.flatMap(({ line }, index) => {
    const refusal = refusals[index] ?? null;
    if (refusal === null) return [];
    const [column, message] = REFUSALS[refusal];
    return [{ line, column, message }];
  });
}

function effectOf(before: DoorMapping | undefined, mapping: DoorMapping): 'create' | 'change' | 'none' {
  if (before === undefined) return 'create';
  return isSameMapping(before, mapping) ? 'none' : 'change';
}

async function findLocked(
  tx: LedgerTx,
  organizationId: string,
  mappings: readonly DoorMapping[],
): Promise<ReadonlyMap<string, DoorMapping>> {
  const rows = await tx.$queryRaw<MappingRow[]>`
    SELECT * FROM "DoorMapping" WHERE "organizationId" = ${organizationId}
      AND "id" IN (SELECT jsonb_array_elements_text(${json(mappings.map(({ id }) => id))})) ORDER BY "id" FOR UPDATE`;
  return new Map(rows.map((row) => [row.id, toMapping(row)]));
}

/** What Kisi is known to have is verified at once; the rest when its doors are read next. */
async function upsertMappings(tx: LedgerTx, organizationId: string, mappings: readonly DoorMapping[]): Promise<void> {
  const values = mappings.map(({ subject, target, ...rest }) => ({
    ...rest,
    subjectType: subject.type,
    subjectSource: subject.source,
    subjectId: subject.id,
    targetType: target.type,
    targetId: target.id,
  }));
  await tx.$executeRaw`
    INSERT INTO "DoorMapping" ("organizationId", "id", "subjectType", "subjectSource", "subjectId", "integrationId",
      "targetType", "targetId", "name", "leadMinutes", "graceMinutes", "enabled", "verification", "verifiedAt", "updatedAt")
    SELECT ${organizationId}, x."id", x."subjectType", x."subjectSource", x."subjectId", x."integrationId", x."targetType",
      x."targetId", x."name", x."leadMinutes", x."graceMinutes", x."enabled",
      CASE WHEN k."kisiId" IS NULL THEN 'unverified' ELSE 'verified' END, k."readAt", now()
    FROM jsonb_to_recordset(${json(values)}) AS x("id" text, "subjectType" text, "subjectSource" text, "subjectId" text,
      "integrationId" text, "targetType" text, "targetId" int, "name" text, "leadMinutes" float8, "graceMinutes" float8,
      "enabled" boolean)
    LEFT JOIN "KisiDoor" k ON k."integrationId" = x."integrationId" AND k."type" = x."targetType"
      AND k."kisiId" = x."targetId"
    ORDER BY x."id"
    ON CONFLICT ("organizationId", "id") DO UPDATE SET
      "subjectType" = excluded."subjectType", "subjectSource" = excluded."subjectSource",
      "subjectId" = excluded."subjectId", "integrationId" = excluded."integrationId",
      "targetType" = excluded."targetType", "targetId" = excluded."targetId", "name" = excluded."name",
      "leadMinutes" = excluded."leadMinutes", "graceMinutes" = excluded."graceMinutes", "enabled" = excluded."enabled",
      "verification" = excluded."verification", "verifiedAt" = excluded."verifiedAt", "updatedAt" = now()`;
}

async function wantLockGroups(tx: LedgerTx, organizationId: string, mappings: readonly DoorMapping[]): Promise<void> {
  const ids = json(mappings.map(({ id }) => id));
  await makeLockGroupRows(
    tx,
    Prisma.sql`d."organizationId" = ${organizationId} AND d."id" IN (SELECT jsonb_array_elements_text(${ids}))`,
  );
  const integrationIds = [...new Set(mappings.map(({ integrationId }) => integrationId))].sort();
  for (const integrationId of integrationIds) await concernDoors(tx, { organizationId, integrationId });
}

async function auditAll(tx: LedgerTx, actor: Actor, mappings: readonly DoorMapping[]): Promise<void> {
  const entries = mappings.map(({ id }) => ({ id: newId(), subject: id }));
  await tx.$executeRaw`
    INSERT INTO "AuditEntry" ("id", "organizationId", "at", "actor", "action", "subject", "details")
    SELECT x."id", ${actor.organizationId}, now(), ${actor.name}, 'door_mapping_saved', x."subject", ${json({ by: 'import' })}
    FROM jsonb_to_recordset(${json(entries)}) AS x("id" text, "subject" text)`;
}
