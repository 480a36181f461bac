import { FRONT, startWorld, THAMES, type World } from '../support/world';

const person = (id: string) => ({ id, email: `${id}@example.com`, name: id });

describe('several bookings of one person', () => {
  let world: World;
  const thames = (email: string): Promise<boolean> => world.opens(email, THAMES.lock);

  beforeAll(async () => {
    world = await startWorld();
    await world.map('thames', THAMES.group);
    await world.map('thames', FRONT.group);
    await world.map('lobby', FRONT.group);
  });
  beforeEach(() => world.begin());
  afterAll(() => world.stop());

  it('keeps the front door open when one of two bookings that need it is cancelled', async () => {
    const member = person('two');
    await world.book({ id: 'two-a', member, from: 20, until: 120 });
    await world.book({ id: 'two-b', member, resource: 'lobby', from: 20, until: 120 });
    await world.goTo(30);
    await world.say('two-a', { kind: 'cancellation', version: null });
    await world.goTo(35);
    expect(await thames(member.email)).toBe(false);
    expect(await world.opens(member.email, FRONT.lock)).toBe(true);
    const { receipt } = await world.booking('two-a');
    const front = receipt?.doors.find((door) => door['groupId'] === FRONT.group);
    expect(front?.['keptFor']).toHaveLength(1);
  });

  it('ends a booking with its receipt at its own end, however long another keeps the door open', async () => {
    const member = person('within');
    await world.book({ id: 'within-long', member, resource: 'lobby', from: 20, until: 5_000 });
    await world.book({ id: 'within-short', member, resource: 'lobby', from: 20, until: 40 });
    await world.goTo(30);
    await world.goTo(42);
    expect(await world.opens(member.email, FRONT.lock)).toBe(true);
    const { state, receipt } = await world.booking('within-short');
    expect([state, receipt?.dueAt]).toEqual(['ended', world.at(40)]);
    expect(receipt?.doors).toMatchObject([{ given: true, refusedAt: null, deletedAt: null }]);
    expect(receipt?.doors[0]?.['keptFor']).toHaveLength(1);
  });

  it.each([
    ['overlap', 60, 40, 100],
    ['touch', 60, 60, 100],
    ['lie within each other', 120, 40, 80],
  ])(
    'opens without a gap and one assignment for bookings that %s',
    async (name, firstUntil, secondFrom, secondUntil) => {
      const id = `union-${firstUntil}-${secondFrom}`;
      const member = person(id);
      await world.book({ id: `${id}-a`, member, resource: 'lobby', from: 20, until: firstUntil });
      await world.book({ id: `${id}-b`, member, resource: 'lobby', from: secondFrom, until: secondUntil });
      const last = Math.max(firstUntil, secondUntil);
      for (const minute of [5, firstUntil - 0.1, firstUntil, secondUntil - 0.1].sort((a, b) => a - b)) {
        await world.goTo(minute);
        const isCovered = minute < last;
        expect([minute, await world.opens(member.email, FRONT.lock)]).toEqual([minute, isCovered]);
      }
      await world.goTo(last + 3);
      expect(await world.opens(member.email, FRONT.lock)).toBe(false);
      expect((await world.booking(`${id}-a`)).state).toBe('ended');
      expect((await world.booking(`${id}-b`)).state).toBe('ended');
      expect(name).toBeTruthy();
    },
  );

  it('closes between two bookings that do not meet, and opens again for the second', async () => {
    const member = person('apart');
    await world.book({ id: 'apart-b', member, resource: 'lobby', from: 120, until: 180 });
    await world.book({ id: 'apart-a', member, resource: 'lobby', from: 20, until: 60 });
    for (const [minute, isOpen] of [
      [4.9, false],
      [5, true],
      [60, false],
      [104.9, false],
      [105, true],
      [180, false],
    ] as const) {
      await world.goTo(minute);
      expect([minute, await world.opens(member.email, FRONT.lock)]).toEqual([minute, isOpen]);
    }
    expect((await world.simulator.access(member.email, FRONT.lock)).assignments.length).toBeLessThanOrEqual(1);
  });

  it('treats two members with one address as one person who does not take from herself', async () => {
    const [first, second] = [
      { id: 'twin-a', email: 'Twin@example.com', name: 'Twin A' },
      { id: 'twin-b', email: ' twin@EXAMPLE.com', name: 'Twin B' },
    ].map((one) => ({ ...one, email: one.email.trim().toLowerCase() }));
    if (!first || !second) throw new Error('two members');
    await world.book({ id: 'twin-a', member: first, from: 20, until: 120 });
    await world.book({ id: 'twin-b', member: second, from: 20, until: 120 });
    await world.goTo(30);
    await world.say('twin-a', { kind: 'cancellation', version: null });
    await world.goTo(31);
    expect(await thames('twin@example.com')).toBe(true);
    await world.say('twin-b', { kind: 'cancellation', version: null });
    await world.goTo(32);
    expect(await thames('twin@example.com')).toBe(false);
  });

  it('sends the e-mail of Kisi once for each person, whatever is booked', async () => {
    const mails = await world.simulator.mails();
    const to = mails.map((mail) => mail.to);
    expect(to.length).toBeGreaterThan(3);
    expect(new Set(to).size).toBe(to.length);
  });
});
