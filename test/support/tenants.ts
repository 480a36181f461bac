import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { defaultSeed } from '../../src/kisi-simulator/seed/default-seed';
import { startWorld, THAMES, type World } from './world';
import { mapDoor } from './world/map-door';

export interface Tenant {
  readonly organizationId: string;
  readonly token: string;
  readonly integrationId: string;
  readonly locationId: string;
  readonly resourceId: string;
  readonly planId: string;
  readonly passTypeId: string;
  readonly memberId: string;
  readonly bookingId: string;
  readonly mappingId: string;
  readonly sourceId: string;
  readonly tokenId: string;
  /** Of access that has ended. */
  readonly receiptIds: readonly string[];
}

/** Two organizations with one of everything, both connected to a Kisi of their own. Every name of `alpha` holds SECRET. */
export interface Tenants {
  readonly world: World;
  readonly alpha: Tenant;
  readonly bravo: Tenant;
  readonly bravoKisi: RunningSimulator;
  /** Every row that belongs to an organization, table by table. */
  rowsOf(tenant: Tenant): Promise<string[]>;
  stop(): Promise<void>;
}

export const SECRET = 'Secret';
export const ALPHA_API_KEY = 'simulated-key-of-the-integration';

export async function startTenants(): Promise<Tenants> {
  const [world, bravoKisi] = await Promise.all([
    startWorld(),
    startSimulator({ port: 0, seed: { ...defaultSeed, organization: { id: 2002, name: 'Bravo', domain: 'bravo' } } }),
  ]);
  await world.begin();
  const { organizationId, integrationId } = world;
  const other = await world.latchkey.createOrganization('Bravo');
  const alpha = await furnish(world, { organizationId, integrationId, prefix: 'alpha', label: SECRET });
  const bravo = await furnish(world, {
    organizationId: other.organizationId,
    integrationId: 'bravo-integration',
    prefix: 'bravo',
    label: 'Bravo',
    kisiUrl: bravoKisi.url,
  });
  await world.goTo(21);
  await world.goTo(26);
  await world.relay();
  const receipts = await world.ledger.prisma.receipt.findMany({ where: { organizationId } });
  return {
    world,
    alpha: { ...alpha, receiptIds: receipts.map(({ id }) => id) },
    bravo,
    bravoKisi,
    rowsOf: (tenant) => readRows(world, tenant),
    async stop() {
      await world.stop();
      await bravoKisi.close();
    },
  };
}

interface Wanted {
  readonly organizationId: string;
  readonly integrationId: string;
  readonly prefix: string;
  readonly label: string;
  /** Null: the integration is there already. */
  readonly kisiUrl?: string;
}

async function furnish(world: World, wanted: Wanted): Promise<Tenant> {
  const { organizationId, integrationId, prefix, label, kisiUrl } = wanted;
  const { http } = world.latchkey;
  const { catalogue } = http;
  const actor = { organizationId, name: `${label} operator` };
  const [locationId, resourceId, sourceId] = [`${prefix}-place`, `${prefix}-room`, `${prefix}-source`];
  await catalogue.changeOrganization(actor, (current) => ({ ...current, name: `${label} organization` }));
  await catalogue.saveSource(actor, { id: sourceId, name: `${label} source` });
  await catalogue.saveLocation(actor, { id: locationId, name: `${label} place`, timeZone: 'Europe/London' });
  const resource = { source: 'default', id: resourceId, name: `${label} room`, kind: 'room', locationId } as const;
  await catalogue.saveResource(actor, resource);
  const plan = { source: 'default', name: `${label} plan`, locationId };
  await http.plans.save(actor, { ...plan, id: `${prefix}-plan` }, () => undefined);
  await http.passTypes.save(actor, { ...plan, id: `${prefix}-pass` }, () => undefined);
  const integration = { id: integrationId, name: `${label} Kisi`, mode: 'enforce', locationIds: [locationId] } as const;
  if (kisiUrl === undefined) await catalogue.saveIntegration(actor, integration);
  else {
    await catalogue.createIntegration(actor, integration);
    await http.connectIntegration(actor, { integrationId, apiKey: ALPHA_API_KEY, baseUrl: kisiUrl });
  }
  await addDoors(world, wanted);
  await mapDoor(world.latchkey, { organizationId, integrationId }, resourceId, THAMES.group, `${prefix}-mapping`);
  await world.ledger.prisma.doorMapping.updateMany({ where: { organizationId }, data: { name: `${label} door` } });
  const scopes = ['events', 'read', 'operate', 'admin'] as const;
  const made = await http.makeToken(actor, { name: `${label} token`, scopes, sourceId: null });
  if (made === 'unknown_source') throw new Error('A token without a source cannot miss one.');
  const bookingId = `${prefix}-booking`;
  // Nobody works on the queue of the other Kisi, for which skipped time would wait.
  if (kisiUrl === undefined) {
    await book(world, wanted, bookingId, 6_000);
    await book(world, wanted, `${prefix}-ended`, 25);
  }
  return {
    organizationId,
    token: made.token,
    integrationId,
    locationId,
    resourceId,
    planId: `${prefix}-plan`,
    passTypeId: `${prefix}-pass`,
    memberId: `${prefix}-member`,
    bookingId,
    mappingId: `${prefix}-mapping`,
    sourceId,
    tokenId: made.id,
    receiptIds: [],
  };
}

async function addDoors({ ledger }: World, { organizationId, integrationId, label }: Wanted): Promise<void> {
  const door = { integrationId, name: `${label} door`, placeName: `${label} place`, readAt: new Date('2100-01-01') };
  await ledger.prisma.kisiDoor.createMany({
    data: [
      { ...door, type: 'lock', kisiId: THAMES.lock },
      { ...door, type: 'group', kisiId: THAMES.group },
    ],
  });
  await ledger.prisma.lockGroup.create({
    data: { integrationId, organizationId, lockId: THAMES.lock, groupId: THAMES.group, status: 'ready' },
  });
}

async function book(world: World, { organizationId, prefix, label }: Wanted, bookingId: string, until: number) {
  const member = {
    id: `${prefix}-member`,
    email: `${label.toLowerCase()}-person@${prefix}.example`,
    name: `${label} person`,
  };
  const [startsAt, endsAt] = [world.at(20), world.at(until)];
  await world.latchkey.http.receiveFact({
    organizationId,
    sourceId: 'default',
    kind: 'booking',
    externalId: bookingId,
    fact: {
      kind: 'booking',
      version: null,
      status: 'confirmed',
      payment: 'paid',
      resourceId: `${prefix}-room`,
      memberId: member.id,
      startsAt,
      endsAt,
    },
    member,
    payload: { bookingId, member, startsAt, endsAt },
    versionKind: null,
    idempotencyKey: null,
    eventId: null,
  });
}

/** What an organization's own workflows write when they look again, whoever else does something meanwhile. */
const ATTENTION = { lookedAt: 0, lookAgainAt: 0, seenSeq: 0, dirtySince: 0, updatedAt: 0 };

async function readRows({ ledger: { prisma } }: World, tenant: Tenant): Promise<string[]> {
  const tables = await prisma.$queryRaw<{ name: string }[]>`
    SELECT table_name AS "name" FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`;
  const owners = [tenant.organizationId, tenant.integrationId, tenant.tokenId].map((id) => `"${id}"`);
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await prisma.$queryRawUnsafe<{ row: Record<string, unknown> }[]>(
      `SELECT to_jsonb(t) AS "row" FROM "${name}" t ORDER BY to_jsonb(t)::text`,
    );
    // Whoever may say any id: a row of another organization counts only when it refers to this one's Kisi.
    const owned = rows.filter(({ row }) => {
      const { organizationId, integrationId } = row;
      if (organizationId === undefined) return owners.some((owner) => JSON.stringify(row).includes(owner));
      return organizationId === tenant.organizationId || integrationId === tenant.integrationId;
    });
    found.push(...owned.map(({ row }) => `${name} ${JSON.stringify({ ...row, ...ATTENTION })}`));
  }
  return found;
}
