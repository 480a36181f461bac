import { eventually } from '../support/eventually';
import { startLiveWorld, type LiveWorld } from '../support/live-world';
import { THAMES } from '../support/world';
import { bookingFact } from '../support/world/bookings';

const MINUTE_MS = 60_000;
const person = (id: string) => ({ id, email: `${id}@example.com`, name: id });

describe('while Kisi does not answer, in real time', () => {
  let world: LiveWorld;
  const startedAt = Date.now();
  const at = (minute: number): number => startedAt + minute * MINUTE_MS;

  beforeAll(async () => {
    world = await startLiveWorld();
    await world.map('thames', THAMES.group);
  });
  afterAll(() => world.stop());

  const receive = (id: string, given: ReturnType<typeof bookingFact>) =>
    world.latchkey.http.receiveFact({ ...world.keyOf(id), ...given, idempotencyKey: null, eventId: null });
  const book = (id: string) => receive(id, bookingFact({ id, member: person(id), from: -1, until: 60 }, at));
  const opens = async (id: string): Promise<boolean> =>
    (await world.simulator.access(`${id}@example.com`, THAMES.lock)).allowed;

  it('says so, and closes and opens within a minute of its return', async () => {
    await book('inside');
    await eventually('the door opens', () => opens('inside'));
    await world.simulator.fault({ kind: 'outage' });
    await receive('inside', {
      kind: 'booking',
      fact: { kind: 'cancellation', version: null },
      member: null,
      payload: { fact: 'cancellation' },
      versionKind: null,
    });
    await book('coming');
    for (const id of ['inside', 'coming']) {
      await eventually(`${id} says so`, async () =>
        (await world.booking(id)).problems.some(({ code }) => code === 'kisi_unavailable'),
      );
    }
    await world.simulator.clearFaults();
    await eventually('the cancelled one is shut out', async () => !(await opens('inside')), Boolean, MINUTE_MS);
    await eventually('the other one is let in', () => opens('coming'), Boolean, MINUTE_MS);
    await eventually('nothing is wrong any more', async () => (await world.booking('coming')).problems.length === 0);
  }, 150_000);
});
