import type { DoorMappings } from '../usecases/door-mappings';
import { toPage } from './audit';
import { refuseMappings } from './door-mapping-refusals';
import { matches, readMapping, readMappings, toMapping, toView } from './door-mapping-rows';
import { createMappingWrites } from './door-mapping-writes';
import { Prisma } from './generated/client';
import type { OpenLedger } from './open';

/** Door mappings: a page is one statement; each change settles the access of everyone concerned, in its transaction. */
export function createDoorMappings(ledger: OpenLedger): DoorMappings {
  const { prisma } = ledger;
  return {
    getDoorMapping: (organizationId, id) => readMapping(prisma, organizationId, id),
    async listDoorMappings(organizationId, filter, { limit, after }) {
      const page = after === null ? Prisma.sql`true` : Prisma.sql`d."id" > ${after}`;
      const condition = Prisma.sql`${matches(organizationId, filter)} AND ${page}`;
      const rows = await readMappings(prisma, organizationId, condition, limit + 1);
      return toPage(rows, limit, (row) => row.id, toView);
    },
    async exportDoorMappings(organizationId) {
      return (await prisma.doorMapping.findMany({ where: { organizationId }, orderBy: { id: 'asc' } })).map(toMapping);
    },
    refuseMappings: (organizationId, mappings) => refuseMappings(prisma, organizationId, mappings),
    ...createMappingWrites(ledger),
  };
}
