import { NO_FACTS, type BookingFacts } from '../domain/facts';
import { normalizeEmail } from '../domain/email';
import type { LiveBooking, LiveClaim, NamedDoor, PreviewLedger } from '../usecases/preview-ports';
import { toMapping } from './door-mapping-rows';
import { Prisma, type DoorMapping as MappingRow } from './generated/client';
import type { OpenLedger } from './open';
import { at, json, ms } from './sql';

interface BookingRow {
  readonly id: string;
  readonly sourceId: string;
  readonly resourceId: string | null;
  readonly facts: BookingFacts | null;
  readonly createdAt: number;
  readonly memberId: string | null;
  readonly memberName: string | null;
  readonly email: string | null;
}

type ClaimRow = Omit<LiveClaim, 'window'> & { readonly from: number; readonly until: number | null };

/** What previews read. Each list is one statement; bookings come page by page. */
export function createPreviewRows({ prisma }: OpenLedger): PreviewLedger {
  const readClaims = async (organizationId: string, condition: Prisma.Sql, now: number): Promise<LiveClaim[]> => {
    const rows = await prisma.$queryRaw<ClaimRow[]>`
      SELECT c."entitlementId", p."email", c."memberId", m."name" AS "memberName", c."integrationId", c."groupId",
        ${ms('c."windowFrom"')} AS "from", ${ms('c."windowUntil"')} AS "until"
      FROM "Claim" c JOIN "Person" p ON p."id" = c."personId" JOIN "Entitlement" e ON e."id" = c."entitlementId"
      LEFT JOIN "Member" m ON m."organizationId" = e."organizationId" AND m."sourceId" = e."sourceId" AND m."id" = c."memberId"
      WHERE p."organizationId" = ${organizationId} AND ${condition} AND NOT c."isReleased"
        AND (c."windowUntil" IS NULL OR c."windowUntil" > ${at(now)})
        AND NOT (c."settledRevision" = c."revision" AND c."settledAs" IS NOT DISTINCT FROM 'ended')`;
    return rows.map(({ from, until, ...claim }) => ({ ...claim, window: { from, until } }));
  };
  return {
    async readIntegrations(organizationId) {
      const rows = await prisma.integration.findMany({ where: { organizationId }, select: { id: true, status: true } });
      return new Map(rows.map(({ id, status }) => [id, status === 'connected']));
    },
    readDoors: (organizationId) => prisma.$queryRaw<NamedDoor[]>`
      SELECT coalesce(k."integrationId", g."integrationId") AS "integrationId", coalesce(k."type", 'lock') AS "type",
        coalesce(k."kisiId", g."lockId") AS "id", k."name", g."groupId"
      FROM (SELECT k.* FROM "KisiDoor" k JOIN "Integration" i ON i."id" = k."integrationId"
            WHERE i."organizationId" = ${organizationId}) k
      FULL JOIN (SELECT * FROM "LockGroup" WHERE "organizationId" = ${organizationId} AND "hoursOf" = '') g
        ON k."type" = 'lock' AND g."integrationId" = k."integrationId" AND g."lockId" = k."kisiId"`,
    async findMappings(organizationId, ids) {
      const rows = await prisma.$queryRaw<MappingRow[]>`
        SELECT * FROM "DoorMapping" WHERE "organizationId" = ${organizationId}
          AND "id" IN (SELECT jsonb_array_elements_text(${json(ids)}))`;
      return rows.map(toMapping);
    },
    async mappingsOf(organizationId, subjects) {
      const rows = await prisma.$queryRaw<MappingRow[]>`
        SELECT d.* FROM "DoorMapping" d WHERE d."organizationId" = ${organizationId}
          AND (d."subjectType", d."subjectSource", d."subjectId") IN (SELECT x."type", x."source", x."id"
            FROM jsonb_to_recordset(${json(subjects)}) AS x("type" text, "source" text, "id" text))`;
      return rows.map(toMapping);
    },
    async pageBookings(organizationId, resources, after, limit) {
      const rows = await prisma.$queryRaw<BookingRow[]>`
        SELECT e."id", e."sourceId", e."resourceId", e."facts", ${ms('e."createdAt"')} AS "createdAt", m."id" AS "memberId",
          m."name" AS "memberName", m."email"
        FROM "Entitlement" e
        LEFT JOIN "Member" m ON m."organizationId" = e."organizationId" AND m."sourceId" = e."sourceId" AND m."id" = e."memberId"
        WHERE e."organizationId" = ${organizationId} AND e."kind" = 'booking' AND NOT e."hasReceipt"
          AND (e."sourceId", e."resourceId") IN (SELECT x."source", x."id"
            FROM jsonb_to_recordset(${json(resources)}) AS x("source" text, "id" text))
          AND e."id" > ${after ?? ''}
        ORDER BY e."id" LIMIT ${limit}::int`;
      return rows.map(toBooking);
    },
    claimsOfPeople: (organizationId, emails, now) =>
      readClaims(organizationId, Prisma.sql`p."email" IN (SELECT jsonb_array_elements_text(${json(emails)}))`, now),
    claimsOfIntegration: (organizationId, integrationId, now) =>
      readClaims(organizationId, Prisma.sql`c."integrationId" = ${integrationId}`, now),
  };
}

function toBooking({
  id,
  sourceId,
  resourceId,
  facts,
  createdAt,
  memberId,
  memberName,
  email,
}: BookingRow): LiveBooking {
  const hasMember = memberId !== null && email !== null;
  return {
    id,
    source: sourceId,
    resourceId,
    facts: facts ?? NO_FACTS,
    firstSeenAt: createdAt,
    member: hasMember ? { id: memberId, name: memberName ?? '', email: normalizeEmail(email) } : null,
  };
}
