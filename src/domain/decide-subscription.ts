import { decideEnded, decideUnsaid, type DoorRule, type EntitlementDecision } from './entitlement';
import type { AccessPolicy } from './policy';
import { pastDueSince, type SubscriptionFacts, type SubscriptionStanding } from './subscription-facts';
import { DAY_MS, earliest, type Instant } from './time';
import { decideDoors, firstOpenPart, isSpent, NO_MINUTES, wholeWindow, type Bounds } from './wanted-doors';
import type { AccessWindow } from './windows';

export interface SubscriptionDecisionInput {
  readonly facts: SubscriptionFacts;
  /** The mappings of its plan. */
  readonly rules: readonly DoorRule[];
  readonly policy: Pick<AccessPolicy, 'pastDueGraceDays'>;
  readonly now: Instant;
}

/**
 * Says which doors a subscription opens and when, from what was said about it, the mappings of its plan and the policy.
 *
 * Pure. It begins and ends at the times it says; only minutes of the mapping itself make it longer. What suspends it, a pause
 * or a payment that is overdue for longer than the policy allows, is to the instant. Where a pause lies in between, it asks
 * for the time before it until the pause begins, and then for the time after it.
 *
 * @param input.now epoch milliseconds, from the workflow
 */
export function decideSubscription(input: SubscriptionDecisionInput): EntitlementDecision {
  const { facts, rules, now } = input;
  if (facts.status === null || facts.details === null) return decideUnsaid(facts.endedByOperator, now);
  const asked = { rules, times: facts.details.value, defaults: NO_MINUTES };
  const whole = wholeWindow(asked);
  const ended = endOf(facts, whole, now);
  if (ended !== null) return decideEnded(ended, whole);

  const { bounds, problems, waitsFor } = suspensionOf(input, facts.status.value);
  const part = firstOpenPart(whole, bounds, now);
  const lookAgainAt = earliest([
    whole.until,
    ...bounds.flatMap(({ from, until }) => [from, until]).filter(isAhead(now)),
  ]);
  if (part === null) {
    const nothing = { doors: [], heldDoors: [], isPending: false, ended: null } as const;
    return { ...nothing, waitsFor, problems, window: whole, lookAgainAt };
  }
  const decided = decideDoors({ ...asked, bounds, now });
  const isPaused = waitsFor === 'resumption' && !bounds.some((bound) => holds(bound, now));
  return {
    ...decided,
    ended: null,
    waitsFor: isPaused ? waitsFor : decided.waitsFor,
    problems: [...decided.problems, ...problems],
    // What waits for its payment asks for the whole time all the same.
    window: waitsFor === 'payment' ? whole : part,
    lookAgainAt,
  };
}

function endOf(
  { endedByOperator, status, details }: SubscriptionFacts,
  whole: AccessWindow,
  now: Instant,
): EntitlementDecision['ended'] {
  const bySeq = status?.stamp.seq ?? null;
  const isCancelled = status?.value.status === 'cancelled';
  if (endedByOperator !== null) return { reason: 'ended_by_operator', dueAt: now, bySeq: endedByOperator.seq };
  if (status?.value.status === 'ended') return { reason: 'ended', dueAt: now, bySeq };
  // Cancelled means at the end that it says, and at once where it says none.
  if (isCancelled && details?.value.endsAt === null) return { reason: 'cancelled', dueAt: now, bySeq };
  if (whole.until === null || !isSpent(whole, now)) return null;
  return { reason: isCancelled ? 'cancelled' : 'expired', dueAt: whole.until, bySeq: null };
}

interface Suspension {
  /** When it gives access at all, in order. */
  readonly bounds: readonly Bounds[];
  /** What it waits for when it does not. */
  readonly waitsFor: 'payment' | 'resumption' | null;
  readonly problems: readonly 'payment_due'[];
}

const NOT_SUSPENDED: Suspension = { bounds: [{ from: null, until: null }], waitsFor: null, problems: [] };

function suspensionOf({ facts, policy }: SubscriptionDecisionInput, standing: SubscriptionStanding): Suspension {
  switch (standing.status) {
    case 'past_due': {
      const since = pastDueSince(facts) ?? standing.receivedAt;
      const until = Math.round(since + policy.pastDueGraceDays * DAY_MS);
      return { bounds: [{ from: null, until }], waitsFor: 'payment', problems: ['payment_due'] };
    }
    case 'paused': {
      const until = standing.pausedFrom ?? standing.receivedAt;
      const { resumesAt } = standing;
      if (resumesAt !== null && resumesAt <= until) return NOT_SUSPENDED;
      const after = resumesAt === null ? [] : [{ from: resumesAt, until: null }];
      return { bounds: [{ from: null, until }, ...after], waitsFor: 'resumption', problems: [] };
    }
    case 'trialing':
    case 'active':
    case 'cancelled':
    case 'ended':
      return NOT_SUSPENDED;
  }
}

function holds({ from, until }: Bounds, at: Instant): boolean {
  return (from === null || from <= at) && (until === null || at < until);
}

function isAhead(now: Instant): (at: Instant | null) => boolean {
  return (at) => at !== null && at > now;
}
