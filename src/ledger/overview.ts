import { ENTITLEMENT_STATES } from '../domain/entitlement';
import { PROBLEM_CODES } from '../domain/problems';
import type { OverviewView, ReadOverview } from '../usecases/overview';
import { HOURS_OF } from './door-mapping-rows';
import { stateAt } from './entitlement-views';
import { Prisma } from './generated/client';
import type { OpenLedger } from './open';
import { at, ms } from './sql';

interface Row {
  readonly integrations: OverviewView['integrations'] | null;
  readonly resources: OverviewView['resources'];
  readonly mappings: OverviewView['mappings'];
  readonly states: readonly { readonly state: string; readonly count: number }[] | null;
  readonly problems: readonly { readonly code: string; readonly count: number }[] | null;
  readonly peopleInsideNow: number;
  readonly firstSteps: OverviewView['firstSteps'];
}

const UNENDED = ENTITLEMENT_STATES.filter((state) => state !== 'ended');

/** The whole overview in one statement, so its figures agree with one another. */
export function createReadOverview({ prisma }: OpenLedger): ReadOverview {
  return async (organizationId, source, now) => {
    const [row] = await prisma.$queryRaw<Row[]>`
      WITH unended AS MATERIALIZED (
        SELECT e."id", e."problemCodes", ${stateAt(now)} AS "state" FROM "Entitlement" e
        WHERE e."organizationId" = ${organizationId} AND e."kind" = 'booking' AND ${isOf('e', source)}
          AND e."state" IN (${Prisma.join(UNENDED)})
      )
      SELECT ${integrations(organizationId)} AS "integrations", ${resources(organizationId, source)} AS "resources",
        ${mappings(organizationId)} AS "mappings",
        (SELECT json_agg(json_build_object('state', x."state", 'count', x."count")) FROM (
          SELECT u."state", count(*)::int AS "count" FROM unended u GROUP BY 1 UNION ALL
          SELECT 'ended', (count(*) - (SELECT count(*) FROM unended))::int FROM "Entitlement" e
            WHERE e."organizationId" = ${organizationId} AND e."kind" = 'booking' AND ${isOf('e', source)}) x
          WHERE x."count" > 0) AS "states",
        (SELECT json_agg(json_build_object('code', x."code", 'count', x."count") ORDER BY x."count" DESC, x."code")
          FROM (SELECT p."code", count(*)::int AS "count" FROM unended u, unnest(u."problemCodes") p("code") GROUP BY 1) x
        ) AS "problems",
        ${peopleInside(now)} AS "peopleInsideNow", ${firstSteps(organizationId)} AS "firstSteps"`;
    if (row === undefined) throw new Error('A statement without FROM answers one row.');
    return toView(row);
  };
}

function isOf(alias: 'e' | 'r', source: string | null): Prisma.Sql {
  return source === null ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(alias)}."sourceId" = ${source}`;
}

function integrations(organizationId: string): Prisma.Sql {
  return Prisma.sql`(SELECT json_agg(json_build_object('id', i."id", 'name', i."name", 'status', i."status",
      'health', i."health", 'healthSince', ${ms('i."healthSince"')}, 'mode', i."mode", 'clockOffsetMs', i."clockOffsetMs",
      'doorsOffline', (SELECT count(*)::int FROM "KisiDoor" k
        WHERE k."integrationId" = i."id" AND k."type" = 'lock' AND NOT k."isOnline")) ORDER BY i."name", i."id")
    FROM "Integration" i WHERE i."organizationId" = ${organizationId})`;
}

function resources(organizationId: string, source: string | null): Prisma.Sql {
  return Prisma.sql`(SELECT json_build_object('total', count(*)::int, 'unmapped', (count(*) FILTER (WHERE d."id" IS NULL))::int)
    FROM "Resource" r LEFT JOIN (SELECT DISTINCT "subjectSource" AS "source", "subjectId" AS "id" FROM "DoorMapping"
      WHERE "organizationId" = ${organizationId} AND "subjectType" = 'resource' AND "enabled") d
      ON d."source" = r."sourceId" AND d."id" = r."id"
    WHERE r."organizationId" = ${organizationId} AND ${isOf('r', source)})`;
}

/** A mapping is active when it is switched on and Kisi showed the group that it opens. */
function mappings(organizationId: string): Prisma.Sql {
  return Prisma.sql`(SELECT json_build_object('total', coalesce(sum(d."count"), 0)::int,
      'notActive', coalesce(sum(d."count") FILTER (WHERE NOT (d."isReady" AND i."status" = 'connected'
        AND (d."targetType" <> 'lock' OR coalesce(g."status" = 'ready', false)))), 0)::int)
    FROM (SELECT "integrationId", "targetType", "targetId", ("enabled" AND "verification" = 'verified') AS "isReady",
        ${HOURS_OF} AS "hoursOf", count(*) AS "count"
        FROM "DoorMapping" d WHERE "organizationId" = ${organizationId} GROUP BY 1, 2, 3, 4, 5) d
    JOIN "Integration" i ON i."id" = d."integrationId"
    LEFT JOIN "LockGroup" g ON d."targetType" = 'lock' AND g."integrationId" = d."integrationId" AND g."lockId" = d."targetId"
      AND g."hoursOf" = d."hoursOf")`;
}

function peopleInside(now: number): Prisma.Sql {
  return Prisma.sql`(SELECT count(DISTINCT p."email")::int FROM unended u
    JOIN "Claim" c ON c."entitlementId" = u."id" JOIN "Person" p ON p."id" = c."personId"
    WHERE NOT c."isReleased" AND c."settledAs" = 'granted' AND c."settledRevision" = c."revision"
      AND c."windowFrom" <= ${at(now)} AND (c."windowUntil" IS NULL OR c."windowUntil" > ${at(now)}))`;
}

function firstSteps(organizationId: string): Prisma.Sql {
  const has = (rows: Prisma.Sql) => Prisma.sql`EXISTS (SELECT 1 FROM ${rows})`;
  return Prisma.sql`json_build_object(
    'hasIntegration', ${has(Prisma.sql`"Integration" WHERE "organizationId" = ${organizationId}`)},
    'hasConnection', ${has(Prisma.sql`"Integration" WHERE "organizationId" = ${organizationId} AND "status" = 'connected'`)},
    'hasLocation', ${has(Prisma.sql`"Location" WHERE "organizationId" = ${organizationId}`)},
    'hasResource', ${has(Prisma.sql`"Resource" WHERE "organizationId" = ${organizationId}`)},
    'hasMapping', ${has(Prisma.sql`"DoorMapping" WHERE "organizationId" = ${organizationId}`)},
    'hasBooking', ${has(Prisma.sql`"Entitlement" WHERE "organizationId" = ${organizationId}`)},
    'hasActive', ${has(Prisma.sql`"Integration" i JOIN "Person" p ON p."integrationId" = i."id"
      JOIN "Assignment" a ON a."personId" = p."id" WHERE i."organizationId" = ${organizationId} AND a."isOurs"`)})`;
}

function toView({ states, problems, integrations: connected, ...rest }: Row): OverviewView {
  const counts = new Map((states ?? []).map(({ state, count }) => [state, count]));
  return {
    ...rest,
    integrations: connected ?? [],
    bookingsByState: Object.fromEntries(
      ENTITLEMENT_STATES.flatMap((state) => {
        const count = counts.get(state);
        return count === undefined ? [] : [[state, count]];
      }),
    ),
    problems: (problems ?? []).flatMap(({ code, count }) => {
      const known = PROBLEM_CODES.find((one) => one === code);
      return known === undefined ? [] : [{ code: known, count }];
    }),
  };
}
