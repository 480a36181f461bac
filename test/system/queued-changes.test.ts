import { memberAccessId } from '../../workflows/ids';
import { eventually } from '../support/eventually';
import { startLiveWorld, type LiveWorld } from '../support/live-world';
import { bookingFact } from '../support/world/bookings';
import { THAMES } from '../support/world';

const MINUTE_MS = 60_000;
const member = { id: 'eve', email: 'eve@example.com', name: 'Eve' };

/** The test server that skips time cannot take back an activity that nobody has begun; a real one does. */
describe('what changes while a step still waits in the queue of a busy Kisi', () => {
  let world: LiveWorld;

  beforeAll(async () => {
    world = await startLiveWorld({ isKisiQueueOpen: false });
    await world.map('thames', THAMES.group);
  });
  afterAll(() => world.stop());

  const startedAt = Date.now();
  const at = (minute: number): number => startedAt + minute * MINUTE_MS;
  const book = async (id: string, until: number): Promise<void> => {
    await world.latchkey.http.receiveFact({
      ...world.keyOf(id),
      ...bookingFact({ id, member, from: -1, until }, at),
      idempotencyKey: null,
      eventId: null,
    });
  };
  const countEvents = async (workflowId: string): Promise<Record<string, number>> => {
    const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
    const counts: Record<string, number> = {};
    for (const event of events ?? []) {
      const kind = Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? '';
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  };

  it('takes the waiting step back and carries out only what holds in the end', async () => {
    await book('queued', 60);
    const personId = await eventually(
      'the booking has its door',
      async () => (await world.booking('queued')).doors[0]?.personId ?? '',
    );
    const { organizationId, integrationId } = world;
    const workflowId = memberAccessId({ organizationId, integrationId, personId });
    const scheduled = (count: number): Promise<number> =>
      eventually(
        `${count} steps were put into the queue`,
        async () => (await countEvents(workflowId))['activityTaskScheduledEventAttributes'] ?? 0,
        (seen) => seen >= count,
      );
    await scheduled(1);
    await book('queued', 90);
    await scheduled(2);
    await book('queued', 30);
    await scheduled(3);
    await world.openKisiQueue();
    await eventually('the door opens', async () => (await world.simulator.access(member.email, THAMES.lock)).allowed);

    expect((await world.simulator.access(member.email, THAMES.lock, at(31))).allowed).toBe(false);
    const writes = (await world.simulator.requests()).filter(({ method }) => method === 'POST');
    expect(writes.map(({ path }) => path)).toEqual(['/users', '/role_assignments']);
    const events = await countEvents(workflowId);
    expect(events['activityTaskCanceledEventAttributes']).toBe(2);
  });
});
