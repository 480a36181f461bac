import type { BookingFact } from '../../src/domain/facts';
import { FRONT, startWorld, THAMES, type World } from '../support/world';

const pay: BookingFact = { kind: 'payment', version: null, payment: 'paid' };
const refund: BookingFact = { kind: 'payment', version: null, payment: 'refunded' };
const cancel: BookingFact = { kind: 'cancellation', version: null };
const person = (id: string) => ({ id, email: `${id}@example.com`, name: id });

describe('one booking from the first fact to its receipt', () => {
  let world: World;
  const thames = (email: string): Promise<boolean> => world.opens(email, THAMES.lock);
  const state = async (id: string): Promise<string> => (await world.booking(id)).state;

  beforeAll(async () => {
    world = await startWorld();
    await world.map('thames', THAMES.group);
    await world.map('lobby', FRONT.group);
  });
  beforeEach(() => world.begin());
  afterAll(() => world.stop());

  it('opens the door for exactly the window and is read back as gone', async () => {
    const member = person('exact');
    await world.book({ id: 'exact', member, from: 60, until: 120 });
    await world.settle();
    expect(await state('exact')).toBe('scheduled');

    await world.goTo(44.9);
    expect(await thames(member.email)).toBe(false);
    await world.goTo(45);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(119.9);
    expect(await thames(member.email)).toBe(true);
    expect(await state('exact')).toBe('active');
    await world.goTo(120);
    expect(await thames(member.email)).toBe(false);

    await world.goTo(122);
    const ended = await world.booking('exact');
    expect(ended.state).toBe('ended');
    expect(ended.receipt).toMatchObject({ reason: 'expired', dueAt: world.at(120) });
    expect(ended.receipt?.doors[0]).toMatchObject({ groupId: THAMES.group, verifiedAbsentAt: expect.any(String) });
    expect(await world.opens(member.email, FRONT.lock)).toBe(false);
  });

  it('gives access to a booking that is paid after it was confirmed', async () => {
    const member = person('late-payer');
    await world.book({ id: 'paid-late', member, payment: 'due', from: 60, until: 120 });
    await world.settle();
    expect(await state('paid-late')).toBe('awaiting_payment');
    expect((await world.booking('paid-late')).problems).toMatchObject([{ code: 'payment_due' }]);
    await world.goTo(30);
    await world.say('paid-late', pay);
    await world.goTo(45);
    expect(await thames(member.email)).toBe(true);
  });

  it('opens within seconds when it is paid in the middle of the window', async () => {
    const member = person('mid-payer');
    await world.book({ id: 'paid-mid', member, payment: 'due', from: 20, until: 120 });
    await world.goTo(60);
    expect(await thames(member.email)).toBe(false);
    await world.say('paid-mid', pay);
    await world.goTo(60.1);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(120);
    expect(await thames(member.email)).toBe(false);
  });

  it('waits for the confirmation of a booking that was paid first', async () => {
    const member = person('paid-first');
    await world.book({ id: 'paid-first', member, status: 'pending', payment: 'paid', from: 20, until: 120 });
    await world.goTo(30);
    expect(await state('paid-first')).toBe('awaiting_confirmation');
    expect(await thames(member.email)).toBe(false);
    await world.book({ id: 'paid-first', member, status: 'confirmed', payment: 'paid', from: 20, until: 120 });
    await world.goTo(31);
    expect(await thames(member.email)).toBe(true);
  });

  it('keeps a payment that comes before the booking, and shows it as unknown until then', async () => {
    const member = person('unknown');
    await world.say('unknown', pay);
    await world.settle();
    expect((await world.booking('unknown')).problems).toMatchObject([{ code: 'booking_unknown' }]);
    await world.book({ id: 'unknown', member, payment: 'due', from: 20, until: 60 });
    await world.goTo(20);
    expect(await thames(member.email)).toBe(true);
    expect((await world.booking('unknown')).problems).toEqual([]);
  });

  it('forgets a payment for a booking that never came after 30 days', async () => {
    await world.say('never', pay);
    await world.goTo(29 * 24 * 60);
    expect((await world.booking('never')).state).toBe('blocked');
    await world.goTo(30 * 24 * 60 + 5);
    expect((await world.booking('never')).receipt).toMatchObject({ reason: 'never_mentioned' });
  });

  it('takes access away when the booking is refunded', async () => {
    const member = person('refunded');
    await world.book({ id: 'refunded', member, from: 20, until: 120 });
    await world.goTo(30);
    expect(await thames(member.email)).toBe(true);
    await world.say('refunded', refund);
    await world.goTo(30.5);
    expect(await thames(member.email)).toBe(false);
    await world.goTo(32);
    expect((await world.booking('refunded')).receipt).toMatchObject({ reason: 'refunded' });
  });

  it.each([
    ['before its window', 5, false],
    ['during its window', 40, true],
  ])('takes access away when it is cancelled %s', async (name, minute, wasOpen) => {
    const id = `cancelled-${minute}`;
    const member = person(id);
    await world.book({ id, member, from: 30, until: 120 });
    await world.goTo(minute);
    expect(await thames(member.email)).toBe(wasOpen);
    await world.say(id, cancel);
    await world.goTo(minute + 0.5);
    expect(await thames(member.email)).toBe(false);
    await world.goTo(60);
    expect(await thames(member.email)).toBe(false);
    expect((await world.booking(id)).receipt).toMatchObject({ reason: 'cancelled' });
    expect(name).toBeTruthy();
  });

  it('stays ended when it is cancelled after its window', async () => {
    const member = person('cancelled-after');
    await world.book({ id: 'cancelled-after', member, from: 20, until: 30 });
    await world.goTo(35);
    expect(await state('cancelled-after')).toBe('ended');
    const { receipt } = await world.booking('cancelled-after');
    await world.say('cancelled-after', cancel);
    await world.goTo(40);
    const view = await world.booking('cancelled-after');
    expect(view.state).toBe('ended');
    expect(view.receipt?.id).toBe(receipt?.id);
  });

  it('does not let in whoever pays after cancelling, and flags it', async () => {
    const member = person('paid-cancelled');
    await world.book({ id: 'paid-cancelled', member, payment: 'due', from: 20, until: 60 });
    await world.say('paid-cancelled', cancel);
    await world.settle();
    await world.say('paid-cancelled', pay);
    await world.goTo(30);
    expect(await thames(member.email)).toBe(false);
    const view = await world.booking('paid-cancelled');
    expect(view.problems).toMatchObject([{ code: 'payment_after_cancellation' }]);
  });

  it.each([
    ['earlier', 40, 80, 25, 79],
    ['later', 200, 240, 185, 239],
    ['longer', 60, 180, 45, 179],
    ['shorter', 60, 90, 45, 89],
  ])('follows a booking that is moved to be %s', async (name, from, until, opensAt, lastOpen) => {
    const id = `moved-${name}`;
    const member = person(id);
    await world.book({ id, member, from: 60, until: 120 });
    await world.settle();
    await world.book({ id, member, from, until });
    await world.goTo(opensAt - 0.1);
    expect(await thames(member.email)).toBe(false);
    await world.goTo(opensAt);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(lastOpen);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(until);
    expect(await thames(member.email)).toBe(false);
    await world.goTo(until + 3);
    expect(await state(id)).toBe('ended');
  });

  it.each([
    ['longer', 180],
    ['shorter', 60],
  ])('follows a booking that becomes %s while people are inside', async (name, until) => {
    const id = `inside-${name}`;
    const member = person(id);
    await world.book({ id, member, from: 20, until: 120 });
    await world.goTo(50);
    await world.book({ id, member, from: 20, until });
    await world.goTo(51);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(until - 0.1);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(until);
    expect(await thames(member.email)).toBe(false);
  });

  it('opens the other room when the booking is moved there, and closes the first', async () => {
    const member = person('mover');
    await world.book({ id: 'moved-room', member, from: 20, until: 120 });
    await world.goTo(30);
    await world.book({ id: 'moved-room', member, resource: 'lobby', from: 20, until: 120 });
    await world.goTo(31);
    expect(await thames(member.email)).toBe(false);
    expect(await world.opens(member.email, FRONT.lock)).toBe(true);
  });

  it('lets the other member in when the booking changes hands', async () => {
    const [first, second] = [person('hands-a'), person('hands-b')];
    await world.book({ id: 'hands', member: first, from: 20, until: 120 });
    await world.goTo(30);
    await world.book({ id: 'hands', member: second, from: 20, until: 120 });
    await world.goTo(31);
    expect(await thames(first.email)).toBe(false);
    expect(await thames(second.email)).toBe(true);
  });

  it('keeps the door open without a gap when the member has a new address', async () => {
    const before = { ...person('renamed'), email: 'old-address@example.com' };
    const after = { ...before, email: 'new-address@example.com' };
    await world.book({ id: 'renamed', member: before, from: 20, until: 120 });
    await world.goTo(30);
    await world.book({ id: 'renamed', member: after, from: 20, until: 120 });
    await world.goTo(32);
    expect(await thames(after.email)).toBe(true);
    expect(await thames(before.email)).toBe(false);
  });

  it('ignores facts that are older than what it knows, and duplicates', async () => {
    const member = person('versions');
    const booked = { id: 'versions', member, from: 60, until: 120 };
    expect(await world.book({ ...booked, version: 2 })).toBe('applied');
    expect(await world.book({ ...booked, version: 2 })).toBe('duplicate');
    expect(await world.book({ ...booked, status: 'pending', from: 200, until: 300, version: 1 })).toBe('stale');
    await world.goTo(46);
    expect(await thames(member.email)).toBe(true);
  });

  it('waits for a door mapping and goes on by itself', async () => {
    const member = person('unmapped');
    await world.book({ id: 'unmapped', member, resource: 'unmapped', from: 20, until: 120 });
    await world.goTo(25);
    expect(await state('unmapped')).toBe('blocked');
    expect((await world.booking('unmapped')).problems).toMatchObject([{ code: 'mapping_missing' }]);
    await world.map('unmapped', FRONT.group);
    await world.goTo(26);
    expect(await state('unmapped')).toBe('active');
    expect(await world.opens(member.email, FRONT.lock)).toBe(true);
  });

  it('gives lead and grace minutes of the policy and of the mapping', async () => {
    const { catalogue } = world.latchkey.http;
    const actor = { organizationId: world.organizationId, name: 'test' };
    await catalogue.changeOrganization(actor, (policy) => ({ ...policy, leadMinutes: 5, graceMinutes: 10 }));
    const member = person('graceful');
    await world.book({ id: 'graceful', member, from: 20, until: 60 });
    await world.goTo(14.9);
    expect(await thames(member.email)).toBe(false);
    await world.goTo(15);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(69.9);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(70);
    expect(await thames(member.email)).toBe(false);
    await catalogue.changeOrganization(actor, (policy) => ({ ...policy, leadMinutes: 15, graceMinutes: 0 }));
    await world.latchkey.relay.fanOut();
  });
});
