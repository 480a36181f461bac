import { z } from 'zod';
import type { EntitlementKind, EntitlementState } from '../domain/entitlement';
import type { MemberKey, TeamDetails, Teams, TeamView } from '../usecases/members';
import { toPage } from './audit';
import { readCursor } from './cursors';
import { stateAt } from './entitlement-views';
import { Prisma } from './generated/client';
import type { OpenLedger } from './open';
import { allOf, contains, ms } from './sql';

/** How many facts and entitlements of a team are shown. */
const MOST_FACTS = 20;
const MOST_ENTITLEMENTS = 100;

/** Teams as people see them. */
export function createTeams(ledger: OpenLedger): Teams {
  return {
    async list(organizationId, { source, query }, { limit, after }) {
      const condition = allOf([
        Prisma.sql`w."organizationId" = ${organizationId}`,
        source === null ? null : Prisma.sql`w."sourceId" = ${source}`,
        query === null ? null : contains(['w."name"', 'w."id"'], query),
        after === null ? null : isAfter(after),
      ]);
      return toPage(await readTeams(ledger, condition, limit + 1), limit, cursorOf, toTeam);
    },
    async get(key, now) {
      const { organizationId, source, id } = key;
      const only = Prisma.sql`w."organizationId" = ${organizationId} AND w."sourceId" = ${source} AND w."id" = ${id}`;
      const [row] = await readTeams(ledger, only, 1);
      return row === undefined ? null : readDetails(ledger, key, toTeam(row), now);
    },
  };
}

interface Row extends TeamView {
  readonly sortName: string;
}

function readTeams({ prisma }: OpenLedger, condition: Prisma.Sql, limit: number): Promise<Row[]> {
  return prisma.$queryRaw<Row[]>`
    SELECT w."sourceId" AS "source", w."id", w."name", lower(w."name") AS "sortName", ${ms('w."updatedAt"')} AS "updatedAt",
      (SELECT count(*)::int FROM "TeamMember" t WHERE t."organizationId" = w."organizationId"
        AND t."sourceId" = w."sourceId" AND t."teamId" = w."id") AS "memberCount"
    FROM "Team" w WHERE ${condition} ORDER BY lower(w."name"), w."sourceId", w."id" LIMIT ${limit}::int`;
}

const cursorSchema = z.tuple([z.string(), z.string(), z.string()]);

function cursorOf({ sortName, source, id }: Row): string {
  return JSON.stringify([sortName, source, id]);
}

function isAfter(cursor: string): Prisma.Sql {
  const [name, source, id] = readCursor(cursorSchema, cursor);
  return Prisma.sql`(lower(w."name"), w."sourceId", w."id") > (${name}, ${source}, ${id})`;
}

const toTeam = ({ sortName: _sortName, ...team }: Row): TeamView => team;

async function readDetails(
  { prisma }: OpenLedger,
  { organizationId, source, id }: MemberKey,
  team: TeamView,
  now: number,
): Promise<TeamDetails> {
  const [members, entitlements, facts] = await Promise.all([
    prisma.$queryRaw<TeamDetails['members']>`
      SELECT t."memberId" AS "id", m."name", m."status" FROM "TeamMember" t
      LEFT JOIN "Member" m ON m."organizationId" = t."organizationId" AND m."sourceId" = t."sourceId" AND m."id" = t."memberId"
      WHERE t."organizationId" = ${organizationId} AND t."sourceId" = ${source} AND t."teamId" = ${id}
      ORDER BY lower(m."name"), t."memberId"`,
    prisma.$queryRaw<{ kind: EntitlementKind; id: string; source: string; state: EntitlementState }[]>`
      SELECT e."kind", e."externalId" AS "id", e."sourceId" AS "source", ${stateAt(now)} AS "state" FROM "Entitlement" e
      WHERE e."organizationId" = ${organizationId} AND e."sourceId" = ${source} AND e."teamId" = ${id}
        AND NOT e."hasReceipt" ORDER BY e."id" DESC LIMIT ${MOST_ENTITLEMENTS}::int`,
    prisma.$queryRaw<TeamDetails['facts']>`
      SELECT ${ms('f."receivedAt"')} AS "at", f."version"::float8 AS "version", f."outcome" = 'stale' AS "ignored"
      FROM "InboxFact" f WHERE f."organizationId" = ${organizationId} AND f."sourceId" = ${source}
        AND f."subjectType" = 'team' AND f."subjectId" = ${id} ORDER BY f."seq" DESC LIMIT ${MOST_FACTS}::int`,
  ]);
  return { ...team, members, entitlements, facts };
}
