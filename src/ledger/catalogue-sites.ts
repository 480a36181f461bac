import { z } from 'zod';
import { AppError } from '../domain/errors';
import { DEFAULT_POLICY, type UnpaidBookingPolicy } from '../domain/policy';
import { RESOURCE_KINDS, type Actor, type Catalogue, type ResourceView, type SourceView } from '../usecases/catalogue';
import { addFanOut, audit, toPage } from './audit';
import type { Organization, Prisma, Resource, Source } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';

type Part = Pick<
  Catalogue,
  | 'getOrganization'
  | 'createOrganization'
  | 'saveOrganization'
  | 'listSources'
  | 'saveSource'
  | 'getLocation'
  | 'listLocations'
  | 'saveLocation'
  | 'getResource'
  | 'listResources'
  | 'saveResource'
>;

/** Organizations, sources, locations and resources. */
export function createSites(ledger: OpenLedger): Part {
  return { ...organizations(ledger), ...sources(ledger), ...locations(ledger), ...resources(ledger) };
}

function organizations(ledger: OpenLedger): Pick<Part, 'getOrganization' | 'createOrganization' | 'saveOrganization'> {
  const { prisma } = ledger;
  return {
    async getOrganization(id) {
      const row = await prisma.organization.findUnique({ where: { id } });
      if (row === null) return null;
      const { name, leadMinutes, graceMinutes } = row;
      return { id, name, leadMinutes, graceMinutes, unpaidBookings: toUnpaidPolicy(row) };
    },
    async createOrganization(organization) {
      await prisma.organization.create({ data: organization });
    },
    async saveOrganization(actor, { id, name, leadMinutes, graceMinutes, unpaidBookings }) {
      const isFixed = typeof unpaidBookings === 'string';
      await ledger.inTransaction(async (tx) => {
        await tx.organization.update({
          where: { id },
          data: {
            name,
            leadMinutes,
            graceMinutes,
            unpaidBookings: isFixed ? unpaidBookings : 'until_start_plus_minutes',
            unpaidBookingsMinutes: isFixed ? null : unpaidBookings.untilStartPlusMinutes,
          },
        });
        await addFanOut(tx, id, { kind: 'organization', subjectId: id });
        await audit(tx, actor, 'organization_saved', id);
      });
    },
  };
}

function toUnpaidPolicy(row: Organization): UnpaidBookingPolicy {
  if (row.unpaidBookings === 'always') return 'always';
  if (row.unpaidBookings === 'until_start_plus_minutes')
    return { untilStartPlusMinutes: row.unpaidBookingsMinutes ?? 0 };
  return DEFAULT_POLICY.unpaidBookings;
}

function sources(ledger: OpenLedger): Pick<Part, 'listSources' | 'saveSource'> {
  const { prisma } = ledger;
  return {
    async listSources(organizationId, { limit, after }) {
      const rows = await prisma.source.findMany({
        where: { organizationId, ...(after === null ? {} : { id: { gt: after } }) },
        orderBy: { id: 'asc' },
        take: limit + 1,
      });
      return toPage(rows, limit, (row) => row.id, toSource);
    },
    async saveSource(actor, { id, name }) {
      const { organizationId } = actor;
      await ledger.inTransaction(async (tx) => {
        await tx.source.upsert({
          where: { organizationId_id: { organizationId, id } },
          create: { organizationId, id, name },
          update: { name },
        });
        await audit(tx, actor, 'source_saved', id);
      });
      return 'saved';
    },
  };
}

function toSource({ id, name, versionKind }: Source): SourceView {
  return { id, name, versionKind: versionKind === 'integer' || versionKind === 'instant' ? versionKind : null };
}

function locations(ledger: OpenLedger): Pick<Part, 'getLocation' | 'listLocations' | 'saveLocation'> {
  const { prisma } = ledger;
  const select = { id: true, name: true, timeZone: true } as const;
  return {
    getLocation: (organizationId, id) =>
      prisma.location.findUnique({ where: { organizationId_id: { organizationId, id } }, select }),
    async listLocations(organizationId, { limit, after }) {
      const rows = await prisma.location.findMany({
        where: { organizationId, ...(after === null ? {} : { id: { gt: after } }) },
        orderBy: { id: 'asc' },
        take: limit + 1,
        select,
      });
      return toPage(
        rows,
        limit,
        (row) => row.id,
        (row) => row,
      );
    },
    async saveLocation(actor, location) {
      const { organizationId } = actor;
      await ledger.inTransaction(async (tx) => {
        await tx.location.upsert({
          where: { organizationId_id: { organizationId, id: location.id } },
          create: { organizationId, ...location },
          update: location,
        });
        await audit(tx, actor, 'location_saved', location.id);
      });
      return 'saved';
    },
  };
}

function resources(ledger: OpenLedger): Pick<Part, 'getResource' | 'listResources' | 'saveResource'> {
  const { prisma } = ledger;
  return {
    async getResource(organizationId, sourceId, id) {
      const row = await prisma.resource.findUnique({
        where: { organizationId_sourceId_id: { organizationId, sourceId, id } },
      });
      return row === null ? null : toResource(row);
    },
    async listResources(organizationId, { source, locationId, mapped }, { limit, after }) {
      const mappedIds = mapped === null ? null : await mappedResourceIds(ledger, organizationId);
      const rows = await prisma.resource.findMany({
        where: {
          organizationId,
          ...(source === null ? {} : { sourceId: source }),
          ...(locationId === null ? {} : { locationId }),
          AND: [
            after === null ? {} : isAfter(after),
            mappedIds === null ? {} : mapped === true ? { OR: mappedIds } : { NOT: mappedIds },
          ],
        },
        orderBy: [{ sourceId: 'asc' }, { id: 'asc' }],
        take: limit + 1,
      });
      return toPage(rows, limit, (row) => JSON.stringify([row.sourceId, row.id]), toResource);
    },
    saveResource: (actor, resource) => ledger.inTransaction((tx) => saveResource(tx, actor, resource)),
  };
}

const resourceCursor = z.tuple([z.string(), z.string()]);

/** Resources are told apart by source and id together. @throws AppError for a cursor that is not one of ours */
function isAfter(cursor: string): Prisma.ResourceWhereInput {
  const parsed = resourceCursor.safeParse(parseJson(cursor));
  if (!parsed.success) throw badCursor();
  const [sourceId, id] = parsed.data;
  return { OR: [{ sourceId: { gt: sourceId } }, { sourceId, id: { gt: id } }] };
}

function parseJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return null;
  }
}

function badCursor(): AppError {
  const field = { field: 'cursor', message: 'the nextCursor of an earlier answer' };
  return new AppError('invalid_request', 'The cursor is not one of ours.', { fields: [field] });
}

async function mappedResourceIds(
  { prisma }: OpenLedger,
  organizationId: string,
): Promise<{ sourceId: string; id: string }[]> {
  const rows = await prisma.doorMapping.findMany({
    where: { organizationId, subjectType: 'resource', enabled: true },
    distinct: ['subjectSource', 'subjectId'],
    select: { subjectSource: true, subjectId: true },
  });
  return rows.map((row) => ({ sourceId: row.subjectSource, id: row.subjectId }));
}

async function saveResource(tx: LedgerTx, actor: Actor, resource: ResourceView) {
  const { organizationId } = actor;
  const { source: sourceId, id, name, kind, locationId } = resource;
  const key = { organizationId, id: sourceId };
  if ((await tx.source.findUnique({ where: { organizationId_id: key } })) === null) return 'unknown_source' as const;
  const place = await tx.location.findUnique({ where: { organizationId_id: { organizationId, id: locationId } } });
  if (place === null) return 'unknown_location' as const;
  await tx.resource.upsert({
    where: { organizationId_sourceId_id: { organizationId, sourceId, id } },
    create: { organizationId, sourceId, id, name, kind, locationId },
    update: { name, kind, locationId },
  });
  await audit(tx, actor, 'resource_saved', `${sourceId}/${id}`);
  return 'saved' as const;
}

function toResource({ sourceId, id, name, kind, locationId }: Resource): ResourceView {
  return { source: sourceId, id, name, kind: RESOURCE_KINDS.find((one) => one === kind) ?? 'room', locationId };
}
