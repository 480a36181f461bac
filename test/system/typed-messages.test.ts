import { Client, Connection } from '@temporalio/client';
import { eventually } from '../support/eventually';
import { startLiveWorld, type LiveWorld } from '../support/live-world';
import { FRONT, THAMES } from '../support/world';
import { bookingFact } from '../support/world/bookings';

const MINUTE_MS = 60_000;

/** A booking system that signals workflows itself knows nothing but the documented names. */
describe('typed messages of a booking system with a plain Temporal client', () => {
  let world: LiveWorld;
  let connection: Connection;
  let client: Client;
  const now = Date.now();
  const at = (minute: number): number => now + minute * MINUTE_MS;
  const iso = (minute: number): string => new Date(at(minute)).toISOString();

  beforeAll(async () => {
    world = await startLiveWorld();
    await world.map('thames', THAMES.group);
    await world.map('lobby', FRONT.group);
    connection = await Connection.connect({ address: world.address });
    client = new Client({ connection, namespace: world.namespace });
  });
  afterAll(async () => {
    await connection.close();
    await world.stop();
  });

  const signal = async (bookingId: string, name: string, message: object): Promise<void> => {
    await client.workflow.signalWithStart('bookingAccess', {
      workflowId: `booking/${world.organizationId}/default/${encodeURIComponent(bookingId)}`,
      taskQueue: 'latchkey',
      args: [{ organizationId: world.organizationId, sourceId: 'default', bookingId }],
      signal: name,
      signalArgs: [message],
    });
  };
  const put = async (id: string, more: { readonly payment?: 'due' | 'paid'; readonly status?: 'pending' }) => {
    const member = { id, email: `${id}@example.com`, name: id };
    await world.latchkey.http.receiveFact({
      ...world.keyOf(id),
      ...bookingFact({ id, member, from: -1, until: 60, ...more }, at),
      idempotencyKey: null,
      eventId: null,
    });
  };
  const opens = (id: string, lock: number, when?: number) =>
    world.simulator.access(`${id}@example.com`, lock, when).then(({ allowed }) => allowed);
  const untilOpen = (id: string, lock: number, isOpen: boolean) =>
    eventually(
      `the door is ${isOpen ? 'open' : 'closed'}`,
      () => opens(id, lock),
      (allowed) => allowed === isOpen,
    );

  it('opens the door for bookingConfirmed and bookingPaid, in this order or the other', async () => {
    await put('confirm-pay', { status: 'pending', payment: 'due' });
    await put('pay-confirm', { status: 'pending', payment: 'due' });
    await signal('confirm-pay', 'bookingConfirmed', { eventId: 'c1' });
    await signal('pay-confirm', 'bookingPaid', { eventId: 'p1' });
    await signal('confirm-pay', 'bookingPaid', { eventId: 'p2' });
    await signal('pay-confirm', 'bookingConfirmed', { eventId: 'c2' });
    await untilOpen('confirm-pay', THAMES.lock, true);
    await untilOpen('pay-confirm', THAMES.lock, true);
  });

  it('keeps a payment that comes before the booking, and shows booking_unknown meanwhile', async () => {
    await signal('paid-first', 'bookingPaid', { eventId: 'early' });
    await eventually('the payment is kept', async () =>
      world.booking('paid-first').then(
        ({ problems }) => problems.some(({ code }) => code === 'booking_unknown'),
        () => false,
      ),
    );
    await put('paid-first', { payment: 'due' });
    await untilOpen('paid-first', THAMES.lock, true);
  });

  it('moves, shortens and ends what it opened', async () => {
    await put('moving', {});
    await untilOpen('moving', THAMES.lock, true);
    await signal('moving', 'bookingMoved', { resourceId: 'lobby', eventId: 'm1' });
    await untilOpen('moving', FRONT.lock, true);
    await untilOpen('moving', THAMES.lock, false);
    await signal('moving', 'bookingRescheduled', { startsAt: iso(-1), endsAt: iso(20), eventId: 'm2' });
    await eventually('it ends earlier', async () => !(await opens('moving', FRONT.lock, at(30))));
    expect(await opens('moving', FRONT.lock, at(10))).toBe(true);
    await signal('moving', 'bookingCancelled', { eventId: 'm3' });
    await untilOpen('moving', FRONT.lock, false);
    await eventually('its receipt is written', async () => (await world.booking('moving')).state === 'ended');
  });

  it('revokes for bookingRefunded, and counts a repeated event id once', async () => {
    await put('refunded', { payment: 'due' });
    await signal('refunded', 'bookingPaid', { eventId: 'same' });
    await untilOpen('refunded', THAMES.lock, true);
    await signal('refunded', 'bookingRefunded', { eventId: 'back' });
    await untilOpen('refunded', THAMES.lock, false);
    await signal('refunded', 'bookingPaid', { eventId: 'same' });
    await signal('refunded', 'bookingConfirmed', { eventId: 'after' });
    await eventually('the last message is stored', async () => (await facts('refunded')).includes('after'));
    expect(await facts('refunded')).toEqual([null, 'same', 'back', 'after']);
    expect(await opens('refunded', THAMES.lock)).toBe(false);
  });

  it('goes on after messages that say nothing usable', async () => {
    await put('odd', { payment: 'due' });
    await signal('odd', 'bookingRescheduled', { startsAt: '2026-01-01T10:00:00', endsAt: 'soon' });
    await signal('odd', 'bookingMoved', { resourceId: 'no-such-room' });
    await signal('odd', 'bookingPaid', { version: 'newest' });
    await signal('odd', 'bookingPaid', { eventId: 'good' });
    await untilOpen('odd', THAMES.lock, true);
    expect(await facts('odd')).toEqual([null, 'good']);
  });

  const facts = async (bookingId: string): Promise<(string | null)[]> => {
    const rows = await world.ledger.prisma.inboxFact.findMany({
      where: { entitlement: { externalId: bookingId } },
      orderBy: { seq: 'asc' },
      select: { eventId: true },
    });
    return rows.map(({ eventId }) => eventId);
  };
});
