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

/**
 * The key of the opening hours of a plan or pass type `s`, in `LockGroup.hoursOf`. Parts are percent-escaped, so none can
 * imitate another.
 */
export function hoursKey(type: 'plan' | 'pass_type'): Prisma.Sql {
  return Prisma.raw(HOURS_KEYS[type]);
}

const escaped = (column: string): string => `replace(replace(${column}, '%', '%25'), '/', '%2F')`;
const HOURS_KEYS = {
  plan: `'plan/' || ${escaped('s."sourceId"')} || '/' || ${escaped('s."id"')}`,
  pass_type: `'pass_type/' || ${escaped('s."sourceId"')} || '/' || ${escaped('s."id"')}`,
} as const;

const hoursOfSubject = (type: 'plan' | 'pass_type', table: string): string => `(
    SELECT ${HOURS_KEYS[type]} FROM ${table} s WHERE s."organizationId" = d."organizationId"
      AND s."sourceId" = d."subjectSource" AND s."id" = d."subjectId" AND s."openingHours" IS NOT NULL)`;

/** Whose opening hours hold for a mapping `d`: '' where it has none. */
const HOURS_OF_TEXT = `coalesce(CASE d."subjectType"
  WHEN 'plan' THEN ${hoursOfSubject('plan', '"Plan"')}
  WHEN 'pass_type' THEN ${hoursOfSubject('pass_type', '"PassType"')} END, '')`;
export const HOURS_OF = Prisma.raw(HOURS_OF_TEXT);

/** The one-lock group `g` of a lock mapping `d`: the common one, or that of its own opening hours. */
export const LOCK_GROUP_JOIN = Prisma.raw(`LEFT JOIN "LockGroup" g ON d."targetType" = 'lock'
  AND g."integrationId" = d."integrationId" AND g."lockId" = d."targetId" AND g."hoursOf" = ${HOURS_OF_TEXT}`);

/** The Kisi group that a mapping `d` opens, joined with {@link LOCK_GROUP_JOIN}; null while a lock has none. */
export const RULE_GROUP = Prisma.raw(`CASE d."targetType" WHEN 'group' THEN d."targetId" ELSE g."groupId" END`);

/**
 * Why a mapping gives nothing anew: what it names was not seen at Kisi, or the group of its lock is not as it should be.
 * Joined with {@link LOCK_GROUP_JOIN}.
 */
export const RULE_PROBLEM = Prisma.raw(`CASE
  WHEN d."verification" = 'missing' THEN 'group_missing'
  WHEN d."targetType" = 'group' OR g."status" = 'ready' THEN null
  WHEN g."status" = 'changed' AND g."problem" = 'opening_hours_changed' THEN 'opening_hours_changed'
  WHEN g."status" = 'changed' THEN 'lock_group_changed'
  WHEN g."status" = 'missing' AND g."origin" = 'adopted' THEN 'group_missing'
  ELSE 'door_group_pending' END`);

/** The first that applies. A lock opens through the group of exactly that lock, which is made once the lock was seen. */
const STATE = Prisma.sql`CASE
  WHEN NOT d."enabled" OR i."status" <> 'connected' THEN 'inactive'
  WHEN d."verification" = 'unverified' AND coalesce(${RULE_PROBLEM}, 'door_group_pending') = 'door_group_pending'
    THEN 'unverified'
  ELSE coalesce(${RULE_PROBLEM}, 'active') END`;

const STATE_JOINS = Prisma.sql`
  LEFT JOIN "Integration" i ON i."id" = d."integrationId" ${LOCK_GROUP_JOIN}`;

/**
 * A page of mappings with all that is shown of them, by id. The page is found first, so names are only looked up for what
 * is on it.
 */
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
      ${RULE_GROUP} AS "groupId",
      k."name" AS "targetName", k."placeName", k."isOnline"
    FROM (SELECT d.* FROM "DoorMapping" d ${STATE_JOINS}
          WHERE d."organizationId" = ${organizationId} AND ${condition}
          ORDER BY d."id" LIMIT ${limit}::int) d ${STATE_JOINS}
    LEFT JOIN "Resource" r ON d."subjectType" = 'resource' AND r."organizationId" = d."organizationId"
      AND r."sourceId" = d."subjectSource" AND r."id" = d."subjectId"
    LEFT JOIN "Plan" p ON d."subjectType" = 'plan' AND p."organizationId" = d."organizationId"
      AND p."sourceId" = d."subjectSource" AND p."id" = d."subjectId"
    LEFT JOIN "PassType" t ON d."subjectType" = 'pass_type' AND t."organizationId" = d."organizationId"
      AND t."sourceId" = d."subjectSource" AND t."id" = d."subjectId"
    LEFT JOIN "KisiDoor" k ON k."integrationId" = d."integrationId" AND k."type" = d."targetType"
      AND k."kisiId" = d."targetId"
    ORDER BY d."id"`;
}

/** What a list is narrowed down to. */
export function matches(organizationId: string, filter: DoorMappingFilter): Prisma.Sql {
  const { query, subjectType, source, subjectId, integrationId, locationId, state, targetType, targetId } = filter;
  return allOf([
    ...wordsOf(query).map((word) => isFound(organizationId, word)),
    subjectType === null ? null : Prisma.sql`d."subjectType" = ${subjectType}`,
    source === null ? null : Prisma.sql`d."subjectSource" = ${source}`,
    subjectId === null ? null : Prisma.sql`d."subjectId" = ${subjectId}`,
    integrationId === null ? null : Prisma.sql`d."integrationId" = ${integrationId}`,
    locationId === null ? null : isOfSubject(organizationId, Prisma.sql`s."locationId" = ${locationId}`),
    state === null ? null : Prisma.sql`${STATE} = ${state}`,
    targetType === null ? null : Prisma.sql`d."targetType" = ${targetType}`,
    targetId === null ? null : Prisma.sql`d."targetId" = ${targetId}::int`,
  ]);
}

/** A word in one of the names or ids of the mapping, of what it is about or of its door. */
function isFound(organizationId: string, word: string): Prisma.Sql {
  return Prisma.sql`(${contains(['d."id"', 'd."name"', 'd."subjectId"', 'd."targetId"::text'], word)}
    OR ${isOfSubject(organizationId, contains(['s."name"'], word))}
    OR (d."integrationId", d."targetType", d."targetId") IN (
      SELECT k."integrationId", k."type", k."kisiId" FROM "KisiDoor" k JOIN "Integration" o ON o."id" = k."integrationId"
      WHERE o."organizationId" = ${organizationId} AND ${contains(['k."name"', 'k."placeName"'], word)}))`;
}

/** Looks each of the resources, plans and pass types `s` up once, not once for each mapping. */
function isOfSubject(organizationId: string, condition: Prisma.Sql): Prisma.Sql {
  const parts = [
    ['resource', '"Resource"'],
    ['plan', '"Plan"'],
    ['pass_type', '"PassType"'],
  ].map(
    ([type, table = '']) => Prisma.sql`SELECT ${type}::text, s."sourceId", s."id" FROM ${Prisma.raw(table)} s
      WHERE s."organizationId" = ${organizationId} AND ${condition}`,
  );
  return Prisma.sql`(d."subjectType", d."subjectSource", d."subjectId") IN (${Prisma.join(parts, ' UNION ALL ')})`;
}

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
