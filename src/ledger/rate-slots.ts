import type { OpenLedger } from './open';

/** Slots further away than this are not waited for: the request waits in Temporal's queue instead. */
const LONGEST_WAIT_MS = 2_000;
/** A little slower than allowed: requests do not arrive as evenly as they leave. */
const MARGIN = 1.1;

type Reserved =
  { readonly kind: 'slots'; readonly at: readonly number[] } | { readonly kind: 'wait_until'; readonly at: number };

/**
 * The strict limit of one Kisi API user, across all processes: each request gets a slot of its own, an interval apart.
 *
 * One upsert reserves the next free slots if the first is at most 2 s away; otherwise nothing is reserved. Time is the
 * database's, so processes whose clocks differ still share one queue.
 *
 * @param requestsPerSecond above 0
 */
export function createRateSlots(
  { prisma }: OpenLedger,
  requestsPerSecond: number,
): { reserve(apiUserKey: string, count: number): Promise<Reserved> } {
  const intervalMs = (1_000 / requestsPerSecond) * MARGIN;
  return {
    async reserve(apiUserKey, count) {
      const takenMs = intervalMs * count;
      const [row] = await prisma.$queryRaw<{ endsInMs: number }[]>`
        INSERT INTO "KisiRateSlot" ("apiUserKey", "slotAt")
        VALUES (${apiUserKey}, clock_timestamp() + ${takenMs} * interval '1 millisecond')
        ON CONFLICT ("apiUserKey") DO UPDATE
        SET "slotAt" = greatest(clock_timestamp(), "KisiRateSlot"."slotAt") + ${takenMs} * interval '1 millisecond'
        WHERE "KisiRateSlot"."slotAt" <= clock_timestamp() + ${LONGEST_WAIT_MS} * interval '1 millisecond'
        RETURNING (extract(epoch from "slotAt" - clock_timestamp()) * 1000)::float8 AS "endsInMs"`;
      const now = Date.now();
      if (!row) return { kind: 'wait_until', at: now + LONGEST_WAIT_MS / 2 };
      const first = now + row.endsInMs - takenMs;
      return { kind: 'slots', at: Array.from({ length: count }, (_, index) => first + index * intervalMs) };
    },
  };
}
