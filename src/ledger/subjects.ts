import { z } from 'zod';
import type { PlanFilter } from '../usecases/plans';
import { readCursor } from './cursors';
import { Prisma } from './generated/client';
import type { LedgerTx } from './open';
import { allOf, contains } from './sql';

/** What a door mapping is about: a row `s` of Resource, Plan or PassType, told apart by source and id together. */
export type SubjectType = 'resource' | 'plan' | 'pass_type';

const TABLES: Readonly<Record<SubjectType, Prisma.Sql>> = {
  resource: Prisma.raw('"Resource"'),
  plan: Prisma.raw('"Plan"'),
  pass_type: Prisma.raw('"PassType"'),
};

export function tableOf(type: SubjectType): Prisma.Sql {
  return TABLES[type];
}

/** How many door mappings refer to `s`. */
export function countMappings(type: SubjectType): Prisma.Sql {
  return Prisma.sql`(SELECT count(*)::int FROM "DoorMapping" d WHERE ${isMappingOf(type)})`;
}

function isMappingOf(type: SubjectType): Prisma.Sql {
  return Prisma.sql`d."organizationId" = s."organizationId" AND d."subjectType" = ${type}
    AND d."subjectSource" = s."sourceId" AND d."subjectId" = s."id"`;
}

/** The rows of a list, from the one after the cursor on. @throws AppError for a cursor that is not one of ours */
export function isListed(
  type: SubjectType,
  organizationId: string,
  { source, mapped, query }: Omit<PlanFilter, 'locationId'>,
  after: string | null,
): Prisma.Sql {
  const hasMapping = Prisma.sql`EXISTS (SELECT 1 FROM "DoorMapping" d WHERE ${isMappingOf(type)} AND d."enabled")`;
  return allOf([
    Prisma.sql`s."organizationId" = ${organizationId}`,
    source === null ? null : Prisma.sql`s."sourceId" = ${source}`,
    mapped === null ? null : mapped ? hasMapping : Prisma.sql`NOT ${hasMapping}`,
    query === null ? null : contains(['s."name"', 's."id"'], query),
    after === null ? null : isAfter(after),
  ]);
}

const cursorSchema = z.tuple([z.string(), z.string()]);

/** The cursor behind a row. */
export function cursorOf({ source, id }: { readonly source: string; readonly id: string }): string {
  return JSON.stringify([source, id]);
}

function isAfter(cursor: string): Prisma.Sql {
  const [source, id] = readCursor(cursorSchema, cursor);
  return Prisma.sql`(s."sourceId", s."id") > (${source}, ${id})`;
}

/** True when the source exists. */
export async function hasSource(tx: LedgerTx, organizationId: string, id: string): Promise<boolean> {
  return (await tx.source.findUnique({ where: { organizationId_id: { organizationId, id } } })) !== null;
}

/** True when the location exists; then it stays until this transaction ends. */
export async function holdLocation(tx: LedgerTx, organizationId: string, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Location" WHERE "organizationId" = ${organizationId} AND "id" = ${id} FOR KEY SHARE`;
  return rows.length > 0;
}

/** True when there is such a resource, plan or pass type; then it stays until this transaction ends. */
export async function holdSubject(
  tx: LedgerTx,
  type: SubjectType,
  organizationId: string,
  { source, id }: { readonly source: string; readonly id: string },
): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM ${tableOf(type)} s
    WHERE s."organizationId" = ${organizationId} AND s."sourceId" = ${source} AND s."id" = ${id} FOR KEY SHARE`;
  return rows.length > 0;
}
