import { ADA, startWorld, THAMES, type World } from '../support/world';

const guest = (id: string) => ({ email: `${id}@guests.example`, name: id });

describe('guests of a booking', () => {
  let world: World;
  const opens = (email: string): Promise<boolean> => world.opens(email, THAMES.lock);

  beforeAll(async () => {
    world = await startWorld();
    await world.map('thames', THAMES.group);
  });
  beforeEach(() => world.begin());
  afterAll(() => world.stop());

  it('get the doors of the booking for its time, and are added and removed while it runs', async () => {
    const booking = { id: 'party', from: 20, until: 120 };
    const [first, second] = [guest('first'), guest('second')];
    await world.book({ ...booking, guests: [first] });
    await world.goTo(30);
    expect([await opens(ADA.email), await opens(first.email), await opens(second.email)]).toEqual([true, true, false]);

    await world.book({ ...booking, guests: [first, second] });
    await world.goTo(31);
    expect([await opens(ADA.email), await opens(first.email), await opens(second.email)]).toEqual([true, true, true]);

    await world.book({ ...booking, guests: [second] });
    await world.goTo(33);
    expect([await opens(ADA.email), await opens(first.email), await opens(second.email)]).toEqual([true, false, true]);

    await world.goTo(123);
    expect([await opens(ADA.email), await opens(second.email)]).toEqual([false, false]);
    const { state, receipt } = await world.booking('party');
    expect(state).toBe('ended');
    expect(receipt?.doors).toHaveLength(3);
  });

  it('are invited once, in however many bookings they are', async () => {
    const friend = guest('friend');
    await world.book({ id: 'again-1', from: 20, until: 60, guests: [friend] });
    await world.book({ id: 'again-2', from: 50, until: 90, guests: [friend] });
    await world.goTo(55);
    expect(await opens(friend.email)).toBe(true);
    await world.say('again-1', { kind: 'cancellation', version: null });
    await world.goTo(58);
    expect(await opens(friend.email)).toBe(true);
    const mails = await world.simulator.mails();
    expect(mails.filter(({ to }) => to === friend.email)).toHaveLength(1);
    await world.goTo(93);
    expect(await opens(friend.email)).toBe(false);
  });

  it('keep a door that they may open for a reason of their own', async () => {
    const member = { id: 'own', email: 'own@guests.example', name: 'Own' };
    await world.book({ id: 'own-1', member, from: 20, until: 90 });
    await world.book({ id: 'own-2', from: 20, until: 90, guests: [{ email: member.email, name: 'Own' }] });
    await world.goTo(30);
    await world.say('own-2', { kind: 'cancellation', version: null });
    await world.goTo(33);
    expect(await opens(member.email)).toBe(true);
    await world.say('own-1', { kind: 'cancellation', version: null });
    await world.goTo(36);
    expect(await opens(member.email)).toBe(false);
  });
});
