import type { Page, PageRequest } from '../usecases/catalogue';
import { OBSERVED_EFFECTS, type DisconnectPreview, type Observation } from '../usecases/connections';
import type { LedgerTx } from './open';
import { toPage } from './audit';
import { Prisma } from './generated/client';
import { at, ms } from './sql';

interface Row extends Omit<Observation, 'entitlement' | 'what'> {
  readonly claimId: string;
  readonly what: string;
  readonly kind: string;
  readonly externalId: string;
  readonly sourceId: string;
}

/** What an integration that only observes would have done at Kisi, newest first. */
export async function listObservations(
  db: LedgerTx,
  organizationId: string,
  integrationId: string,
  { limit, after }: PageRequest,
): Promise<Page<Observation> | null> {
  if ((await db.integration.count({ where: { id: integrationId, organizationId } })) === 0) return null;
  const rows = await db.$queryRaw<Row[]>`
    SELECT * FROM (
      SELECT c."id" AS "claimId", ${ms('c."settledAt"')} AS "at", c."memberId", m."name" AS "memberName", c."groupId",
        ${ms('c."windowFrom"')} AS "from", ${ms('c."windowUntil"')} AS "until", e."kind", e."externalId", e."sourceId",
        (SELECT k."name" FROM "KisiDoor" k WHERE k."integrationId" = c."integrationId" AND k."type" = 'group'
          AND k."kisiId" = c."groupId") AS "groupName",
        CASE WHEN EXISTS (SELECT 1 FROM "Claim" o WHERE o."personId" = c."personId" AND o."groupId" = c."groupId"
               AND o."id" <> c."id" AND NOT o."isReleased" AND o."settledAs" = 'observed'
               AND (c."settledAs" = 'ended' OR (o."createdAt", o."id") < (c."createdAt", c."id")
                 AND o."windowFrom" <= c."windowFrom" AND (o."windowUntil" IS NULL OR o."windowUntil" >= c."windowUntil")))
             THEN 'would_keep' WHEN c."settledAs" = 'ended' THEN 'would_revoke' ELSE 'would_grant' END AS "what"
      FROM "Claim" c JOIN "Entitlement" e ON e."id" = c."entitlementId"
      LEFT JOIN "Member" m ON m."organizationId" = c."organizationId" AND m."sourceId" = e."sourceId" AND m."id" = c."memberId"
      WHERE c."organizationId" = ${organizationId} AND c."integrationId" = ${integrationId}
        AND (c."settledAs" = 'observed' OR c."settledAs" = 'ended' AND c."ending" @> '{"observed": true}'::jsonb)
    ) seen WHERE ${olderThan(after)} ORDER BY "at" DESC, "claimId" DESC LIMIT ${limit + 1}::int`;
  return toPage(rows, limit, (row) => `${row.at}/${row.claimId}`, toObservation);
}

function olderThan(after: string | null): Prisma.Sql {
  const [time, ...id] = (after ?? '').split('/');
  if (after === null || !Number.isFinite(Number(time))) return Prisma.sql`true`;
  return Prisma.sql`("at", "claimId") < (${Number(time)}::float8, ${id.join('/')})`;
}

function toObservation({ claimId: _id, kind, externalId, sourceId, what, ...row }: Row): Observation {
  const effect = OBSERVED_EFFECTS.find((one) => one === what) ?? 'would_keep';
  return { ...row, what: effect, entitlement: { kind, id: externalId, source: sourceId } };
}

/** Whom a disconnect concerns, counted; null for an integration that does not exist. */
export async function previewDisconnect(
  db: LedgerTx,
  organizationId: string,
  integrationId: string,
  now: number,
): Promise<DisconnectPreview | null> {
  if ((await db.integration.count({ where: { id: integrationId, organizationId } })) === 0) return null;
  const [row] = await db.$queryRaw<DisconnectPreview[]>`
    WITH live AS (
      SELECT "personId", bool_or("windowFrom" <= ${at(now)}) AS "isNow", count(*) FILTER (WHERE "windowUntil" IS NULL) AS "open"
      FROM "Claim" WHERE "integrationId" = ${integrationId} AND NOT "isReleased"
        AND ("windowUntil" IS NULL OR "windowUntil" > ${at(now)}) GROUP BY "personId"
    )
    SELECT count(*) FILTER (WHERE "isNow")::int AS "peopleWithAccessNow",
           count(*) FILTER (WHERE NOT "isNow")::int AS "peopleWithAccessLater",
           (SELECT count(*)::int FROM "Assignment" a JOIN "Person" p ON p."id" = a."personId"
             WHERE p."integrationId" = ${integrationId} AND a."isOurs" AND a."presence" <> 'absent') AS "assignments",
           coalesce(sum("open"), 0)::int AS "openEnded"
    FROM live`;
  return row ?? null;
}
