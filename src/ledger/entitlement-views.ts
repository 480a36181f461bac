import type { EntitlementFacts } from '../domain/entitlement-facts';
import { ENTITLEMENT_STATES, END_REASONS, type Settlement } from '../domain/entitlement';
import { describeProblem, isBlocking, type ProblemCode } from '../domain/problems';
import { coversInstant, isOver } from '../domain/windows';
import type { BookingDoor, DoorState } from '../usecases/bookings';
import type { EntitlementFilter, EntitlementView, Entitlements } from '../usecases/entitlements';
import type { JsonObject } from '../usecases/ports';
import { toPage } from './audit';
import { Prisma } from './generated/client';
import type { OpenLedger } from './open';
import { allOf, at, contains, ms } from './sql';

/** Entitlements as people see them: one statement for a page, doors and receipts included. */
export function createEntitlements(ledger: OpenLedger): Entitlements {
  return {
    async get({ organizationId, kind, sourceId, externalId }, now) {
      // A grant's id is unique in its organization.
      const ofSource = kind === 'grant' ? Prisma.sql`true` : Prisma.sql`e."sourceId" = ${sourceId}`;
      const only = Prisma.sql`e."kind" = ${kind} AND ${ofSource} AND e."externalId" = ${externalId}`;
      const [row] = await readRows(ledger, organizationId, only, 1, now);
      return row === undefined ? null : toView(row, now);
    },
    async list(organizationId, kind, filter, { limit, after }, now) {
      const page = after === null ? Prisma.sql`true` : Prisma.sql`e."id" < ${after}`;
      const rows = await readRows(
        ledger,
        organizationId,
        Prisma.sql`e."kind" = ${kind} AND ${toCondition(organizationId, filter, now)} AND ${page}`,
        limit + 1,
        now,
      );
      return toPage(
        rows,
        limit,
        (row) => row.rowId,
        (row) => toView(row, now),
      );
    },
  };
}

interface DoorJson {
  readonly integrationId: string;
  readonly groupId: number;
  readonly personId: string;
  readonly from: number;
  readonly until: number | null;
  readonly isReleased: boolean;
  readonly settledAs: Settlement | null;
  readonly problem: ProblemCode | null;
  readonly mappingNames: readonly string[] | null;
}

interface ReceiptJson {
  readonly id: string;
  readonly reason: string;
  readonly dueAt: number;
  readonly writtenAt: number;
  readonly doors: readonly JsonObject[];
}

type Row = EntitlementFacts & {
  readonly rowId: string;
  readonly id: string;
  readonly source: string;
  readonly state: string;
  readonly resourceId: string | null;
  readonly planId: string | null;
  readonly passTypeId: string | null;
  readonly memberId: string | null;
  readonly teamId: string | null;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly windowFrom: number | null;
  readonly windowUntil: number | null;
  readonly lookAgainAt: number | null;
  readonly updatedAt: number;
  readonly problems: readonly { readonly code: ProblemCode; readonly since: number }[];
  readonly timeZone: string | null;
  readonly memberName: string | null;
  readonly subjectName: string | null;
  readonly teamName: string | null;
  readonly doors: readonly DoorJson[] | null;
  readonly receipt: ReceiptJson | null;
};

/**
 * The state at this instant. Whether a door that Kisi agrees with opens already is a matter of time alone, for which no
 * workflow looks again, so it is told from the windows. (LIMIT keeps Postgres from reading the claims of everybody instead.)
 */
export function stateAt(now: number): Prisma.Sql {
  return Prisma.sql`CASE
    WHEN e."state" NOT IN ('scheduled', 'active') THEN e."state"
    WHEN e."windowUntil" <= ${at(now)} THEN 'revoking'
    WHEN (SELECT true FROM "Claim" c WHERE c."entitlementId" = e."id" AND NOT c."isReleased"
                 AND (c."settledRevision" <> c."revision" OR c."settledAs" IS DISTINCT FROM 'ended')
                 AND (c."windowFrom" > ${at(now)} OR c."windowUntil" <= ${at(now)}) LIMIT 1) THEN 'scheduled'
    ELSE 'active' END`;
}

/** The rows of the entitlements `e` that meet the condition, the newest first. */
export function readRows(
  { prisma }: OpenLedger,
  organizationId: string,
  condition: Prisma.Sql,
  limit: number,
  now: number,
): Promise<Row[]> {
  return prisma.$queryRaw<Row[]>`
    SELECT e."id" AS "rowId", e."externalId" AS "id", e."sourceId" AS "source", ${stateAt(now)} AS "state", e."kind", e."facts",
      e."resourceId", e."planId", e."passTypeId", e."memberId", e."teamId", ${ms('e."startsAt"')} AS "startsAt", ${ms('e."endsAt"')} AS "endsAt",
      ${ms('e."windowFrom"')} AS "windowFrom", ${ms('e."windowUntil"')} AS "windowUntil",
      ${ms('e."lookAgainAt"')} AS "lookAgainAt", ${ms('e."updatedAt"')} AS "updatedAt", e."problems", l."timeZone",
      m."name" AS "memberName", coalesce(s."name", a."name", b."name") AS "subjectName", w."name" AS "teamName",
      (SELECT json_agg(json_build_object('integrationId', c."integrationId", 'groupId', c."groupId", 'personId', c."personId",
          'from', ${ms('c."windowFrom"')}, 'until', ${ms('c."windowUntil"')}, 'isReleased', c."isReleased",
          'settledAs', CASE WHEN c."settledRevision" = c."revision" THEN c."settledAs" END, 'problem', c."problem",
          'mappingNames', (SELECT json_agg(d."name" ORDER BY d."id") FROM "DoorMapping" d
            WHERE d."organizationId" = e."organizationId" AND d."subjectSource" = e."sourceId"
              AND (d."subjectType", d."subjectId") IN (('resource', e."resourceId"), ('plan', e."planId"),
                ('pass_type', e."passTypeId")) AND d."integrationId" = c."integrationId"
              AND CASE d."targetType" WHEN 'group' THEN d."targetId" = c."groupId" ELSE EXISTS (SELECT 1 FROM "LockGroup" g
                WHERE g."integrationId" = d."integrationId" AND g."lockId" = d."targetId" AND g."groupId" = c."groupId") END))
          ORDER BY c."groupId", c."id") FROM "Claim" c WHERE c."entitlementId" = e."id") AS "doors",
      (SELECT json_build_object('id', r."id", 'reason', r."reason", 'dueAt', ${ms('r."dueAt"')},
          'writtenAt', ${ms('r."createdAt"')}, 'doors', r."doors")
        FROM "Receipt" r WHERE r."entitlementId" = e."id" AND e."hasReceipt" ORDER BY r."ending" DESC LIMIT 1) AS "receipt"
    FROM "Entitlement" e
    LEFT JOIN "Resource" s ON s."organizationId" = e."organizationId" AND s."sourceId" = e."sourceId" AND s."id" = e."resourceId"
    LEFT JOIN "Plan" a ON a."organizationId" = e."organizationId" AND a."sourceId" = e."sourceId" AND a."id" = e."planId"
    LEFT JOIN "PassType" b ON b."organizationId" = e."organizationId" AND b."sourceId" = e."sourceId" AND b."id" = e."passTypeId"
    LEFT JOIN "Location" l ON l."organizationId" = e."organizationId"
      AND l."id" = coalesce(s."locationId", a."locationId", b."locationId")
    LEFT JOIN "Team" w ON w."organizationId" = e."organizationId" AND w."sourceId" = e."sourceId" AND w."id" = e."teamId"
    LEFT JOIN "Member" m ON m."organizationId" = e."organizationId" AND m."sourceId" = e."sourceId" AND m."id" = e."memberId"
    WHERE e."organizationId" = ${organizationId} AND ${condition}
    ORDER BY e."id" DESC LIMIT ${limit}::int`;
}

function toCondition(organizationId: string, filter: EntitlementFilter, now: number): Prisma.Sql {
  const { source, states, problem, resourceId, planId, passTypeId, memberId, teamId, from, until, query } = filter;
  return allOf([
    source === null ? null : Prisma.sql`e."sourceId" = ${source}`,
    states.length === 0 ? null : Prisma.sql`${stateAt(now)} IN (${Prisma.join([...states])})`,
    problem === null ? null : Prisma.sql`${problem} = ANY (e."problemCodes")`,
    resourceId === null ? null : Prisma.sql`e."resourceId" = ${resourceId}`,
    planId === null ? null : Prisma.sql`e."planId" = ${planId}`,
    passTypeId === null ? null : Prisma.sql`e."passTypeId" = ${passTypeId}`,
    memberId === null ? null : Prisma.sql`e."memberId" = ${memberId}`,
    teamId === null ? null : Prisma.sql`e."teamId" = ${teamId}`,
    from === null ? null : Prisma.sql`coalesce(e."windowUntil", e."endsAt") > ${at(from)}`,
    until === null ? null : Prisma.sql`coalesce(e."windowFrom", e."startsAt") < ${at(until)}`,
    query === null ? null : isFound(organizationId, query),
  ]);
}

/** Members and resources are searched first, so a search costs the same however many bookings there are of each. */
function isFound(organizationId: string, query: string): Prisma.Sql {
  return Prisma.sql`(${contains(['e."externalId"'], query)}
    OR (e."sourceId", e."memberId") IN (SELECT x."sourceId", x."id" FROM "Member" x
      WHERE x."organizationId" = ${organizationId} AND ${contains(['x."name"', 'x."email"'], query)})
    OR (e."sourceId", e."resourceId") IN (SELECT x."sourceId", x."id" FROM "Resource" x
      WHERE x."organizationId" = ${organizationId} AND ${contains(['x."name"'], query)}))`;
}

/** A row as people see it. */
export function toView(row: Row, now: number): EntitlementView {
  const { rowId: _rowId, state, problems, doors, receipt, ...rest } = row;
  return {
    ...rest,
    said: row,
    state: ENTITLEMENT_STATES.find((one) => one === state) ?? 'awaiting_confirmation',
    problems: problems.map(({ code, since }) => describeProblem(code, since)),
    doors: (doors ?? []).map((door) => toDoor(door, now)),
    receipt:
      receipt === null
        ? null
        : { ...receipt, reason: END_REASONS.find((reason) => reason === receipt.reason) ?? 'expired' },
  };
}

function toDoor(door: DoorJson, now: number): BookingDoor {
  const { integrationId, groupId, personId, from, until, problem } = door;
  return {
    integrationId,
    groupId,
    personId,
    from,
    until,
    problem,
    mappingNames: door.mappingNames ?? [],
    state: doorState(door, now),
  };
}

function doorState(door: DoorJson, now: number): DoorState {
  const { isReleased, settledAs, problem } = door;
  if (settledAs === 'ended' || (isReleased && settledAs === 'observed')) return 'closed';
  if (isReleased || isOver(door, now)) return 'revoking';
  if (settledAs === 'observed') return 'observed';
  if (problem !== null && isBlocking(problem)) return 'blocked';
  if (settledAs === null) return 'provisioning';
  return coversInstant(door, now) ? 'open' : 'scheduled';
}
