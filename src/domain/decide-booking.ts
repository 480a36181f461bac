import { effectivePayment, effectiveStatus, paidSeq, type BookingFacts } from './facts';
import type { AccessPolicy } from './policy';
import { isBlocking, type ProblemCode } from './problems';
import { DAY_MS, MINUTE_MS, earliest, type Instant } from './time';
import { coversInstant, earlierEnd, isOver, laterEnd, mergeWindows, type AccessWindow } from './windows';

/** How long a payment for a booking that nobody mentioned is kept. */
export const UNKNOWN_BOOKING_KEPT_MS = 30 * DAY_MS;

/** Why a mapping gives nothing anew: its group is being made, holds other doors, or is not there. */
export type RuleProblem = Extract<ProblemCode, 'door_group_pending' | 'lock_group_changed' | 'group_missing'>;

/** How a connection ends by expiry. */
export interface ConnectionEnding {
  /** No access lasts longer. */
  readonly until: Instant;
  /** The key is gone: what Kisi holds can no longer be changed. */
  readonly isFinal: boolean;
}

/** A door mapping as the decision needs it: which group of which integration it opens. */
export interface DoorRule {
  readonly integrationId: string;
  /** Null while the group of a lock is not there yet: then it opens no door. */
  readonly groupId: number | null;
  /** Whoever has this door keeps it, but nobody gets it anew. */
  readonly problem?: RuleProblem | null;
  readonly leadMinutes: number | null;
  readonly graceMinutes: number | null;
  readonly isConnected: boolean;
  /** Set where the connection ends by expiry: what lives there goes on until then, and nothing new begins. */
  readonly ending?: ConnectionEnding | null;
}

/** A door that must open, when. At most one for each group of an integration. */
export interface WantedDoor {
  readonly integrationId: string;
  readonly groupId: number;
  readonly window: AccessWindow;
}

export const END_REASONS = [
  'expired',
  'cancelled',
  'failed',
  'refunded',
  'ended_by_operator',
  'never_mentioned',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** What follows from the facts of a booking at one instant. */
export interface BookingDecision {
  readonly doors: readonly WantedDoor[];
  /** Doors that whoever has them keeps, and that nobody gets anew while their groups are not as they should be. */
  readonly heldDoors: readonly WantedDoor[];
  /** A door that is wanted has no group at Kisi yet; it follows by itself. */
  readonly isPending: boolean;
  /**
   * Why nothing is given (any more), or null while the booking lives. `bySeq` is the fact that ended it early, whose arrival
   * made the end due; null for an end by time.
   */
  readonly ended: { readonly reason: EndReason; readonly dueAt: Instant; readonly bySeq: number | null } | null;
  readonly waitsFor: 'confirmation' | 'payment' | 'mending' | null;
  readonly problems: readonly ProblemCode[];
  /** The whole time it asks for, lead and grace included; null while the times are unknown. */
  readonly window: AccessWindow | null;
  /** When time alone changes this decision, or null. */
  readonly lookAgainAt: Instant | null;
}

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
export function decideBooking(input: BookingDecisionInput): BookingDecision {
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

function decideUnknown({ facts, firstSeenAt, now }: BookingDecisionInput): BookingDecision {
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
    case 'expired':
    case 'never_mentioned':
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

export const ENTITLEMENT_STATES = [
  'ended',
  'revoking',
  'suspended',
  'awaiting_confirmation',
  'awaiting_payment',
  'blocked',
  'scheduled',
  'provisioning',
  'active',
] as const;
export type EntitlementState = (typeof ENTITLEMENT_STATES)[number];

/** How far Kisi has followed one claim. `waiting`: another window of the same person on the same group is still first. */
export type Settlement = 'granted' | 'waiting' | 'observed' | 'ended';

export interface ClaimProgress {
  readonly window: AccessWindow;
  readonly isReleased: boolean;
  /** What Kisi is known to agree with for exactly this revision of the claim, or null. */
  readonly settledAs: Settlement | null;
  readonly problem: ProblemCode | null;
}

/** True when nothing of this claim is owed any more: it ended, and Kisi was read back without it. */
export function isClaimFinished(claim: ClaimProgress): boolean {
  return claim.settledAs === 'ended' || (claim.isReleased && claim.settledAs === 'observed');
}

/** The one state that everybody sees, the first that applies. */
export function deriveState(
  decision: BookingDecision,
  claims: readonly ClaimProgress[],
  hasReceipt: boolean,
  now: Instant,
): EntitlementState {
  if (decision.ended !== null && hasReceipt) return 'ended';
  const open = claims.filter((claim) => !isClaimFinished(claim));
  if (decision.ended !== null || open.some((claim) => claim.isReleased || isOver(claim.window, now))) return 'revoking';
  if (decision.waitsFor === 'confirmation') return 'awaiting_confirmation';
  if (decision.waitsFor === 'payment') return 'awaiting_payment';
  if (decision.waitsFor === 'mending' || open.some((claim) => claim.problem !== null && isBlocking(claim.problem))) {
    return 'blocked';
  }
  if (decision.isPending || open.some((claim) => claim.settledAs === null)) return 'provisioning';
  return open.every((claim) => coversInstant(claim.window, now)) ? 'active' : 'scheduled';
}
