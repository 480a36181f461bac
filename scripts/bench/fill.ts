import type { OpenLedger } from '../../src/ledger/open';

/** How much a large organization has. */
export const SIZE = { resources: 1_000, mappings: 10_000, bookings: 10_000, members: 3_000, doors: 200 } as const;

/** An address, a name and an id that searches look for. */
export const NEEDLE = {
  name: 'Lovelace 1815',
  email: 'ada-1815@',
  booking: 'booking-1815',
  resource: 'Room 815',
} as const;

const INTEGRATION = 'bench-kisi';

/**
 * Fills an organization as it looks after months: most bookings are over, every resource opens ten doors.
 *
 * @returns the id of its integration
 */
export async function fillOrganization({ prisma }: OpenLedger, organizationId: string): Promise<string> {
  const places = ['north', 'south'].map((id) => ({
    organizationId,
    id,
    name: `Site ${id}`,
    timeZone: 'Europe/London',
  }));
  await prisma.location.createMany({ data: places });
  await prisma.integration.create({
    data: { id: INTEGRATION, organizationId, name: 'Kisi', status: 'connected', doorsReadAt: new Date() },
  });
  for (const statement of statements(organizationId)) await prisma.$executeRawUnsafe(statement);
  return INTEGRATION;
}

function statements(organization: string): string[] {
  const series = (count: number): string => `generate_series(0, ${count - 1}) AS n`;
  const subject = (table: string, count: number, kind: string): string => `
    INSERT INTO "${table}" ("organizationId", "sourceId", "id", "name", "locationId", "updatedAt"${kind === '' ? '' : ', "kind"'})
    SELECT '${organization}', 'default', '${table.toLowerCase()}-' || n, '${table === 'Resource' ? 'Room' : table} ' || n,
      CASE n % 2 WHEN 0 THEN 'north' ELSE 'south' END, now()${kind} FROM ${series(count)}`;
  return [
    subject('Resource', SIZE.resources, `, CASE n % 5 WHEN 0 THEN 'desk' ELSE 'room' END`),
    subject('Plan', 200, ''),
    subject('PassType', 200, ''),
    `INSERT INTO "KisiDoor" ("integrationId", "type", "kisiId", "name", "placeName", "isOnline", "readAt")
     SELECT '${INTEGRATION}', t, n + 1, 'Door ' || n, 'Site', n % 50 <> 0, now()
     FROM ${series(SIZE.doors)}, unnest(ARRAY['lock', 'group']) t`,
    `INSERT INTO "LockGroup" ("integrationId", "lockId", "organizationId", "groupId", "status", "updatedAt")
     SELECT '${INTEGRATION}', n + 1, '${organization}', n + 1001, 'ready', now() FROM ${series(SIZE.doors)}`,
    `INSERT INTO "DoorMapping" ("organizationId", "id", "subjectType", "subjectSource", "subjectId", "integrationId",
       "targetType", "targetId", "name", "verification", "updatedAt")
     SELECT '${organization}', 'mapping-' || n, 'resource', 'default', 'resource-' || n % ${SIZE.resources}, '${INTEGRATION}',
       CASE n % 3 WHEN 0 THEN 'lock' ELSE 'group' END, n / 37 % ${SIZE.doors} + 1, 'Door ' || n,
       CASE n % 20 WHEN 0 THEN 'unverified' ELSE 'verified' END, now() FROM ${series(SIZE.mappings)}`,
    `INSERT INTO "Member" ("organizationId", "sourceId", "id", "email", "name", "updatedAt")
     SELECT '${organization}', 'default', 'member-' || n, 'ada-' || n || '@example.com', 'Ada Lovelace ' || n, now()
     FROM ${series(SIZE.members)}`,
    `INSERT INTO "Person" ("id", "organizationId", "integrationId", "email", "name")
     SELECT 'person-' || n, '${organization}', '${INTEGRATION}', 'ada-' || n || '@example.com', 'Ada Lovelace ' || n
     FROM ${series(SIZE.members)}`,
    `INSERT INTO "Entitlement" ("id", "organizationId", "sourceId", "kind", "externalId", "facts", "resourceId", "memberId",
       "startsAt", "endsAt", "windowFrom", "windowUntil", "state", "problems", "problemCodes", "hasReceipt")
     SELECT lpad(n::text, 36, '0'), '${organization}', 'default', 'booking', 'booking-' || n, '${facts}',
       'resource-' || n % ${SIZE.resources}, 'member-' || n % ${SIZE.members}, s, s + interval '1 hour', s, s + interval '1 hour',
       state, CASE state WHEN 'blocked' THEN '[{"code":"mapping_missing","since":0}]'::jsonb ELSE '[]' END,
       CASE state WHEN 'blocked' THEN ARRAY['mapping_missing'] ELSE ARRAY[]::text[] END, state = 'ended'
     FROM ${series(SIZE.bookings)},
       LATERAL (SELECT CASE WHEN n < 7000 THEN 'ended' WHEN n % 10 = 0 THEN 'blocked' WHEN n % 10 = 1 THEN 'awaiting_payment'
         WHEN n % 10 < 5 THEN 'active' ELSE 'scheduled' END AS state) x,
       LATERAL (SELECT now() - interval '30 minutes' + CASE state WHEN 'ended' THEN interval '-1 day'
         WHEN 'active' THEN interval '0' ELSE interval '1 day' END AS s) y`,
    `INSERT INTO "Claim" ("id", "organizationId", "entitlementId", "personId", "integrationId", "memberId", "groupId", "windowFrom",
       "windowUntil", "settledRevision", "settledAs")
     SELECT 'claim-' || g || '-' || e."id", e."organizationId", e."id", 'person-' || (e."id"::int % ${SIZE.members}),
       '${INTEGRATION}', e."memberId", g, e."startsAt", e."endsAt", 1, CASE e."state" WHEN 'ended' THEN 'ended' ELSE 'granted' END
     FROM "Entitlement" e, generate_series(1, 2) g WHERE e."state" IN ('ended', 'active', 'scheduled')`,
    `INSERT INTO "Receipt" ("id", "organizationId", "entitlementId", "ending", "reason", "dueAt", "doors", "createdAt")
     SELECT 'receipt-' || e."id", e."organizationId", e."id", 1, 'expired', e."endsAt", '[]', e."endsAt"
     FROM "Entitlement" e WHERE e."state" = 'ended'`,
    'VACUUM ANALYZE',
  ];
}

const stamp = { version: null, seq: 1 };
const facts = JSON.stringify({
  status: { value: 'confirmed', stamp },
  cancelledSeq: null,
  payment: { byBooking: { value: 'paid', stamp }, byPayment: null, refundByBooking: null },
  resource: null,
  member: null,
  times: null,
  endedByOperator: null,
});
