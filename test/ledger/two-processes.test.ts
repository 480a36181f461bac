import type { BookingFact } from '../../src/domain/facts';
import { mergeFact, NO_FACTS } from '../../src/domain/facts';
import { createCatalogue } from '../../src/ledger/catalogue';
import { newId } from '../../src/ledger/ids';
import { openLedger, type OpenLedger } from '../../src/ledger/open';
import { createRateSlots } from '../../src/ledger/rate-slots';
import { createFanOutPage, createFindLate } from '../../src/ledger/relay-rows';
import { createStoreFact } from '../../src/ledger/store-fact';
import { createCreateOrganization } from '../../src/usecases/create-organization';
import type { FactToStore } from '../../src/usecases/ports';
import { createTestDatabase } from '../support/databases';

const NOW = Date.parse('2030-01-01T00:00:00Z');

/** Two ledgers on one Postgres: what two API or worker processes do at the same time. */
describe('two processes on one ledger', () => {
  let one: OpenLedger;
  let two: OpenLedger;
  let organizationId: string;

  beforeAll(async () => {
    const databaseUrl = await createTestDatabase();
    [one, two] = await Promise.all([openLedger({ databaseUrl }), openLedger({ databaseUrl })]);
    const catalogue = createCatalogue(one);
    ({ organizationId } = await createCreateOrganization({ catalogue, newId })('Test'));
    const actor = { organizationId, name: 'test' };
    await catalogue.saveLocation(actor, { id: 'here', name: 'Here', timeZone: 'UTC' });
    await catalogue.saveResource(actor, {
      source: 'default',
      id: 'room',
      name: 'Room',
      kind: 'room',
      locationId: 'here',
    });
  });
  afterAll(() => Promise.all([one.close(), two.close()]));

  const factOf = (bookingId: string, fact: BookingFact, more: Partial<FactToStore> = {}): FactToStore => ({
    key: { organizationId, kind: 'booking', sourceId: 'default', externalId: bookingId },
    said: { kind: 'booking', fact },
    versionKind: fact.version === null ? null : 'integer',
    member: fact.kind === 'booking' ? { id: fact.memberId, email: `${fact.memberId}@example.com`, name: 'M' } : null,
    payload: fact.kind === 'booking' ? { member: { id: fact.memberId, email: `${fact.memberId}@example.com` } } : {},
    bodyHash: JSON.stringify(fact),
    idempotencyKey: null,
    eventId: null,
    receivedAt: NOW,
    ...more,
  });
  const booking = (version: number | null, endsAt: number): BookingFact => ({
    kind: 'booking',
    version,
    status: 'confirmed',
    payment: 'paid',
    resourceId: 'room',
    memberId: 'm',
    startsAt: 0,
    endsAt,
  });
  const rowOf = async (bookingId: string) => {
    const row = await one.prisma.entitlement.findFirstOrThrow({
      where: { organizationId, externalId: bookingId },
      include: { inbox: { orderBy: { seq: 'asc' } } },
    });
    return row;
  };

  it('merges facts of one booking that arrive at once, each once, in one order for both', async () => {
    const store = [createStoreFact(one), createStoreFact(two)];
    for (let round = 0; round < 10; round += 1) {
      const id = `at-once-${round}`;
      const facts = Array.from({ length: 8 }, (_, index) => booking(index + 1, 1_000 * (index + 1)));
      const results = await Promise.all(facts.map(async (fact, index) => store[index % 2]?.(factOf(id, fact))));
      expect(results.every((result) => result?.kind === 'stored')).toBe(true);
      const row = await rowOf(id);
      expect(row.inbox.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      // What counts is what merging them in their stored order gives, and that is the largest version.
      const versions = row.inbox.map(({ version }) => Number(version));
      const merged = versions.reduce(
        (facts_, version, index) => mergeFact(facts_, booking(version, 1_000 * version), index + 1).facts,
        NO_FACTS,
      );
      expect(row.facts).toEqual(JSON.parse(JSON.stringify(merged)));
      expect(row.endsAt?.getTime()).toBe(8_000);
      const stale = row.inbox.filter(({ outcome }) => outcome === 'stale').length;
      expect(row.dirtySeq).toBe(8 - stale);
    }
  });

  it('takes a repeated delivery once, by key, by event id and by version, though both take it at once', async () => {
    for (const more of [{ idempotencyKey: 'k1' }, { eventId: 'e1' }, {}]) {
      const id = `twice-${JSON.stringify(more)}`;
      const fact = factOf(id, booking(1, 1_000), more);
      const results = await Promise.all([createStoreFact(one)(fact), createStoreFact(two)(fact)]);
      expect(results.map(({ kind }) => kind).sort()).toEqual(['duplicate', 'stored']);
      expect((await rowOf(id)).inbox).toHaveLength(1);
    }
  });

  it('lets the first version of a source decide of which kind its versions are, for both', async () => {
    await createCatalogue(one).saveSource({ organizationId, name: 'test' }, { id: 'fresh', name: 'Fresh' });
    await createCatalogue(one).saveResource(
      { organizationId, name: 'test' },
      { source: 'fresh', id: 'room', name: 'Room', kind: 'room', locationId: 'here' },
    );
    const key = { organizationId, kind: 'booking', sourceId: 'fresh', externalId: 'b' } as const;
    const results = await Promise.all([
      createStoreFact(one)(factOf('b', booking(1, 1_000), { key, versionKind: 'integer' })),
      createStoreFact(two)(factOf('b', booking(2, 1_000), { key, versionKind: 'instant' })),
    ]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['stored', 'version_kind_mismatch']);
  });

  it('share the slots of one Kisi user: an interval apart, however many ask', async () => {
    const rate = 20;
    const limiters = [createRateSlots(one, rate), createRateSlots(two, rate)];
    const asked = await Promise.all(
      Array.from({ length: 24 }, async (_, index) => limiters[index % 2]?.reserve('org/user', index % 3 === 0 ? 2 : 1)),
    );
    const slots = asked.flatMap((one_) => (one_?.kind === 'slots' ? one_.at : [])).sort((a, b) => a - b);
    expect(slots).toHaveLength(32);
    const gaps = slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0));
    // The database's clock counts; a few milliseconds pass between its answer and ours.
    expect(Math.min(...gaps)).toBeGreaterThan(1_000 / rate - 25);
    expect((slots.at(-1) ?? 0) - (slots[0] ?? 0)).toBeGreaterThan((31 * 1_000) / rate - 25);
    const others = await limiters[0]?.reserve('org/another', 1);
    expect(others?.kind === 'slots' && others.at[0] !== undefined && others.at[0] < Date.now() + 100).toBe(true);
  });

  it('do not queue requests further than two seconds ahead: those wait elsewhere', async () => {
    const limiter = createRateSlots(one, 5);
    const kinds: (string | undefined)[] = [];
    for (let index = 0; index < 14; index += 1) kinds.push((await limiter.reserve('org/busy', 1)).kind);
    expect(kinds.indexOf('wait_until')).toBeGreaterThanOrEqual(9);
    expect(kinds.slice(kinds.indexOf('wait_until'))).not.toContain('slots');
  });

  it('find each late row once', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `late-${index}`);
    for (const id of ids) await createStoreFact(one)(factOf(id, booking(null, 1_000)));
    const later = NOW + 60_000;
    const [left, right] = await Promise.all([createFindLate(one)(later, 30_000), createFindLate(two)(later, 30_000)]);
    const found = [...left.entitlements, ...right.entitlements].map(({ externalId }) => externalId);
    expect(found.filter((id) => id.startsWith('late-')).sort()).toEqual([...ids].sort());
    expect((await createFindLate(one)(later + 1_000, 30_000)).entitlements).toEqual([]);
  });

  it('mark everybody whom a change concerns, page by page, also when one is killed halfway', async () => {
    const ids = Array.from({ length: 1_100 }, () => newId());
    await one.prisma.entitlement.createMany({
      data: ids.map((id) => ({
        id,
        organizationId,
        kind: 'booking',
        sourceId: 'default',
        externalId: `many-${id}`,
        facts: {},
        state: 'scheduled',
        resourceId: 'wide',
      })),
    });
    await one.prisma.fanOut.create({
      data: { id: newId(), organizationId, kind: 'resource', subjectSource: 'default', subjectId: 'wide' },
    });
    await createFanOutPage(one)(NOW);
    // The process dies in the middle of the second page: nothing of that page is left behind.
    const killed = one.inTransaction(async (tx) => {
      await createFanOutPage({ ...one, inTransaction: (work) => work(tx) })(NOW);
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    for (;;) if ((await createFanOutPage(two)(NOW)) === null) break;
    const rows = await one.prisma.entitlement.findMany({ where: { resourceId: 'wide' }, select: { dirtySeq: true } });
    expect(rows.map(({ dirtySeq }) => dirtySeq)).toEqual(ids.map(() => 1));
  });
});
