import { z } from 'zod';
import { bookingDifference, type Lost } from '../aftermath';
import type { Service } from '../service';
import type { EntitlementState, PassState, PlayedCourse, SubscriptionState } from './facts';
import { pathOf } from './play';

const seenSchema = z.object({
  state: z.string(),
  said: z.object({
    status: z.string().nullable(),
    endsAt: z.string().nullish(),
    totalUses: z.number().nullish(),
    uses: z.number().nullish(),
  }),
  receipt: z.object({ id: z.string() }).nullable(),
});

/** Compares what the service knows of each entitlement in the end with the last fact it accepted. */
export async function findLostFacts(
  service: Service,
  played: readonly PlayedCourse<EntitlementState>[],
  sourceId: string,
): Promise<Lost[]> {
  const lost: Lost[] = [];
  for (const { id, deliveries } of played) {
    const last = deliveries.at(-1)?.state;
    if (last === undefined) continue;
    const { status, body } = await service.tryApi('GET', pathOf(last.kind, id, sourceId));
    const why = status === 200 ? differenceOf(body, last) : `is answered ${status}`;
    if (why !== null) lost.push({ entitlementId: id, why });
  }
  return lost;
}

function differenceOf(body: unknown, last: EntitlementState): string | null {
  return last.kind === 'booking' ? bookingDifference(body, last) : otherDifference(body, last);
}

function otherDifference(body: unknown, last: SubscriptionState | PassState): string | null {
  const parsed = seenSchema.safeParse(body);
  if (!parsed.success) return 'cannot be read';
  const { state, said, receipt } = parsed.data;
  if (said.status !== last.status) return `status is ${said.status ?? 'unknown'}, not ${last.status}`;
  if (last.kind === 'subscription' && toInstant(said.endsAt) !== last.endsAt) return 'the end is another one';
  if (last.kind === 'pass' && (said.totalUses ?? null) !== last.totalUses) return 'the number of uses is another one';
  if (last.kind === 'pass' && (said.uses ?? null) !== last.uses) return 'the uses are counted otherwise';
  return receipt === null ? `there is no receipt (state ${state})` : null;
}

function toInstant(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Date.parse(text);
}
