import type { MemberKey } from '../usecases/members';
import { Prisma } from './generated/client';
import { at } from './sql';

/** A member as statements about them need it. */
export interface MemberScope extends MemberKey {
  readonly email: string;
}

/** The address of a row of Member as persons are told apart by. */
export const PERSON_EMAIL = Prisma.raw('lower(trim(m."email"))');

/** A claim `c` of which Kisi does not agree yet that it is over. */
export const IS_CLAIM_OPEN = Prisma.raw(
  `(c."settledRevision" <> c."revision" OR NOT (c."settledAs" = 'ended' OR (c."isReleased" AND c."settledAs" = 'observed')))`,
);

/** The ids of the entitlements that a member holds alone or by a team. */
export function heldEntitlements({ organizationId, source, id }: MemberKey): Prisma.Sql {
  return Prisma.sql`(SELECT x."id" FROM "Entitlement" x WHERE x."organizationId" = ${organizationId}
      AND x."sourceId" = ${source} AND x."memberId" = ${id}
    UNION SELECT x."id" FROM "TeamMember" t JOIN "Entitlement" x ON x."organizationId" = t."organizationId"
      AND x."sourceId" = t."sourceId" AND x."teamId" = t."teamId"
    WHERE t."organizationId" = ${organizationId} AND t."sourceId" = ${source} AND t."memberId" = ${id})`;
}

/** The ids of the persons with a member's address, and of those with a former one that still hold something of theirs. */
export function personsOf(member: MemberScope): Prisma.Sql {
  const { organizationId, id, email } = member;
  return Prisma.sql`(SELECT p."id" FROM "Integration" i JOIN "Person" p ON p."integrationId" = i."id" AND p."email" = ${email}
      WHERE i."organizationId" = ${organizationId}
    UNION SELECT c."personId" FROM "Claim" c
      WHERE c."entitlementId" IN ${heldEntitlements(member)} AND c."memberId" = ${id} AND ${IS_CLAIM_OPEN})`;
}

/** The ids of all entitlements that a member holds, alone, by a team they are or were in, or as somebody's guest. */
export function entitlementsOf(member: MemberScope): Prisma.Sql {
  const { organizationId, source, id, email } = member;
  return Prisma.sql`(SELECT * FROM ${heldEntitlements(member)} held
    UNION SELECT c."entitlementId" FROM "Integration" i
      JOIN "Person" p ON p."integrationId" = i."id" AND p."email" = ${email}
      JOIN "Claim" c ON c."personId" = p."id" JOIN "Entitlement" x ON x."id" = c."entitlementId"
    WHERE i."organizationId" = ${organizationId}
      AND (c."memberId" IS NULL OR (c."memberId" = ${id} AND x."sourceId" = ${source})))`;
}

/** True while a door opens for whoever has the address of the row `m` of Member. */
export function opensNow(now: number): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT 1 FROM "Integration" i
    JOIN "Person" p ON p."integrationId" = i."id" AND p."email" = ${PERSON_EMAIL} JOIN "Claim" c ON c."personId" = p."id"
    WHERE i."organizationId" = m."organizationId" AND c."settledRevision" = c."revision" AND c."settledAs" = 'granted'
      AND NOT c."isReleased" AND c."windowFrom" <= ${at(now)} AND (c."windowUntil" IS NULL OR c."windowUntil" > ${at(now)}))`;
}
