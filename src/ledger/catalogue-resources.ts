import {
  RESOURCE_KINDS,
  type Actor,
  type Catalogue,
  type ListedResource,
  type ResourceView,
} from '../usecases/catalogue';
import { audit, toPage } from './audit';
import { Prisma } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';
import { deleteUnreferenced, mappingsOf, type ReferenceQuery } from './references';
import { allOf } from './sql';
import { countMappings, cursorOf, hasSource, holdLocation, isListed } from './subjects';

type Resources = Pick<Catalogue, 'getResource' | 'listResources' | 'saveResource' | 'deleteResource'>;

/** What can be booked. */
export function createResources(ledger: OpenLedger): Resources {
  return {
    async getResource(organizationId, source, id) {
      const only = Prisma.sql`s."organizationId" = ${organizationId} AND s."sourceId" = ${source} AND s."id" = ${id}`;
      const [row] = await readResources(ledger, only, 1);
      return row ?? null;
    },
    async listResources(organizationId, filter, { limit, after }) {
      const { locationId, kind } = filter;
      const listed = allOf([
        isListed('resource', organizationId, filter, after),
        locationId === null ? null : Prisma.sql`s."locationId" = ${locationId}`,
        kind === null ? null : Prisma.sql`s."kind" = ${kind}`,
      ]);
      return toPage(await readResources(ledger, listed, limit + 1), limit, cursorOf, (row) => row);
    },
    saveResource: (actor, resource, check) => ledger.inTransaction((tx) => save(tx, actor, resource, check)),
    deleteResource: (actor, source, id, check) =>
      ledger.inTransaction(async (tx) => {
        const { organizationId } = actor;
        const current = await lock(tx, organizationId, { source, id });
        if (current === null) return { kind: 'not_found' };
        check?.(current);
        const references = [
          mappingsOf({ organizationId, type: 'resource', source, id }),
          openBookingsOf(organizationId, source, id),
        ];
        return deleteUnreferenced(tx, references, async () => {
          const key = { organizationId, sourceId: source, id };
          await tx.resource.delete({ where: { organizationId_sourceId_id: key } });
          await audit(tx, actor, 'resource_deleted', `${source}/${id}`);
        });
      }),
  };
}

async function readResources({ prisma }: OpenLedger, condition: Prisma.Sql, limit: number): Promise<ListedResource[]> {
  const rows = await prisma.$queryRaw<(Omit<ListedResource, 'kind'> & { readonly kind: string })[]>`
    SELECT s."sourceId" AS "source", s."id", s."name", s."kind", s."locationId", ${countMappings('resource')} AS "mappings"
    FROM "Resource" s WHERE ${condition} ORDER BY s."sourceId", s."id" LIMIT ${limit}::int`;
  return rows.map((row) => ({ ...row, kind: toKind(row.kind) }));
}

const toKind = (name: string): ResourceView['kind'] => RESOURCE_KINDS.find((one) => one === name) ?? 'room';

/** Bookings that are over keep the id and need the resource no more. */
function openBookingsOf(organizationId: string, source: string, id: string): ReferenceQuery {
  return [
    'booking',
    Prisma.sql`SELECT e."externalId" AS "id" FROM "Entitlement" e WHERE e."organizationId" = ${organizationId}
      AND e."sourceId" = ${source} AND e."resourceId" = ${id} AND e."kind" = 'booking' AND e."state" <> 'ended'`,
  ];
}

async function lock(
  tx: LedgerTx,
  organizationId: string,
  { source, id }: Pick<ResourceView, 'source' | 'id'>,
): Promise<ResourceView | null> {
  const [row] = await tx.$queryRaw<(Omit<ResourceView, 'kind'> & { readonly kind: string })[]>`
    SELECT s."sourceId" AS "source", s."id", s."name", s."kind", s."locationId" FROM "Resource" s
    WHERE s."organizationId" = ${organizationId} AND s."sourceId" = ${source} AND s."id" = ${id} FOR UPDATE`;
  return row === undefined ? null : { ...row, kind: toKind(row.kind) };
}

async function save(
  tx: LedgerTx,
  actor: Actor,
  resource: ResourceView,
  check?: (current: ResourceView | null) => void,
): Promise<'saved' | 'unknown_source' | 'unknown_location'> {
  const { organizationId } = actor;
  const { source: sourceId, id, name, kind, locationId } = resource;
  if (!(await hasSource(tx, organizationId, sourceId))) return 'unknown_source';
  if (!(await holdLocation(tx, organizationId, locationId))) return 'unknown_location';
  check?.(await lock(tx, organizationId, resource));
  await tx.resource.upsert({
    where: { organizationId_sourceId_id: { organizationId, sourceId, id } },
    create: { organizationId, sourceId, id, name, kind, locationId },
    update: { name, kind, locationId },
  });
  await audit(tx, actor, 'resource_saved', `${sourceId}/${id}`);
  return 'saved';
}
