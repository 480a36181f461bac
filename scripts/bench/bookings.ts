import { z } from 'zod';
import { sleep, type BenchService } from './service';

export interface Sent {
  readonly bookingId: string;
  readonly email: string;
  readonly acceptedAt: number;
}

let count = 0;

/** Books one door (the demo's hot desk) from now on, for a member. */
export async function book(service: BenchService, member: string, seconds: number): Promise<Sent> {
  count += 1;
  const bookingId = `bench-${Date.now().toString(36)}-${count}`;
  const now = Date.now();
  await service.send('PUT', `/v1/bookings/${bookingId}`, {
    status: 'confirmed',
    payment: 'paid',
    resourceId: 'hot-desk',
    member: { id: member, email: emailOf(member), name: member },
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + seconds * 1_000).toISOString(),
  });
  return { bookingId, email: emailOf(member), acceptedAt: Date.now() };
}

const emailOf = (member: string): string => `${member}@bench.example`;

const OPEN = ['revoking', 'awaiting_confirmation', 'blocked', 'scheduled', 'provisioning', 'active'].map(
  (one) => `state=${one}`,
);
const pageSchema = z.object({ items: z.array(z.unknown()) });

/** Waits until every booking has its receipt. */
export async function untilAllEnded(service: BenchService): Promise<void> {
  for (;;) {
    const page = pageSchema.parse(await service.send('GET', `/v1/bookings?limit=1&${OPEN.join('&')}`));
    if (page.items.length === 0) return;
    await sleep(100);
  }
}

const integrationsSchema = z.object({ items: z.array(z.object({ doorsReadAt: z.string().nullable() })) });

/** Waits until Kisi's doors were read, as they are every few minutes: those requests are of no booking. */
export async function untilDoorsRead(service: BenchService): Promise<void> {
  for (;;) {
    const { items } = integrationsSchema.parse(await service.send('GET', '/v1/integrations'));
    if (items.every(({ doorsReadAt }) => doorsReadAt !== null)) return;
    await sleep(100);
  }
}

const statsSchema = z.object({ total: z.number() });

/** How many requests Kisi has had so far. */
export async function countCalls(service: BenchService): Promise<number> {
  return statsSchema.parse(await service.simulator('GET', '/stats')).total;
}

const entrySchema = z.object({ kind: z.string(), email: z.string().nullable(), recordedAt: z.string() });

/** When each address got its last assignment, epoch milliseconds. */
export async function readGrants(service: BenchService): Promise<ReadonlyMap<string, number>> {
  const entries = z.array(entrySchema).parse(await service.simulator('GET', '/assignments/history?limit=100000'));
  const grants = new Map<string, number>();
  for (const { kind, email, recordedAt } of entries) {
    if (kind === 'created' && email !== null) grants.set(email, Date.parse(recordedAt));
  }
  return grants;
}
