import type { Catalogue, LocationView } from '../usecases/catalogue';
import { audit, toPage } from './audit';
import { concernHours, subjectsOfLocation } from './hours-changed';
import { Prisma } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';
import { deleteUnreferenced, type ReferenceQuery } from './references';
import { allOf, contains } from './sql';

type Locations = Pick<Catalogue, 'getLocation' | 'listLocations' | 'saveLocation' | 'deleteLocation'>;

/** Sites, each with its time zone. */
export function createLocations(ledger: OpenLedger): Locations {
  const { prisma } = ledger;
  return {
    async getLocation(organizationId, id) {
      const [row] = await prisma.$queryRaw<LocationView[]>`
        SELECT ${COLUMNS} FROM "Location" WHERE "organizationId" = ${organizationId} AND "id" = ${id}`;
      return row === undefined ? null : toLocation(row);
    },
    async listLocations(organizationId, { query }, { limit, after }) {
      const listed = allOf([
        query === null ? null : contains(['"name"', '"id"'], query),
        after === null ? null : Prisma.sql`"id" > ${after}`,
      ]);
      const rows = await prisma.$queryRaw<LocationView[]>`
        SELECT ${COLUMNS} FROM "Location" WHERE "organizationId" = ${organizationId} AND ${listed}
        ORDER BY "id" LIMIT ${limit + 1}::int`;
      return toPage(rows, limit, (row) => row.id, toLocation);
    },
    async saveLocation(actor, { holidays = [], ...given }, check) {
      const { organizationId } = actor;
      const location = toLocation({ ...given, holidays });
      await ledger.inTransaction(async (tx) => {
        const before = await lock(tx, organizationId, location.id);
        check?.(before);
        const data = { ...location, holidays: location.holidays.map((one) => ({ ...one })) };
        await tx.location.upsert({
          where: { organizationId_id: { organizationId, id: location.id } },
          create: { organizationId, ...data },
          update: data,
        });
        if (before !== null && meaningOf(before) !== meaningOf(location)) {
          await concernHours(tx, organizationId, await subjectsOfLocation(tx, organizationId, location.id));
        }
        await audit(tx, actor, 'location_saved', location.id);
      });
      return 'saved';
    },
    deleteLocation: (actor, id, check) =>
      ledger.inTransaction(async (tx) => {
        const { organizationId } = actor;
        const current = await lock(tx, organizationId, id);
        if (current === null) return { kind: 'not_found' };
        check?.(current);
        return deleteUnreferenced(tx, referencesTo(organizationId, id), async () => {
          await tx.location.delete({ where: { organizationId_id: { organizationId, id } } });
          await audit(tx, actor, 'location_deleted', id);
        });
      }),
  };
}

async function lock(tx: LedgerTx, organizationId: string, id: string): Promise<LocationView | null> {
  const [row] = await tx.$queryRaw<LocationView[]>`
    SELECT ${COLUMNS} FROM "Location" WHERE "organizationId" = ${organizationId} AND "id" = ${id} FOR UPDATE`;
  return row === undefined ? null : toLocation(row);
}

const COLUMNS = Prisma.raw('"id", "name", "timeZone", "holidays"');

/** jsonb does not keep the order of fields, of which tags are made. */
function toLocation({ id, name, timeZone, holidays }: LocationView): LocationView {
  return { id, name, timeZone, holidays: holidays.map((one) => ({ date: one.date, name: one.name })) };
}

/** What decides about access. */
function meaningOf({ timeZone, holidays }: LocationView): string {
  return JSON.stringify([timeZone, holidays.map(({ date }) => date).sort()]);
}

function referencesTo(organizationId: string, locationId: string): ReferenceQuery[] {
  const isHere = Prisma.sql`"organizationId" = ${organizationId} AND "locationId" = ${locationId}`;
  return [
    ['resource', Prisma.sql`SELECT "id" FROM "Resource" WHERE ${isHere}`],
    ['plan', Prisma.sql`SELECT "id" FROM "Plan" WHERE ${isHere}`],
    ['pass_type', Prisma.sql`SELECT "id" FROM "PassType" WHERE ${isHere}`],
    ['integration', Prisma.sql`SELECT "integrationId" AS "id" FROM "IntegrationLocation" WHERE ${isHere}`],
    [
      'policy',
      Prisma.sql`SELECT 'newResourcesLocationId' AS "id" FROM "Organization"
        WHERE "id" = ${organizationId} AND "newResourcesLocationId" = ${locationId}`,
    ],
  ];
}
