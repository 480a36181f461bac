import { bookingAccessId, doorsId, integrationDisconnectId } from '../../workflows/ids';
import { bookingPaid } from '../../workflows/messages';
import type { DisconnectOrder } from '../../src/usecases/connections';
import { eventually } from '../support/eventually';
import type { World } from '../support/world';
import { THAMES } from '../support/world';
import { mapLock } from '../support/world/map-lock';

/** The life of one booking, whose two histories are recorded: another sequence of commands than any other shape here. */
export interface Shape {
  readonly name: string;
  /** Lives it to the end; answers the id of the booking. */
  live(world: World): Promise<string>;
}

const person = (id: string) => ({ id, email: `${id}@example.com`, name: id });

function shape(name: string, live: (world: World, id: string) => Promise<void>): Shape {
  return {
    name,
    async live(world) {
      await live(world, name);
      return name;
    },
  };
}

const book = (world: World, id: string, more: Partial<Parameters<World['book']>[0]> = {}) =>
  world.book({ id, member: person(id), from: 30, until: 60, ...more });

/** Kept in this order for ever; new shapes are added at the end. */
export const SHAPES: readonly Shape[] = [
  shape('paid-ahead', async (world, id) => {
    await book(world, id);
    await world.goTo(63);
  }),
  shape('paid-in-the-window', async (world, id) => {
    await book(world, id, { status: 'pending', payment: 'due' });
    await world.goTo(20);
    await world.say(id, { kind: 'status', version: null, status: 'confirmed' });
    await world.goTo(40);
    await world.say(id, { kind: 'payment', version: null, payment: 'paid' });
    await world.goTo(63);
  }),
  shape('paid-by-signal', async (world, id) => {
    await book(world, id, { payment: 'due' });
    await world.goTo(10);
    const booking = { organizationId: world.organizationId, sourceId: 'default', bookingId: id };
    await world.env.client.workflow.getHandle(bookingAccessId(booking)).signal(bookingPaid, { eventId: `${id}-1` });
    await world.goTo(63);
  }),
  shape('cancelled-before', async (world, id) => {
    await book(world, id);
    await world.goTo(10);
    await world.say(id, { kind: 'cancellation', version: null });
    await world.goTo(63);
  }),
  shape('refunded-in-the-window', async (world, id) => {
    await book(world, id);
    await world.goTo(40);
    await world.say(id, { kind: 'payment', version: null, payment: 'refunded' });
    await world.goTo(63);
  }),
  shape('rescheduled-and-moved', async (world, id) => {
    await book(world, id);
    await world.goTo(5);
    await book(world, id, { until: 90 });
    await world.goTo(50);
    await book(world, id, { until: 90, resource: 'lobby' });
    await world.goTo(93);
  }),
  shape('mapped-late', async (world, id) => {
    await book(world, id, { resource: 'unmapped' });
    await world.goTo(40);
    await world.map('unmapped', THAMES.group);
    await world.goTo(63);
  }),
  shape('cancelled-in-the-web-ui', async (world, id) => {
    await book(world, id);
    await world.goTo(40);
    const booking = { organizationId: world.organizationId, sourceId: 'default', bookingId: id };
    await world.env.client.workflow.getHandle(bookingAccessId(booking)).cancel();
    await world.goTo(63);
  }),
  shape('answer-lost', async (world, id) => {
    await world.simulator.fault({ method: 'POST', path: '/role_assignments', kind: 'drop_after', times: 1 });
    await book(world, id);
    await world.goTo(63);
  }),
];

/** The life of an integration's doors or of the end of its connection, whose history is recorded; each on a site of its own. */
export interface SiteShape {
  readonly name: string;
  live(world: World): Promise<void>;
}

const LEA = 3003;

async function untilReady(world: World, lockId = LEA): Promise<void> {
  await eventually(
    'the group is ready',
    () => world.ledger.prisma.lockGroup.findFirst({ where: { lockId } }),
    (group) => group?.status === 'ready',
  );
}

async function unmap(world: World): Promise<void> {
  const actor = { organizationId: world.organizationId, name: 'test' };
  await world.latchkey.http.catalogue.deleteDoorMapping(actor, `thames-lock-${LEA}`);
  await world.goTo(30);
}

/** Kept in this order for ever; new shapes are added at the end. */
export const DOORS_SHAPES: readonly SiteShape[] = [
  {
    name: 'made-and-unmapped',
    async live(world) {
      await mapLock(world.latchkey, world, 'thames', LEA);
      await untilReady(world);
      await world.goTo(12);
      await unmap(world);
    },
  },
  {
    name: 'answer-lost',
    async live(world) {
      await world.simulator.fault({ method: 'POST', path: '/groups', kind: 'drop_after', times: 1 });
      await mapLock(world.latchkey, world, 'thames', LEA);
      await world.goTo(2);
      await untilReady(world);
      await world.env.client.workflow.getHandle(doorsId(world)).cancel();
      await world.goTo(6);
      await unmap(world);
    },
  },
];

async function order(world: World, mode: DisconnectOrder['mode'], until: number | null = null): Promise<void> {
  const actor = { organizationId: world.organizationId, name: 'test' };
  await world.latchkey.http.disconnectIntegration(actor, world.integrationId, { mode, until, reason: null });
  await world.settle();
}

async function untilDisconnected(world: World, minute: number): Promise<void> {
  await world.goTo(minute);
  await eventually(
    'the connection is ended',
    () => world.ledger.prisma.integration.findUniqueOrThrow({ where: { id: world.integrationId } }),
    (integration) => integration.status === 'disconnected',
  );
}

async function live(world: World): Promise<void> {
  await world.map('thames', THAMES.group);
  await book(world, 'long', { from: 0, until: 600 });
  await world.goTo(1);
}

/** Kept in this order for ever; new shapes are added at the end. */
export const DISCONNECT_SHAPES: readonly SiteShape[] = [
  {
    name: 'revoke',
    async live(world) {
      await live(world);
      await order(world, 'revoke');
      await untilDisconnected(world, 3);
    },
  },
  {
    name: 'expire',
    async live(world) {
      await live(world);
      await order(world, 'expire', world.at(100));
      await untilDisconnected(world, 3);
    },
  },
  {
    name: 'ended-at-once',
    async live(world) {
      await order(world, 'revoke');
      await untilDisconnected(world, 1);
    },
  },
  {
    name: 'cancelled-in-the-web-ui',
    async live(world) {
      await live(world);
      await world.simulator.fault({ kind: 'outage', method: 'DELETE' });
      await order(world, 'revoke');
      await world.goTo(2);
      await world.env.client.workflow.getHandle(integrationDisconnectId(world)).cancel();
      await world.goTo(3);
      await world.simulator.clearFaults();
      await untilDisconnected(world, 40);
    },
  },
];
