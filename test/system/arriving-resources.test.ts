import { eventually } from '../support/eventually';
import { startLiveWorld, type LiveWorld } from '../support/live-world';
import { FRONT, THAMES } from '../support/world';
import { bookingFact } from '../support/world/bookings';

const MINUTE_MS = 60_000;

describe('a booking of a room that nobody has described yet', () => {
  let world: LiveWorld;
  const now = Date.now();
  const at = (minute: number): number => now + minute * MINUTE_MS;

  beforeAll(async () => {
    world = await startLiveWorld();
    await world.map('thames', THAMES.group);
    const actor = { organizationId: world.organizationId, name: 'test' };
    await world.latchkey.http.catalogue.changeOrganization(actor, (policy) => ({
      ...policy,
      newResourcesLocationId: 'london',
    }));
  });
  afterAll(() => world.stop());

  const put = async (id: string, resource: string) => {
    const member = { id, email: `${id}@example.com`, name: id };
    await world.latchkey.http.receiveFact({
      ...world.keyOf(id),
      ...bookingFact({ id, member, resource, from: -1, until: 60 }, at),
      idempotencyKey: null,
      eventId: null,
    });
  };
  const untilState = (id: string, state: string) =>
    eventually(
      `${id} is ${state}`,
      () => world.booking(id),
      (booking) => booking.state === state,
    );
  const opens = (id: string, lock: number) => world.simulator.access(`${id}@example.com`, lock);
  const unmapped = async () => {
    const filter = { source: null, locationId: null, mapped: false, query: null, kind: null };
    const page = { limit: 200, after: null };
    const { items } = await world.latchkey.http.catalogue.listResources(world.organizationId, filter, page);
    return items.map((one) => one.id);
  };

  it('waits and says why, and lets people in once an operator maps it', async () => {
    await Promise.all([put('early-1', 'annex'), put('early-2', 'annex')]);
    await untilState('early-1', 'blocked');
    const waiting = await untilState('early-2', 'blocked');
    expect(waiting.problems).toMatchObject([{ code: 'mapping_missing', remedy: expect.any(String) }]);
    expect(await unmapped()).toContain('annex');
    await world.map('annex', FRONT.group);
    for (const id of ['early-1', 'early-2']) {
      await untilState(id, 'active');
      expect((await opens(id, FRONT.lock)).allowed).toBe(true);
    }
    expect(await unmapped()).not.toContain('annex');
  });

  it('comes with the message bookingMoved too, and the old room is closed meanwhile', async () => {
    await put('moved', 'thames');
    await untilState('moved', 'active');
    await world.client.workflow
      .getHandle(`booking/${world.organizationId}/default/moved`)
      .signal('bookingMoved', { resourceId: 'cellar', eventId: 'm1' });
    await untilState('moved', 'blocked');
    await eventually(
      'the old room is closed',
      () => opens('moved', THAMES.lock),
      ({ allowed }) => !allowed,
    );
    expect(await unmapped()).toContain('cellar');
    await world.map('cellar', FRONT.group);
    await untilState('moved', 'active');
    expect((await opens('moved', FRONT.lock)).allowed).toBe(true);
  });
});
