import { doorKey } from './history';
import type { Interval } from './intervals';
import { judgeDoors, type Demand, type Limits, type Verdict } from './judge';
import type { BookingState } from './lives';
import { emailOf, type PlayedLife } from './play';
import type { Site } from './site';

/** An end that comes early must be at the door within a minute; how late facts open it is told, not limited. */
export const BOOKING_LIMITS: Limits = { openedWithinMs: Infinity, closedWithinMs: 60_000 };

/**
 * Compares what the doors did with what the export says they should have done, instant by instant.
 *
 * It knows the facts, when they were accepted, and the simulator's history; nothing of how the service decides.
 */
export function check(
  lives: readonly PlayedLife[],
  openings: ReadonlyMap<string, readonly Interval[]>,
  site: Site,
): Verdict {
  const demands = lives.flatMap((played) => demandsOf(played, site));
  return judgeDoors(demands, new Set(lives.map(({ life }) => emailOf(life))), openings, BOOKING_LIMITS);
}

function demandsOf({ life, deliveries }: PlayedLife, site: Site): Demand[] {
  return deliveries.flatMap(({ step, sentAt, acceptedAt }, index) => {
    if (!isPayable(step.state)) return [];
    const next = deliveries[index + 1];
    const window = { from: step.state.startsAt - site.leadMs, until: step.state.endsAt };
    const since = continues(deliveries, index) ?? { sentAt, acceptedAt };
    return site.groupsOf(step.state.room).map((groupId) => ({
      entitlementId: life.bookingId,
      key: doorKey(emailOf(life), groupId),
      window,
      ...since,
      nextSentAt: next?.sentAt ?? Infinity,
      nextAcceptedAt: next?.acceptedAt ?? Infinity,
    }));
  });
}

/** A fact that asks for the same as the one before it changes nothing: what it asks was known since then. */
function continues(
  deliveries: PlayedLife['deliveries'],
  index: number,
): { readonly sentAt: number; readonly acceptedAt: number } | null {
  const own = deliveries[index]?.step.state;
  let since: { readonly sentAt: number; readonly acceptedAt: number } | null = null;
  for (let before = index - 1; before >= 0; before -= 1) {
    const earlier = deliveries[before];
    if (own === undefined || earlier === undefined || !asksTheSame(own, earlier.step.state)) break;
    since = { sentAt: earlier.sentAt, acceptedAt: earlier.acceptedAt };
  }
  return since;
}

function asksTheSame(a: BookingState, b: BookingState): boolean {
  return isPayable(b) && a.room === b.room && a.startsAt === b.startsAt && a.endsAt === b.endsAt;
}

function isPayable({ status, payment }: BookingState): boolean {
  return status === 'confirmed' && payment === 'paid';
}
