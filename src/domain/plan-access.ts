import { planGroup, type AssignmentView, type ClaimView, type GroupPlan } from './plan-group';
import { earliest, type Instant } from './time';
import { isOver } from './windows';
import type { ProblemCode } from './problems';
import type { AccessWindow } from './windows';
import type { Settlement } from './entitlement';

/** The most urgent first: the number is also the priority of the task in the integration's queue. */
export type Priority = 1 | 2 | 3 | 4;

/** One bounded step at Kisi for one person. */
export type Change =
  | { readonly kind: 'invite'; readonly groupId: number }
  | { readonly kind: 'grant'; readonly groupId: number; readonly window: AccessWindow }
  | {
      readonly kind: 'adjust';
      readonly groupId: number;
      readonly assignmentId: number;
      readonly window: AccessWindow;
    }
  | { readonly kind: 'revoke'; readonly groupId: number; readonly assignmentId: number }
  | { readonly kind: 'read'; readonly groupId: number };

export interface PlannedChange {
  readonly change: Change;
  readonly priority: Priority;
  /** Among equal priorities the earlier is first: when the door must open, or when it would be open by mistake. */
  readonly urgentAt: Instant;
}

/** What the ledger knows of a person at Kisi. */
export interface PersonView {
  readonly kisiUserId: number | null;
  /** No invitation before this instant, after one that failed or whose outcome is unknown. */
  readonly inviteRetryAt: Instant | null;
}

export interface PlanInput {
  readonly person: PersonView;
  readonly claims: readonly ClaimView[];
  readonly assignments: readonly AssignmentView[];
  readonly now: Instant;
}

/** A claim's revision that Kisi is now known to agree with. */
export interface ClaimSettlement {
  readonly claimId: string;
  readonly revision: number;
  readonly as: Settlement;
}

export interface AccessPlan {
  readonly next: PlannedChange | null;
  readonly lookAgainAt: Instant | null;
  readonly settled: readonly ClaimSettlement[];
  readonly problems: readonly { readonly claimId: string; readonly code: ProblemCode }[];
  /** True when no claim lives, nothing of ours is left at Kisi and nothing is unsettled or unsure. */
  readonly isFinished: boolean;
}

/**
 * Says what must change at Kisi so that one person's access equals the union of their live claims.
 *
 * Pure and independent of order: the same claims and assignments give the same plan however they are listed, and no
 * change when they already agree. Claims on one group that touch or overlap become one window, so back-to-back bookings
 * keep one unbroken assignment. Kisi keeps one assignment per person and group: a second window waits for the first.
 *
 * A change that failed lately never delays another one: whatever is not due for another attempt is left out.
 *
 * @param input.now epoch milliseconds on Kisi's clock, from the workflow
 * @returns the most urgent change, and the instant (epoch ms) at which to look again, or null
 */
export function planAccess(input: PlanInput): AccessPlan {
  const plans = groupIds(input).map((groupId) => planGroup(groupId, input));
  const due = plans.flatMap((plan) => (plan.change ? [plan.change] : []));
  const next = [...due].sort(byUrgency)[0] ?? null;
  const settled = plans.flatMap((plan) => plan.settled);
  return {
    next,
    lookAgainAt: earliest(plans.map((plan) => plan.lookAgainAt)),
    settled,
    problems: plans.flatMap((plan) => plan.problems),
    isFinished: plans.every((plan) => plan.isFinished) && input.claims.every(isEnded(input, settled)),
  };
}

function groupIds({ claims, assignments }: PlanInput): number[] {
  const ids = new Set([...claims.map((claim) => claim.groupId), ...assignments.map((one) => one.groupId)]);
  return [...ids].sort((left, right) => left - right);
}

function isEnded({ now }: PlanInput, settled: readonly ClaimSettlement[]): (claim: ClaimView) => boolean {
  const ended = new Set(settled.filter((one) => one.as === 'ended').map((one) => one.claimId));
  return (claim) =>
    (claim.isReleased || isOver(claim.window, now)) && (claim.settledAs === 'ended' || ended.has(claim.id));
}

function byUrgency(left: PlannedChange, right: PlannedChange): number {
  return (
    left.priority - right.priority ||
    left.urgentAt - right.urgentAt ||
    left.change.groupId - right.change.groupId ||
    left.change.kind.localeCompare(right.change.kind)
  );
}

export type { AssignmentView, ClaimView, GroupPlan };
