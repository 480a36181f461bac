import { effectivePayment, effectiveStatus, paidSeq, type BookingFacts } from './facts';
import type { AccessPolicy } from './policy';
import type { DoorRule, EndReason, EntitlementDecision, WantedDoor } from './entitlement';
import { isBlocking, type ProblemCode } from './problems';
import { DAY_MS, MINUTE_MS, earliest, type Instant } from './time';
import { earlierEnd, isOver, laterEnd, mergeWindows, type AccessWindow } from './windows';

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
  const window = wholeWindow(input, facts.times.value);
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
  if (cutoff !== 'open' && (cutoff === 'closed' || cutoff <= now)) {
    return { ...nothing, waitsFor: 'payment', problems: ['payment_due'] };
  }
  if (input.rules.length === 0) return { ...nothing, waitsFor: 'mending', problems: ['mapping_missing'] };
  const problems = problemsOfRules(input.rules);
  const isOpen = (door: WantedDoor): boolean => !isOver(door.window, now);
  const doors = wantedDoors(input, facts.times.value, (rule) => !rule.problem).filter(isOpen);
  const heldDoors = wantedDoors(input, facts.times.value, (rule) => Boolean(rule.problem))
    .filter(isOpen)
    .filter((held) => !doors.some((door) => isSameGroup(door, held)));
  const isMaimed = problems.some((code) => code !== 'integration_disconnected' && isBlocking(code));
  return {
    doors: doors.map((door) => cutDoor(door, cutoff)),
    heldDoors: heldDoors.map((door) => cutDoor(door, cutoff)),
    isPending: problems.includes('door_group_pending'),
    ended: null,
    waitsFor: isMaimed || (doors.length === 0 && problems.some(isBlocking)) ? 'mending' : null,
    problems: cutoff === 'open' ? problems : [...problems, 'payment_due'],
    window,
    lookAgainAt: earliest([window.until, cutoff === 'open' ? null : cutoff]),
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

function problemsOfRules(rules: readonly DoorRule[]): ProblemCode[] {
  const found = rules.flatMap((rule): ProblemCode[] => {
    if (!rule.isConnected) return ['integration_disconnected'];
    return rule.problem ? [rule.problem] : [];
  });
  return [...new Set(found)];
}

function isSameGroup(left: WantedDoor, right: WantedDoor): boolean {
  return left.integrationId === right.integrationId && left.groupId === right.groupId;
}

function wantedDoors(
  input: BookingDecisionInput,
  times: { startsAt: Instant; endsAt: Instant },
  isMeant: (rule: DoorRule) => boolean,
): WantedDoor[] {
  const doors = new Map<string, WantedDoor>();
  const isThere = (rule: DoorRule): boolean => (rule.isConnected || Boolean(rule.ending)) && isMeant(rule);
  for (const rule of input.rules.filter(isThere)) {
    if (rule.groupId === null) continue;
    const key = `${rule.integrationId}/${rule.groupId}`;
    const window = doorWindow(rule, input.policy, times);
    const known = doors.get(key);
    // Two mappings of one booking to one group both contain the booking itself, so their union is one window.
    const union = known ? mergeWindows([known.window, window])[0] : window;
    doors.set(key, { integrationId: rule.integrationId, groupId: rule.groupId, window: union ?? window });
  }
  return [...doors.values()];
}

function doorWindow(
  rule: Pick<DoorRule, 'leadMinutes' | 'graceMinutes'>,
  policy: AccessPolicy,
  times: { readonly startsAt: Instant; readonly endsAt: Instant },
): AccessWindow {
  return {
    from: Math.round(times.startsAt - (rule.leadMinutes ?? policy.leadMinutes) * MINUTE_MS),
    until: Math.round(times.endsAt + (rule.graceMinutes ?? policy.graceMinutes) * MINUTE_MS),
  };
}

function wholeWindow(
  input: BookingDecisionInput,
  times: { readonly startsAt: Instant; readonly endsAt: Instant },
): AccessWindow {
  const windows = input.rules.filter((rule) => rule.isConnected).map((rule) => doorWindow(rule, input.policy, times));
  const [first, ...rest] = windows;
  if (!first) return doorWindow({ leadMinutes: null, graceMinutes: null }, input.policy, times);
  return rest.reduce(
    (whole, window) => ({ from: Math.min(whole.from, window.from), until: laterEnd(whole.until, window.until) }),
    first,
  );
}

function cutDoor(door: WantedDoor, cutoff: 'open' | 'closed' | Instant): WantedDoor {
  if (typeof cutoff !== 'number') return door;
  return { ...door, window: { from: door.window.from, until: earlierEnd(door.window.until, cutoff) } };
}
