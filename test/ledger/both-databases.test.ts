import { openLedger, type OpenLedger } from '../../src/ledger/open';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { createTestDatabase } from '../support/databases';
import { FRONT, THAMES } from '../support/world';

const member = { id: 'ada', email: 'Ada@Example.com', name: 'Ada' };
const other = { id: 'bob', email: ' ada@example.com ', name: 'Bob' };

/** The same life on both databases; what the ledger then says, without ids and instants of the run itself. */
async function live(ledger: OpenLedger): Promise<unknown> {
  const line = await openBenchLine(ledger);
  try {
    await line.map('thames', THAMES.group);
    await line.map('lobby', FRONT.group);
    await line.book({ id: 'plain', member, from: 30, until: 60, payment: 'due', version: 1 });
    await line.say('unknown', { kind: 'payment', version: null, payment: 'paid' });
    await line.goTo(5);
    await line.book({ id: 'plain', member, from: 40, until: 90, payment: 'paid', version: 3 });
    await line.book({ id: 'plain', member, from: 10, until: 20, payment: 'paid', version: 2 });
    await line.simulator.fault({ kind: 'drop_after', method: 'POST', path: '/role_assignments', times: 1 });
    await line.book({ id: 'second', member: other, resource: 'lobby', from: 50, until: 120 });
    await line.book({ id: 'unmapped', member, resource: 'unmapped', from: 50, until: 120 });
    await line.goTo(60);
    await line.say('second', { kind: 'cancellation', version: null });
    await line.goTo(100);
    return await describeLedger(line);
  } finally {
    await line.stop();
  }
}

async function describeLedger({ ledger, latchkey, organizationId, now, at }: BenchLine): Promise<unknown> {
  const page = await latchkey.http.bookings.list(
    organizationId,
    { source: null, states: [], problem: null, resourceId: null, memberId: null, from: null, until: null, query: null },
    { limit: 50, after: null },
    now(),
  );
  const timeline = await ledger.prisma.timelineEntry.findMany({ orderBy: [{ at: 'asc' }, { kind: 'asc' }] });
  const claims = await ledger.prisma.claim.findMany({ orderBy: [{ groupId: 'asc' }, { windowFrom: 'asc' }] });
  const intents = await ledger.prisma.intent.groupBy({
    by: ['change', 'status'],
    _count: true,
    orderBy: { change: 'asc' },
  });
  const known = {
    bookings: page.items,
    timeline: timeline.map(({ at: when, kind, groupId, details }) => ({ when, kind, groupId, details })),
    claims: claims.map(
      ({ groupId, windowFrom, windowUntil, isReleased, revision, settledRevision, settledAs, problem }) => ({
        ...{ groupId, windowFrom, windowUntil, isReleased, revision, settledRevision, settledAs, problem },
      }),
    ),
    intents,
  };
  return normalize(JSON.parse(JSON.stringify(known)) as unknown, at(0));
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Ids become a sign, instants minutes since the beginning. */
function normalize(value: unknown, base: number): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => normalize(one, base));
  if (typeof value === 'number' && value > 1e12) return `${(value - base) / 1_000} s`;
  if (typeof value === 'string') {
    const at = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? value.replace(UUID, 'id') : `${(at - base) / 1_000} s`;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]: [string, unknown]) => [key, normalize(one, base)]));
}

describe('the ledger', () => {
  it('says the same on PGlite and on Postgres', async () => {
    const onPostgres = await live(await openLedger({ databaseUrl: await createTestDatabase() }));
    const onPglite = await live(await openLedger({ dataDir: 'memory' }));
    expect(onPglite).toEqual(onPostgres);
    expect(onPostgres).toMatchObject({
      bookings: expect.arrayContaining([expect.objectContaining({ state: 'ended' })]),
    });
  });
});
