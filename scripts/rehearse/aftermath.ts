import { z } from 'zod';
import { ENTITLEMENT_STATES } from '../../src/domain/entitlement';
import type { BookingState } from './lives';
import type { PlayedLife } from './play';
import type { Service } from './service';

const bookingSchema = z.object({
  state: z.string(),
  status: z.string().nullable(),
  payment: z.string().nullable(),
  resourceId: z.string().nullable(),
  startsAt: z.string().nullable(),
  endsAt: z.string().nullable(),
  receipt: z.object({ id: z.string() }).nullable(),
});

/** A booking, subscription or pass that does not end as its facts say. */
export interface Lost {
  readonly entitlementId: string;
  readonly why: string;
}

/** Waits until every booking (or what else the paths list) has its receipt or patience ends. @returns how many have not */
export async function waitForReceipts(
  service: Service,
  sourceId: string,
  patienceMs: number,
  paths: readonly string[] = ['/v1/bookings'],
): Promise<number> {
  const deadlineAt = Date.now() + patienceMs;
  for (;;) {
    const counts = await Promise.all(paths.map((path) => countOpen(service, path, sourceId)));
    const left = counts.reduce((sum, count) => sum + count, 0);
    if (left === 0 || Date.now() > deadlineAt) return left;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

const pageSchema = z.object({ items: z.array(z.object({ state: z.string() })), nextCursor: z.string().nullable() });
const OPEN_STATES = ENTITLEMENT_STATES.filter((state) => state !== 'ended');

async function countOpen(service: Service, path: string, sourceId: string): Promise<number> {
  const states = OPEN_STATES.map((state) => `state=${state}`).join('&');
  const page = pageSchema.parse(await service.api('GET', `${path}?source=${sourceId}&limit=200&${states}`));
  return page.items.length;
}

/** Compares what the service knows of each booking in the end with the last fact it accepted. */
export async function findLost(service: Service, lives: readonly PlayedLife[], sourceId: string): Promise<Lost[]> {
  const lost: Lost[] = [];
  for (const { life, deliveries } of lives) {
    const last = deliveries.at(-1)?.step.state;
    const path = `/v1/bookings/${encodeURIComponent(life.bookingId)}?source=${sourceId}`;
    const why = last === undefined ? 'was never sent' : bookingDifference(await service.api('GET', path), last);
    if (why !== null) lost.push({ entitlementId: life.bookingId, why });
  }
  return lost;
}

/** Says how a booking, as the service shows it, is not what was last said about it; null when it is. */
export function bookingDifference(answer: unknown, last: BookingState): string | null {
  const parsed = bookingSchema.safeParse(answer);
  if (!parsed.success) return 'cannot be read';
  const seen = parsed.data;
  if (seen.status !== last.status) return `status is ${seen.status ?? 'unknown'}, not ${last.status}`;
  if (seen.payment !== last.payment) return `payment is ${seen.payment ?? 'unknown'}, not ${last.payment}`;
  if (seen.resourceId !== last.room) return `the room is ${seen.resourceId ?? 'unknown'}, not ${last.room}`;
  if (seen.endsAt === null || Date.parse(seen.endsAt) !== last.endsAt) return 'the end is another one';
  if (seen.receipt === null) return `there is no receipt (state ${seen.state})`;
  return null;
}
