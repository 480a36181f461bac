import { z } from 'zod';
import type { EntitlementKind } from '../domain/entitlement';
import type { Page, PageRequest } from '../usecases/catalogue';
import type { TimelineEntryView } from '../usecases/members';
import type { JsonObject } from '../usecases/ports';
import { toPage } from './audit';
import { readCursor } from './cursors';
import { Prisma } from './generated/client';
import { entitlementsOf, personsOf, type MemberScope } from './member-scope';
import type { OpenLedger } from './open';
import { at, ms } from './sql';

interface Row {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly entitlementKind: EntitlementKind | null;
  readonly externalId: string | null;
  readonly sourceId: string | null;
  readonly integrationId: string | null;
  readonly personId: string | null;
  readonly groupId: number | null;
  readonly details: JsonObject;
}

const cursorSchema = z.tuple([z.number(), z.string()]);

/**
 * What happened to a member, the newest first: what was said and done about themselves, about all that they hold, and about
 * them at Kisi. Each of these is found by its own index.
 */
export async function listTimeline(
  { prisma }: OpenLedger,
  member: MemberScope,
  kinds: readonly string[],
  { limit, after }: PageRequest,
): Promise<Page<TimelineEntryView>> {
  const { organizationId, source, id } = member;
  const isListed = Prisma.sql`t."organizationId" = ${organizationId} AND ${isAfter(after)}
    AND ${kinds.length === 0 ? Prisma.sql`true` : Prisma.sql`t."kind" IN (${Prisma.join([...kinds])})`}`;
  const rows = await prisma.$queryRaw<Row[]>`
    WITH person AS MATERIALIZED ${personsOf(member)},
    found AS (
      SELECT t."id" FROM "TimelineEntry" t
        WHERE t."memberSource" = ${source} AND t."memberId" = ${id} AND ${isListed}
      UNION SELECT t."id" FROM "TimelineEntry" t
        WHERE t."entitlementId" IN ${entitlementsOf(member)} AND ${isListed}
          AND (t."personId" IS NULL OR t."personId" IN (SELECT "id" FROM person))
      UNION SELECT t."id" FROM "TimelineEntry" t
        WHERE t."personId" IN (SELECT "id" FROM person) AND t."entitlementId" IS NULL AND ${isListed}
    )
    SELECT t."id", ${ms('t."at"')} AS "at", t."kind", e."kind" AS "entitlementKind", e."externalId", e."sourceId",
      p."integrationId", t."personId", t."groupId", t."details"
    FROM found f JOIN "TimelineEntry" t ON t."id" = f."id" LEFT JOIN "Entitlement" e ON e."id" = t."entitlementId"
    LEFT JOIN "Person" p ON p."id" = t."personId"
    ORDER BY t."at" DESC, t."id" DESC LIMIT ${limit + 1}::int`;
  return toPage(rows, limit, (row) => JSON.stringify([row.at, row.id]), toEntry);
}

function isAfter(cursor: string | null): Prisma.Sql {
  if (cursor === null) return Prisma.sql`true`;
  const [instant, id] = readCursor(cursorSchema, cursor);
  return Prisma.sql`(t."at", t."id") < (${at(instant)}, ${id})`;
}

function toEntry({ entitlementKind, externalId, sourceId, ...entry }: Row): TimelineEntryView {
  const isOfOne = entitlementKind !== null && externalId !== null && sourceId !== null;
  return { ...entry, entitlement: isOfOne ? { kind: entitlementKind, id: externalId, source: sourceId } : null };
}
