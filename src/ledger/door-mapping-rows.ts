import {
  MAPPING_STATES,
  SUBJECT_TYPES,
  TARGET_TYPES,
  VERIFICATIONS,
  type DoorMapping,
  type DoorMappingFilter,
  type DoorMappingView,
} from '../usecases/door-mappings';
import { Prisma, type DoorMapping as MappingRow } from './generated/client';
import type { LedgerTx } from './open';
import { allOf, contains, ms } from './sql';

/** One mapping as operators see it. */
export async function readMapping(db: LedgerTx, organizationId: string, id: string): Promise<DoorMappingView | null> {
  const [row] = await readMappings(db, organizationId, Prisma.sql`d."id" = ${id}`, 1);
  return row === undefined ? null : toView(row);
}

export interface ViewRow extends Omit<MappingRow, 'organizationId' | 'verifiedAt' | 'createdAt' | 'updatedAt'> {
  readonly verifiedAt: number | null;
  readonly subjectName: string | null;
  readonly state: string;
  readonly groupId: number | null;
  readonly targetName: string | null;
  readonly placeName: string | null;
  readonly isOnline: boolean | null;
}

/** The first that applies. A lock opens through the group of exactly that lock. */
const STATE = Prisma.raw(`CASE
  WHEN NOT d."enabled" OR i."status" <> 'connected' THEN 'inactive'
  WHEN d."verification" = 'missing' OR g."status" = 'missing' THEN 'group_missing'
  WHEN g."status" = 'changed' THEN 'lock_group_changed'
  WHEN d."targetType" = 'lock' AND (g."status" IS NULL OR g."status" <> 'ready') THEN 'door_group_pending'
  WHEN d."verification" = 'unverified' THEN 'unverified'
  ELSE 'active' END`);

/** A page of mappings with all that is shown of them, by id. */
export function readMappings(
  db: LedgerTx,
  organizationId: string,
  condition: Prisma.Sql,
  limit: number,
): Promise<readonly ViewRow[]> {
  return db.$queryRaw<ViewRow[]>`
    SELECT d."id", d."subjectType", d."subjectSource", d."subjectId", coalesce(r."name", p."name", t."name") AS "subjectName",
      d."integrationId", d."targetType", d."targetId", d."name", d."leadMinutes", d."graceMinutes", d."enabled",
      d."verification", ${ms('d."verifiedAt"')} AS "verifiedAt", ${STATE} AS "state",
      CASE WHEN d."targetType" = 'group' THEN d."targetId" ELSE g."groupId" END AS "groupId",
      k."name" AS "targetName", k."placeName", k."isOnline"
    FROM "DoorMapping" d
    JOIN "Integration" i ON i."id" = d."integrationId"
    LEFT JOIN "Resource" r ON d."subjectType" = 'resource' AND r."organizationId" = d."organizationId"
      AND r."sourceId" = d."subjectSource" AND r."id" = d."subjectId"
    LEFT JOIN "Plan" p ON d."subjectType" = 'plan' AND p."organizationId" = d."organizationId"
      AND p."sourceId" = d."subjectSource" AND p."id" = d."subjectId"
    LEFT JOIN "PassType" t ON d."subjectType" = 'pass_type' AND t."organizationId" = d."organizationId"
      AND t."sourceId" = d."subjectSource" AND t."id" = d."subjectId"
    LEFT JOIN "KisiDoor" k ON k."integrationId" = d."integrationId" AND k."type" = d."targetType"
      AND k."kisiId" = d."targetId"
    LEFT JOIN "LockGroup" g ON d."targetType" = 'lock' AND g."integrationId" = d."integrationId"
      AND g."lockId" = d."targetId"
    WHERE d."organizationId" = ${organizationId} AND ${condition}
    ORDER BY d."id" LIMIT ${limit}::int`;
}

/** What a list is narrowed down to. */
export function matches(filter: DoorMappingFilter): Prisma.Sql {
  const { query, subjectType, source, subjectId, integrationId, locationId, state, targetType, targetId } = filter;
  return allOf([
    ...wordsOf(query).map((word) => contains(SEARCHED, word)),
    subjectType === null ? null : Prisma.sql`d."subjectType" = ${subjectType}`,
    source === null ? null : Prisma.sql`d."subjectSource" = ${source}`,
    subjectId === null ? null : Prisma.sql`d."subjectId" = ${subjectId}`,
    integrationId === null ? null : Prisma.sql`d."integrationId" = ${integrationId}`,
    locationId === null ? null : Prisma.sql`coalesce(r."locationId", p."locationId", t."locationId") = ${locationId}`,
    state === null ? null : Prisma.sql`${STATE} = ${state}`,
    targetType === null ? null : Prisma.sql`d."targetType" = ${targetType}`,
    targetId === null ? null : Prisma.sql`d."targetId" = ${targetId}::int`,
  ]);
}

/** Each word must be in one of these. */
const SEARCHED = [
  'd."id"',
  'd."name"',
  'd."subjectId"',
  'coalesce(r."name", p."name", t."name")',
  'd."targetId"::text',
  'k."name"',
  'k."placeName"',
];

function wordsOf(query: string | null): readonly string[] {
  return (query ?? '').split(/\s+/).filter((word) => word !== '');
}

/** What operators decided. */
export function toMapping(
  row: Omit<MappingRow, 'organizationId' | 'verifiedAt' | 'createdAt' | 'updatedAt'>,
): DoorMapping {
  return {
    id: row.id,
    subject: {
      type: SUBJECT_TYPES.find((type) => type === row.subjectType) ?? 'resource',
      source: row.subjectSource,
      id: row.subjectId,
    },
    integrationId: row.integrationId,
    target: { type: TARGET_TYPES.find((type) => type === row.targetType) ?? 'group', id: row.targetId },
    name: row.name,
    leadMinutes: row.leadMinutes,
    graceMinutes: row.graceMinutes,
    enabled: row.enabled,
  };
}

/** As operators see it. */
export function toView(row: ViewRow): DoorMappingView {
  const mapping = toMapping(row);
  const { verifiedAt, groupId, targetName, placeName, isOnline } = row;
  return {
    ...mapping,
    subject: { ...mapping.subject, name: row.subjectName },
    state: MAPPING_STATES.find((state) => state === row.state) ?? 'inactive',
    verification: VERIFICATIONS.find((one) => one === row.verification) ?? 'unverified',
    verifiedAt,
    groupId,
    targetName,
    placeName,
    isOnline,
  };
}
