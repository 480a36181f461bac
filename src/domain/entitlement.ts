import { isBlocking, type ProblemCode } from './problems';
import type { Instant } from './time';
import { coversInstant, isOver, type AccessWindow } from './windows';

export const ENTITLEMENT_KINDS = ['booking', 'subscription', 'pass', 'grant'] as const;

/** Why someone may enter: something booked, subscribed to, bought as a pass, or granted by hand. */
export type EntitlementKind = (typeof ENTITLEMENT_KINDS)[number];

/** Why a mapping gives nothing anew: its group is being made, holds other doors or hours, or is not there. */
export type RuleProblem = Extract<
  ProblemCode,
  'door_group_pending' | 'lock_group_changed' | 'opening_hours_changed' | 'group_missing'
>;

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
  'ended',
  'used_up',
  'member_left',
  'ended_by_operator',
  'never_mentioned',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** What follows from the facts of an entitlement at one instant: which doors it gives, to whomever it is for. */
export interface EntitlementDecision {
  readonly doors: readonly WantedDoor[];
  /** Doors that whoever has them keeps, and that nobody gets anew while their groups are not as they should be. */
  readonly heldDoors: readonly WantedDoor[];
  /** A door that is wanted has no group at Kisi yet; it follows by itself. */
  readonly isPending: boolean;
  /**
   * Why nothing is given (any more), or null while the entitlement lives. `bySeq` is the fact that ended it early, whose arrival
   * made the end due; null for an end by time.
   */
  readonly ended: { readonly reason: EndReason; readonly dueAt: Instant; readonly bySeq: number | null } | null;
  readonly waitsFor: 'confirmation' | 'payment' | 'resumption' | 'mending' | null;
  readonly problems: readonly ProblemCode[];
  /** The whole time it asks for, lead and grace included; null while the times are unknown. */
  readonly window: AccessWindow | null;
  /** When time alone changes this decision, or null. */
  readonly lookAgainAt: Instant | null;
}

/** The decision for what gives nothing any more. */
export function decideEnded(ended: EntitlementDecision['ended'], window: AccessWindow | null): EntitlementDecision {
  const nothing = { doors: [], heldDoors: [], isPending: false, waitsFor: null, problems: [] } as const;
  return { ...nothing, ended, window, lookAgainAt: null };
}

/** What is known of something of which nobody has said yet what it is: an operator may have ended it all the same. */
export function decideUnsaid(endedByOperator: { readonly seq: number } | null, now: Instant): EntitlementDecision {
  const reason = endedByOperator === null ? 'never_mentioned' : 'ended_by_operator';
  return decideEnded({ reason, dueAt: now, bySeq: endedByOperator?.seq ?? null }, null);
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

/**
 * How far Kisi has followed one claim. `waiting`: another window of the same person on the same group is still first;
 * `suspended`: the claim lives, and nothing opens because the person is suspended.
 */
export type Settlement = 'granted' | 'waiting' | 'observed' | 'ended' | 'suspended';

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
  decision: EntitlementDecision,
  claims: readonly ClaimProgress[],
  { hasReceipt, isSuspended = false }: { readonly hasReceipt: boolean; readonly isSuspended?: boolean },
  now: Instant,
): EntitlementState {
  if (decision.ended !== null && hasReceipt) return 'ended';
  const open = claims.filter((claim) => !isClaimFinished(claim));
  if (decision.ended !== null || open.some((claim) => claim.isReleased || isOver(claim.window, now))) return 'revoking';
  if (isSuspended || decision.waitsFor === 'resumption') return 'suspended';
  if (decision.waitsFor === 'confirmation') return 'awaiting_confirmation';
  if (decision.waitsFor === 'payment') return 'awaiting_payment';
  if (decision.waitsFor === 'mending' || open.some((claim) => claim.problem !== null && isBlocking(claim.problem))) {
    return 'blocked';
  }
  if (decision.isPending || open.some((claim) => claim.settledAs === null)) return 'provisioning';
  return open.every((claim) => coversInstant(claim.window, now)) ? 'active' : 'scheduled';
}
