import { toOpeningHours } from '../domain/opening-hours';
import type { Actor, SaveResult } from '../usecases/catalogue';
import type { ListedPlan, PlanFilter, PlanToSave, PlanView, Plans } from '../usecases/plans';
import { audit, toPage } from './audit';
import { concernHours } from './hours-changed';
import { Prisma } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';
import { deleteUnreferenced, mappingsOf } from './references';
import { json } from './sql';
import { countMappings, cursorOf, hasSource, holdLocation, isListed, tableOf } from './subjects';

type PlanType = 'plan' | 'pass_type';

/** Plans, or pass types: the same but for their table. */
export function createPlans(ledger: OpenLedger, type: PlanType): Plans {
  return {
    async get(organizationId, source, id) {
      const only = Prisma.sql`s."organizationId" = ${organizationId} AND s."sourceId" = ${source} AND s."id" = ${id}`;
      const [row] = await readPlans(ledger, type, only, 1);
      return row ?? null;
    },
    async list(organizationId, filter, { limit, after }) {
      const listed = Prisma.sql`${isListed(type, organizationId, filter, after)} AND ${isOf(filter)}`;
      return toPage(await readPlans(ledger, type, listed, limit + 1), limit, cursorOf, (row) => row);
    },
    save: (actor, plan, check) => ledger.inTransaction((tx) => save(tx, type, actor, plan, check)),
    delete: (actor, source, id, check) =>
      ledger.inTransaction(async (tx) => {
        const { organizationId } = actor;
        const current = await lock(tx, type, organizationId, { source, id });
        if (current === null) return { kind: 'not_found' };
        check(current);
        return deleteUnreferenced(tx, [mappingsOf({ organizationId, type, source, id })], async () => {
          await tx.$executeRaw`DELETE FROM ${tableOf(type)}
            WHERE "organizationId" = ${organizationId} AND "sourceId" = ${source} AND "id" = ${id}`;
          await audit(tx, actor, `${type}_deleted`, `${source}/${id}`);
        });
      }),
  };
}

function columnsOf(type: PlanType): Prisma.Sql {
  const both = Prisma.sql`s."sourceId" AS "source", s."id", s."name", s."locationId", s."openingHours"`;
  return type === 'plan' ? both : Prisma.sql`${both}, s."ends", s."usesCountedBy"`;
}

function readPlans(
  { prisma }: OpenLedger,
  type: PlanType,
  condition: Prisma.Sql,
  limit: number,
): Promise<ListedPlan[]> {
  return prisma.$queryRaw<ListedPlan[]>`
    SELECT ${columnsOf(type)}, ${countMappings(type)} AS "mappings"
    FROM ${tableOf(type)} s WHERE ${condition} ORDER BY s."sourceId", s."id" LIMIT ${limit}::int`;
}

function isOf({ locationId }: PlanFilter): Prisma.Sql {
  if (locationId === null) return Prisma.sql`true`;
  return Prisma.sql`(s."locationId" = ${locationId} OR s."locationId" IS NULL)`;
}

/** The row as it is, which nobody else changes until this transaction ends. */
async function lock(
  tx: LedgerTx,
  type: PlanType,
  organizationId: string,
  { source, id }: Pick<PlanView, 'source' | 'id'>,
): Promise<PlanView | null> {
  const [row] = await tx.$queryRaw<PlanView[]>`
    SELECT ${columnsOf(type)} FROM ${tableOf(type)} s
    WHERE s."organizationId" = ${organizationId} AND s."sourceId" = ${source} AND s."id" = ${id} FOR UPDATE`;
  return row ?? null;
}

async function save(
  tx: LedgerTx,
  type: PlanType,
  actor: Actor,
  given: PlanToSave,
  check: (current: PlanView | null) => void,
): Promise<SaveResult> {
  const { organizationId } = actor;
  const plan: PlanView = { ...given, openingHours: given.openingHours ?? null };
  const { source, id, name, locationId, openingHours } = plan;
  if (!(await hasSource(tx, organizationId, source))) return 'unknown_source';
  if (locationId !== null && !(await holdLocation(tx, organizationId, locationId))) return 'unknown_location';
  const before = await lock(tx, type, organizationId, plan);
  check(before);
  const hours = openingHours === null ? Prisma.sql`null::jsonb` : json(openingHours);
  await tx.$executeRaw`
    INSERT INTO ${tableOf(type)} ("organizationId", "sourceId", "id", "name", "locationId", "openingHours", "updatedAt")
    VALUES (${organizationId}, ${source}, ${id}, ${name}, ${locationId}, ${hours}, now())
    ON CONFLICT ("organizationId", "sourceId", "id")
    DO UPDATE SET "name" = excluded."name", "locationId" = excluded."locationId",
      "openingHours" = excluded."openingHours", "updatedAt" = now()`;
  if (type === 'pass_type') await saveRules(tx, organizationId, plan);
  if (before !== null && meaningOf(before) !== meaningOf(plan)) {
    await concernHours(tx, organizationId, [{ type, source, id }]);
  }
  await audit(tx, actor, `${type}_saved`, `${source}/${id}`);
  return 'saved';
}

async function saveRules(
  tx: LedgerTx,
  organizationId: string,
  { source, id, ends = { type: 'given' }, usesCountedBy = 'platform' }: PlanView,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "PassType" SET "ends" = ${json(ends)}, "usesCountedBy" = ${usesCountedBy}
    WHERE "organizationId" = ${organizationId} AND "sourceId" = ${source} AND "id" = ${id}`;
}

/** What decides about access; jsonb does not keep the order of fields. */
function meaningOf({ locationId, openingHours, ends, usesCountedBy }: PlanView): string {
  const hours = openingHours === null ? null : toOpeningHours(openingHours);
  const end = ends === undefined ? null : Object.entries(ends).sort();
  return JSON.stringify([locationId, hours, end, usesCountedBy ?? null]);
}
