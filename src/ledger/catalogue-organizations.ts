import { DEFAULT_POLICY, type UnpaidBookingPolicy } from '../domain/policy';
import type { Catalogue, OrganizationView, SourceView } from '../usecases/catalogue';
import { addFanOut, audit, toPage } from './audit';
import type { Organization, Source } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';
import { holdLocation } from './subjects';

type Organizations = Pick<Catalogue, 'getOrganization' | 'createOrganization' | 'changeOrganization'>;

/** Organizations, each with its policies. */
export function createOrganizations(ledger: OpenLedger): Organizations {
  const { prisma } = ledger;
  return {
    async getOrganization(id) {
      const row = await prisma.organization.findUnique({ where: { id } });
      return row === null ? null : toOrganization(row);
    },
    async createOrganization(organization) {
      await prisma.organization.create({ data: organization });
    },
    changeOrganization: (actor, change) =>
      ledger.inTransaction(async (tx) => {
        const { organizationId } = actor;
        await tx.$executeRaw`SELECT 1 FROM "Organization" WHERE "id" = ${organizationId} FOR UPDATE`;
        const row = await tx.organization.findUniqueOrThrow({ where: { id: organizationId } });
        const changed = change(toOrganization(row));
        if (!(await isLocation(tx, organizationId, changed.newResourcesLocationId))) return 'unknown_location';
        await tx.organization.update({ where: { id: organizationId }, data: toRow(changed) });
        await addFanOut(tx, organizationId, { kind: 'organization', subjectId: organizationId });
        await audit(tx, actor, 'organization_saved', organizationId);
        return changed;
      }),
  };
}

async function isLocation(tx: LedgerTx, organizationId: string, id: string | null): Promise<boolean> {
  return id === null || holdLocation(tx, organizationId, id);
}

function toRow({ id: _, unpaidBookings, ...columns }: OrganizationView) {
  const isFixed = typeof unpaidBookings === 'string';
  return {
    ...columns,
    unpaidBookings: isFixed ? unpaidBookings : 'until_start_plus_minutes',
    unpaidBookingsMinutes: isFixed ? null : unpaidBookings.untilStartPlusMinutes,
  };
}

function toOrganization(row: Organization): OrganizationView {
  const { id, name, leadMinutes, graceMinutes, pastDueGraceDays, guestsPerBooking, newResourcesLocationId } = row;
  const unpaidBookings = toUnpaidPolicy(row);
  const policy = { leadMinutes, graceMinutes, unpaidBookings, pastDueGraceDays, guestsPerBooking };
  return { id, name, ...policy, newResourcesLocationId };
}

function toUnpaidPolicy(row: Organization): UnpaidBookingPolicy {
  if (row.unpaidBookings === 'always') return 'always';
  if (row.unpaidBookings === 'until_start_plus_minutes')
    return { untilStartPlusMinutes: row.unpaidBookingsMinutes ?? 0 };
  return DEFAULT_POLICY.unpaidBookings;
}

/** The booking platforms that facts come from. */
export function createSources(ledger: OpenLedger): Pick<Catalogue, 'listSources' | 'saveSource'> {
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
