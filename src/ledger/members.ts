import { z } from 'zod';
import { PROBLEM_CODES, type ProblemCode } from '../domain/problems';
import type {
  ListedMember,
  MemberEntitlement,
  MemberFilter,
  MemberKey,
  MemberPerson,
  Members,
  MemberView,
} from '../usecases/members';
import { toPage } from './audit';
import { readCursor } from './cursors';
import { readRows, toView } from './entitlement-views';
import { Prisma } from './generated/client';
import {
  entitlementsOf,
  heldEntitlements,
  IS_CLAIM_OPEN,
  opensNow,
  PERSON_EMAIL,
  personsOf,
  type MemberScope,
} from './member-scope';
import { listTimeline } from './member-timeline';
import type { OpenLedger } from './open';
import { allOf, contains, ms } from './sql';

/** How many open entitlements stand on the page of a member; a person with 200 is told everything. */
const MOST_SHOWN = 200;

/** Members as people see them. */
export function createMembers(ledger: OpenLedger): Members {
  return {
    async list(organizationId, filter, { limit, after }, now) {
      const condition = Prisma.sql`${toCondition(organizationId, filter, now)} AND ${isAfter(after)}`;
      return toPage(await readMembers(ledger, condition, limit + 1, now), limit, cursorOf, toListed);
    },
    async get(key, now) {
      const [row] = await readMembers(ledger, isMember(key), 1, now);
      return row === undefined ? null : readDetails(ledger, key, row, now);
    },
    async listEntitlements(key, { ended }, { limit, after }, now) {
      const member = await findScope(ledger, key);
      if (member === null) return null;
      const condition = allOf([
        after === null ? null : Prisma.sql`e."id" < ${after}`,
        ended === null ? null : ended ? Prisma.sql`e."hasReceipt"` : Prisma.sql`NOT e."hasReceipt"`,
      ]);
      const found = await readEntitlements(ledger, member, condition, limit + 1, now);
      return toPage(
        found,
        limit,
        ({ rowId }) => rowId,
        ({ view }) => view,
      );
    },
    async listTimeline(key, kinds, page) {
      const member = await findScope(ledger, key);
      return member === null ? null : listTimeline(ledger, member, kinds, page);
    },
  };
}

interface Row extends Omit<ListedMember, 'problems' | 'status'> {
  readonly status: string;
  readonly problems: readonly string[] | null;
  readonly sortName: string;
  readonly locale: string | null;
  readonly leftAt: number | null;
  readonly updatedAt: number;
}

function isMember({ organizationId, source, id }: MemberKey): Prisma.Sql {
  return Prisma.sql`m."organizationId" = ${organizationId} AND m."sourceId" = ${source} AND m."id" = ${id}`;
}

/** What the member of a row holds and has not ended, alone or by a team. */
const OPEN_OF_MEMBER = Prisma.raw(`(
  SELECT x."id", x."problemCodes" FROM "Entitlement" x WHERE x."organizationId" = m."organizationId"
    AND x."sourceId" = m."sourceId" AND x."memberId" = m."id" AND NOT x."hasReceipt"
  UNION ALL SELECT x."id", x."problemCodes" FROM "TeamMember" t JOIN "Entitlement" x ON x."organizationId" = t."organizationId"
    AND x."sourceId" = t."sourceId" AND x."teamId" = t."teamId" AND NOT x."hasReceipt"
  WHERE t."organizationId" = m."organizationId" AND t."sourceId" = m."sourceId" AND t."memberId" = m."id")`);

/** The page is cut before anything is counted, so a list costs the same however much its members hold. */
function readMembers({ prisma }: OpenLedger, condition: Prisma.Sql, limit: number, now: number): Promise<Row[]> {
  return prisma.$queryRaw<Row[]>`
    SELECT m."sourceId" AS "source", m."id", m."name", m."email", m."status", m."locale", m."sortName",
      ${ms('m."leftAt"')} AS "leftAt", ${ms('m."updatedAt"')} AS "updatedAt", ${opensNow(now)} AS "hasAccessNow",
      (SELECT count(*)::int FROM ${OPEN_OF_MEMBER} o) AS "openEntitlements",
      (SELECT json_agg(DISTINCT o."code") FROM (SELECT unnest("problemCodes") AS "code" FROM ${OPEN_OF_MEMBER} y) o) AS "problems"
    FROM (SELECT m.*, lower(m."name") AS "sortName" FROM "Member" m WHERE ${condition}
      ORDER BY lower(m."name"), m."sourceId", m."id" LIMIT ${limit}::int) m
    ORDER BY m."sortName", m."sourceId", m."id"`;
}

function toCondition(organizationId: string, filter: MemberFilter, now: number): Prisma.Sql {
  const { source, status, hasAccessNow, problem, query } = filter;
  const opens = opensNow(now);
  return allOf([
    Prisma.sql`m."organizationId" = ${organizationId}`,
    source === null ? null : Prisma.sql`m."sourceId" = ${source}`,
    status === null ? null : Prisma.sql`m."status" = ${status}`,
    hasAccessNow === null ? null : hasAccessNow ? opens : Prisma.sql`NOT ${opens}`,
    problem === null
      ? null
      : Prisma.sql`EXISTS (SELECT 1 FROM ${OPEN_OF_MEMBER} o WHERE ${problem} = ANY (o."problemCodes"))`,
    query === null ? null : contains(['m."name"', 'm."email"', 'm."id"'], query),
  ]);
}

const cursorSchema = z.tuple([z.string(), z.string(), z.string()]);

function cursorOf({ sortName, source, id }: Row): string {
  return JSON.stringify([sortName, source, id]);
}

function isAfter(cursor: string | null): Prisma.Sql {
  if (cursor === null) return Prisma.sql`true`;
  const [name, source, id] = readCursor(cursorSchema, cursor);
  return Prisma.sql`(lower(m."name"), m."sourceId", m."id") > (${name}, ${source}, ${id})`;
}

function toListed(row: Row): ListedMember {
  const { source, id, name, email, hasAccessNow, openEntitlements } = row;
  const status = row.status === 'left' ? 'left' : 'active';
  return { source, id, name, email, status, hasAccessNow, openEntitlements, problems: toCodes(row.problems) };
}

const toCodes = (codes: readonly string[] | null): ProblemCode[] =>
  PROBLEM_CODES.filter((code) => codes?.includes(code) === true);

async function findScope({ prisma }: OpenLedger, key: MemberKey): Promise<MemberScope | null> {
  const [row] = await prisma.$queryRaw<{ email: string }[]>`
    SELECT ${PERSON_EMAIL} AS "email" FROM "Member" m WHERE ${isMember(key)}`;
  return row === undefined ? null : { ...key, email: row.email };
}

async function readDetails(ledger: OpenLedger, key: MemberKey, row: Row, now: number): Promise<MemberView> {
  const member = { ...key, email: row.email.trim().toLowerCase() };
  const [open, ended, persons, teams] = await Promise.all([
    readEntitlements(ledger, member, Prisma.sql`NOT e."hasReceipt"`, MOST_SHOWN, now),
    countEnded(ledger, member),
    readPersons(ledger, member),
    readTeams(ledger, key),
  ]);
  const { locale, leftAt, updatedAt } = row;
  const entitlements = open.map(({ view }) => view);
  return { ...toListed(row), locale, leftAt, updatedAt, teams, persons, entitlements, endedEntitlements: ended };
}

async function countEnded({ prisma }: OpenLedger, member: MemberScope): Promise<number> {
  const [row] = await prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count" FROM "Entitlement" e WHERE e."id" IN ${entitlementsOf(member)} AND e."hasReceipt"`;
  return row?.count ?? 0;
}

function readTeams({ prisma }: OpenLedger, { organizationId, source, id }: MemberKey): Promise<MemberView['teams']> {
  return prisma.$queryRaw<{ id: string; name: string }[]>`
    SELECT w."id", w."name" FROM "TeamMember" t JOIN "Team" w ON w."organizationId" = t."organizationId"
      AND w."sourceId" = t."sourceId" AND w."id" = t."teamId"
    WHERE t."organizationId" = ${organizationId} AND t."sourceId" = ${source} AND t."memberId" = ${id}
    ORDER BY lower(w."name"), w."id"`;
}

interface PersonRow extends Omit<MemberPerson, 'problems'> {
  readonly problems: readonly string[] | null;
}

async function readPersons({ prisma }: OpenLedger, member: MemberScope): Promise<MemberPerson[]> {
  const rows = await prisma.$queryRaw<PersonRow[]>`
    SELECT p."id", p."integrationId", i."name" AS "integrationName", p."email" = ${member.email} AS "isCurrent", p."kisiUserId",
      p."kisiUserIsOurs" AS "isOurs",
      (SELECT json_agg(DISTINCT c."problem") FROM "Claim" c
        WHERE c."personId" = p."id" AND c."problem" IS NOT NULL AND ${IS_CLAIM_OPEN}) AS "problems"
    FROM "Person" p JOIN "Integration" i ON i."id" = p."integrationId"
    WHERE p."id" IN ${personsOf(member)} ORDER BY 4 DESC, i."name", p."id"`;
  return rows.map((row) => ({ ...row, problems: toCodes(row.problems) }));
}

interface Found {
  readonly rowId: string;
  readonly view: MemberEntitlement;
}

/** A member's entitlements, the newest first, each with the claims of this member only. */
async function readEntitlements(
  ledger: OpenLedger,
  member: MemberScope,
  condition: Prisma.Sql,
  limit: number,
  now: number,
): Promise<Found[]> {
  const isTheirs = Prisma.sql`e."id" IN ${entitlementsOf(member)} AND ${condition}`;
  const [rows, claims] = await Promise.all([
    readRows(ledger, member.organizationId, isTheirs, limit, now),
    readClaims(ledger, member),
  ]);
  return rows.map((row) => ({
    rowId: row.rowId,
    view: toEntitlement(toView(row, now), member, claims.get(row.rowId)),
  }));
}

interface ClaimNames {
  readonly entitlementId: string;
  readonly personId: string;
  readonly groupId: number;
  readonly integrationName: string;
  readonly groupName: string | null;
}

/** What names the doors of each of a member's claims, by entitlement. */
async function readClaims({ prisma }: OpenLedger, member: MemberScope): Promise<ReadonlyMap<string, ClaimNames[]>> {
  const rows = await prisma.$queryRaw<ClaimNames[]>`
    SELECT c."entitlementId", c."personId", c."groupId", i."name" AS "integrationName", k."name" AS "groupName"
    FROM "Claim" c JOIN "Integration" i ON i."id" = c."integrationId"
    LEFT JOIN "KisiDoor" k ON k."integrationId" = c."integrationId" AND k."type" = 'group' AND k."kisiId" = c."groupId"
    WHERE c."personId" IN (SELECT p."id" FROM "Integration" i JOIN "Person" p ON p."integrationId" = i."id"
        AND p."email" = ${member.email} WHERE i."organizationId" = ${member.organizationId})
      OR (c."memberId" = ${member.id} AND c."entitlementId" IN ${heldEntitlements(member)})`;
  const byEntitlement = new Map<string, ClaimNames[]>();
  for (const row of rows) {
    byEntitlement.set(row.entitlementId, [...(byEntitlement.get(row.entitlementId) ?? []), row]);
  }
  return byEntitlement;
}

function toEntitlement(
  view: ReturnType<typeof toView>,
  { source, id }: MemberKey,
  claims: readonly ClaimNames[] = [],
): MemberEntitlement {
  const isOwn = view.source === source && view.memberId === id;
  const doors = view.doors.flatMap((door) => {
    const names = claims.find((claim) => claim.personId === door.personId && claim.groupId === door.groupId);
    if (names === undefined) return [];
    return [{ ...door, integrationName: names.integrationName, groupName: names.groupName }];
  });
  return { ...view, doors, by: isOwn ? 'member' : view.teamId !== null ? 'team' : 'guest' };
}
