import fc from 'fast-check';
import { openTestLedger } from '../support/databases';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { FRONT, THAMES } from '../support/world';

const RUNS = process.env['LATCHKEY_TEST_FULL'] === '1' ? 300 : 20;
const SETTLED_AFTER_MINUTES = 20;

const ROOMS = { thames: THAMES, lobby: FRONT } as const;
type Room = keyof typeof ROOMS;

interface Wish {
  readonly room: Room;
  readonly from: number;
  readonly until: number;
  readonly payment: 'paid' | 'due' | 'refunded';
  readonly isCancelled: boolean;
}

const room = fc.constantFrom<Room>('thames', 'lobby');
const path = fc.constantFrom('/users', '/users/:id', '/role_assignments', '/role_assignments/:id');
const fault = fc.record({
  kind: fc.constantFrom('drop_before', 'drop_after', 'html', 'truncated', 'rate_limit', 'status', 'outage'),
  path,
  times: fc.integer({ min: 1, max: 4 }),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('fault' as const), fault }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('book' as const),
      booking: fc.integer({ min: 0, max: 2 }),
      room,
      startsIn: fc.integer({ min: -20, max: 60 }),
      minutes: fc.integer({ min: 5, max: 90 }),
      payment: fc.constantFrom('paid' as const, 'paid' as const, 'due' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      booking: fc.integer({ min: 0, max: 2 }),
      payment: fc.constantFrom('paid' as const, 'refunded' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), booking: fc.integer({ min: 0, max: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 40 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Three bookings of one person on two doors, whatever is said of them and whatever goes wrong at Kisi meanwhile. */
describe('any script of facts and faults', () => {
  let line: BenchLine;
  let runs = 0;

  beforeAll(async () => {
    line = await openBenchLine(await openTestLedger());
    // Strict: where Kisi would refuse a second assignment, here it would be made and found.
    await line.simulator.switches({ duplicate_assignment: 'allowed', duplicate_user: 'conflict' });
    for (const [name, { group }] of Object.entries(ROOMS)) await line.map(name, group);
  });
  afterAll(() => line.stop());

  const minute = (): number => Math.round((line.now() - line.at(0)) / 60_000);

  async function play(steps: readonly Step[]): Promise<void> {
    runs += 1;
    const person = { id: `s${runs}`, email: `s${runs}@example.com`, name: 'S' };
    const idOf = (booking: number): string => `s${runs}-${booking}`;
    const wishes = new Map<number, Wish>();
    for (const one of steps) {
      const known = 'booking' in one ? wishes.get(one.booking) : undefined;
      if (one.do === 'fault') await line.simulator.fault(one.fault);
      if (one.do === 'wait') await line.goTo(minute() + one.minutes);
      if (one.do === 'book') {
        const from = minute() + one.startsIn;
        const { room: resource, payment, minutes } = one;
        // A payment fact is undone only by a refund or a later payment fact, never by what a booking says.
        const isPaid = known !== undefined && known.payment !== 'due';
        await line.book({ id: idOf(one.booking), member: person, resource, from, until: from + minutes, payment });
        wishes.set(one.booking, {
          room: resource,
          from: from - 15,
          until: from + minutes,
          payment: isPaid && wasSaid.has(idOf(one.booking)) ? known.payment : payment,
          isCancelled: known?.isCancelled ?? false,
        });
      }
      if (one.do === 'pay' && known !== undefined) {
        wasSaid.add(idOf(one.booking));
        await line.say(idOf(one.booking), { kind: 'payment', version: null, payment: one.payment });
        wishes.set(one.booking, { ...known, payment: one.payment });
      }
      if (one.do === 'cancel' && known !== undefined) {
        await line.say(idOf(one.booking), { kind: 'cancellation', version: null });
        wishes.set(one.booking, { ...known, isCancelled: true });
      }
      await line.run();
      await expectAtMostOneEach(person.email);
    }
    await line.simulator.clearFaults();
    await line.goTo(minute() + SETTLED_AFTER_MINUTES);
    await expectExactly(person.email, [...wishes.values()]);
    await expectAtMostOneEach(person.email);
    const mails = (await line.simulator.mails()).filter(({ to }) => to === person.email);
    expect(mails.length).toBeLessThanOrEqual(1);
  }
  const wasSaid = new Set<string>();

  async function expectAtMostOneEach(email: string): Promise<void> {
    const held = (await line.simulator.assignmentsOf(email)).map(({ groupId }) => groupId);
    expect(held).toEqual([...new Set(held)]);
  }

  async function expectExactly(email: string, wishes: readonly Wish[]): Promise<void> {
    for (const [name, { lock }] of Object.entries(ROOMS)) {
      const live = wishes.filter((wish) => wish.room === name && wish.payment === 'paid' && !wish.isCancelled);
      // Now and at each edge that is still to come.
      const edges = live.flatMap(({ from, until }) => [from, until]).filter((edge) => edge > minute());
      const first = Math.min(...live.filter(({ until }) => until > minute()).map(({ until }) => until));
      for (const at of [minute(), ...edges.filter((edge) => edge < first)]) {
        const isWanted = live.some(({ from, until }) => from <= at && at < until);
        const { allowed } = await line.simulator.access(email, lock, line.at(at));
        expect([name, at, allowed]).toEqual([name, at, isWanted]);
      }
    }
  }

  it(
    'never leads to a second assignment, and in the end to exactly the desired doors',
    () => fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), play), { numRuns: RUNS }),
    RUNS * 10_000,
  );
});
