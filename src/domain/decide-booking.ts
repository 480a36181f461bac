import { effectivePayment, effectiveStatus, paidSeq, type BookingFacts } from './facts';
import type { AccessPolicy } from './policy';
import type { DoorRule, EndReason, EntitlementDecision } from './entitlement';
import type { ProblemCode } from './problems';
import { DAY_MS, MINUTE_MS, earliest, type Instant } from './time';
import { decideDoors, wholeWindow } from './wanted-doors';
import { isOver, type AccessWindow } from './windows';

/** How long a payment for a booking that nobody mentioned is kept. */
export const UNKNOWN_BOOKING_KEPT_MS = 30 * DAY_MS;

export interface BookingDecisionInput {
  readonly facts: BookingFacts;
  readonly rules: readonly DoorRule[];
  readonly policy: AccessPolicy;
  readonly firstSeenAt: Instant;
  readonly now: Instant;
}

/**
 * Says which doors a booking opens and when, from what its sources said, the door mappings and the policy.
 *
 * Pure. Access needs `confirmed` and (`not_required` or `paid`), unless the policy lets unpaid bookings in. Without a
 * mapping there is no door: nothing is ever guessed.
 *
 * @param input.now epoch milliseconds, from the workflow
 */
export function decideBooking(input: BookingDecisionInput): EntitlementDecision {
  const { facts, now } = input;
  if (facts.times === null || facts.resource === null || facts.member === null) return decideUnknown(input);
  const asked = { rules: input.rules, times: facts.times.value, defaults: input.policy };
  const window = wholeWindow(asked);
  const none = { doors: [], heldDoors: [], isPending: false } as const;
  const nothing = { ...none, ended: null, waitsFor: null, problems: [], window, lookAgainAt: window.until } as const;

  const reason = endReason(facts, window, now);
  if (reason !== null) {
    const dueAt = reason === 'expired' && window.until !== null ? window.until : now;
    return {
      ...nothing,
      ended: { reason, dueAt, bySeq: endingSeq(facts, reason) },
      problems: problemsOfEnd(facts),
      lookAgainAt: null,
    };
  }
  if (effectiveStatus(facts) !== 'confirmed') return { ...nothing, waitsFor: 'confirmation' };

  const cutoff = unpaidCutoff(input, facts.times.value.startsAt);
  // What ends before it begins gives nothing until it is paid.
  if (cutoff !== 'open' && (cutoff === 'closed' || cutoff <= Math.max(now, window.from))) {
    return { ...nothing, waitsFor: 'payment', problems: ['payment_due'] };
  }
  const until = cutoff === 'open' ? null : cutoff;
  const decided = decideDoors({ ...asked, bounds: [{ from: null, until }], now });
  if (input.rules.length === 0) return { ...nothing, ...decided };
  return {
    ...decided,
    ended: null,
    problems: until === null ? decided.problems : [...decided.problems, 'payment_due'],
    window,
    lookAgainAt: earliest([window.until, until]),
  };
}

function decideUnknown({ facts, firstSeenAt, now }: BookingDecisionInput): EntitlementDecision {
  const keptUntil = firstSeenAt + UNKNOWN_BOOKING_KEPT_MS;
  const base = { doors: [], heldDoors: [], isPending: false, window: null } as const;
  if (now >= keptUntil) {
    return {
      ...base,
      ended: { reason: 'never_mentioned', dueAt: keptUntil, bySeq: null },
      waitsFor: null,
      problems: [],
      lookAgainAt: null,
    };
  }
  if (facts.cancelledSeq !== null) {
    const ended = { reason: 'cancelled', dueAt: now, bySeq: facts.cancelledSeq } as const;
    return { ...base, ended, waitsFor: null, problems: [], lookAgainAt: null };
  }
  return { ...base, ended: null, waitsFor: 'mending', problems: ['booking_unknown'], lookAgainAt: keptUntil };
}

function endReason(facts: BookingFacts, window: AccessWindow, now: Instant): EndReason | null {
  if (facts.endedByOperator !== null) return 'ended_by_operator';
  const status = effectiveStatus(facts);
  if (status === 'cancelled' || status === 'failed') return status;
  if (effectivePayment(facts.payment) === 'refunded') return 'refunded';
  return isOver(window, now) ? 'expired' : null;
}

/** The order of receipt of the fact that ended the booking. */
function endingSeq({ endedByOperator, cancelledSeq, status, payment }: BookingFacts, reason: EndReason): number | null {
  switch (reason) {
    case 'ended_by_operator':
      return endedByOperator?.seq ?? null;
    case 'cancelled':
      return cancelledSeq;
    case 'failed':
      return status?.stamp.seq ?? null;
    case 'refunded':
      return payment.byPayment?.value === 'refunded'
        ? payment.byPayment.stamp.seq
        : (payment.refundByBooking?.seq ?? payment.byBooking?.stamp.seq ?? null);
    default:
      return null;
  }
}

function problemsOfEnd(facts: BookingFacts): ProblemCode[] {
  const paid = paidSeq(facts.payment);
  return facts.cancelledSeq !== null && paid !== null && paid > facts.cancelledSeq
    ? ['payment_after_cancellation']
    : [];
}

/** Until when a booking gives access by its payment: for its whole window, not at all, or until an instant. */
function unpaidCutoff({ facts, policy }: BookingDecisionInput, startsAt: Instant): 'open' | 'closed' | Instant {
  const payment = effectivePayment(facts.payment);
  if (payment === 'paid' || payment === 'not_required') return 'open';
  if (policy.unpaidBookings === 'always') return 'open';
  if (policy.unpaidBookings === 'never') return 'closed';
  return startsAt + policy.unpaidBookings.untilStartPlusMinutes * MINUTE_MS;
}
