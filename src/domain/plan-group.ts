import type { ClaimSettlement, Change, PlanInput, PlannedChange, Priority } from './plan-access';
import type { Settlement } from './entitlement';
import type { ProblemCode } from './problems';
import { DAY_MS, SECOND_MS, earliest, type Instant } from './time';
import { coversWindow, isOver, mergeWindows, type AccessWindow } from './windows';

/** An open end is written at Kisi as a lease, so nothing stays open for ever if we vanish. */
export const LEASE_MS = 90 * DAY_MS;
/** A lease is moved on when less than this is left of it. */
export const LEASE_RENEWAL_MS = 30 * DAY_MS;
/** Kisi documents its instants with whole seconds, so two that are closer than this count as the same. */
const SAME_INSTANT_MS = SECOND_MS;
/** How often an assignment that is not ours is looked at again while a claim waits for it. */
export const FOREIGN_RECHECK_MS = 10 * 60 * SECOND_MS;

/** One claim as the plan needs it. */
export interface ClaimView {
  readonly id: string;
  readonly groupId: number;
  readonly window: AccessWindow;
  readonly isReleased: boolean;
  readonly revision: number;
  /** How this very revision was settled before, or null. */
  readonly settledAs: Settlement | null;
}

/** What the ledger knows of a person's role assignment on one group. */
export interface AssignmentView {
  readonly groupId: number;
  /** `uncertain`: the outcome of the last request is unknown, so Kisi must be read before anything is written. */
  readonly presence: 'present' | 'absent' | 'uncertain';
  readonly isOurs: boolean;
  readonly assignmentId: number | null;
  readonly validFrom: Instant | null;
  readonly validUntil: Instant | null;
  readonly readAt: Instant | null;
  /** Kisi is read again at this instant, because a request with an unknown outcome might still arrive. */
  readonly recheckAt: Instant | null;
  readonly grantRetryAt: Instant | null;
  readonly revokeRetryAt: Instant | null;
  /** Why the last grant did not work, shown until one does. */
  readonly grantProblem: ProblemCode | null;
  /** Kisi did not take new dates for this assignment: it must be deleted and made again. */
  readonly mustReplace: boolean;
  /** Somebody changed it in Kisi, and it is left so until somebody decides. */
  readonly leftAs: ProblemCode | null;
  /** It was about a window that ends then; null: without an end. */
  readonly leftUntil: Instant | null;
}

/** What is known of a group on which the person holds nothing of ours. */
export function nothingHeld(groupId: number): AssignmentView {
  return {
    groupId,
    presence: 'absent',
    isOurs: true,
    assignmentId: null,
    validFrom: null,
    validUntil: null,
    readAt: null,
    recheckAt: null,
    grantRetryAt: null,
    revokeRetryAt: null,
    grantProblem: null,
    mustReplace: false,
    leftAs: null,
    leftUntil: null,
  };
}

export interface GroupPlan {
  readonly change: PlannedChange | null;
  readonly lookAgainAt: Instant | null;
  readonly settled: readonly ClaimSettlement[];
  readonly problems: readonly { readonly claimId: string; readonly code: ProblemCode }[];
  readonly isFinished: boolean;
}

/** Plans one group of one person; see `planAccess` for what holds. */
export function planGroup(groupId: number, input: PlanInput): GroupPlan {
  const { now } = input;
  const claims = input.claims.filter((claim) => claim.groupId === groupId);
  const assignment = input.assignments.find((one) => one.groupId === groupId) ?? null;
  const live = claims.filter((claim) => !claim.isReleased && !isOver(claim.window, now));
  const windows = mergeWindows(live.map((claim) => claim.window));
  const target = windows[0] ?? null;
  const step = decideStep(groupId, target, assignment, input);
  const agrees = step.kind === 'agrees';
  return {
    change: step.kind === 'change' ? step.planned : null,
    // A claim that ends while others keep the assignment is settled then, not when the last of them ends.
    lookAgainAt: earliest([
      step.lookAgainAt,
      ...live.map((claim) => claim.window.until),
      recheckAt(assignment, step, now),
    ]),
    settled:
      agrees || step.kind === 'left' || isHarmless(assignment)
        ? settle(claims, live, target, agrees && target !== null)
        : [],
    problems: step.problem ? live.map((claim) => ({ claimId: claim.id, code: step.problem ?? 'kisi_refused' })) : [],
    isFinished: target === null && isHarmless(assignment) && (assignment?.recheckAt ?? null) === null,
  };
}

type Step = { readonly lookAgainAt: Instant | null; readonly problem: ProblemCode | null } & (
  | { readonly kind: 'agrees' }
  | { readonly kind: 'waits' }
  /** Less than the claims say, on purpose: nothing that ended can be open. */
  | { readonly kind: 'left' }
  | { readonly kind: 'change'; readonly planned: PlannedChange }
);

function decideStep(
  groupId: number,
  target: AccessWindow | null,
  assignment: AssignmentView | null,
  input: PlanInput,
): Step {
  const { now } = input;
  if (assignment?.presence === 'uncertain') return readFirst(groupId, target, assignment, now);
  if (assignment?.presence === 'present' && !assignment.isOurs) return besideForeign(groupId, target, assignment, now);
  const isPresent = assignment?.presence === 'present' && assignment.assignmentId !== null;
  if (!isPresent) {
    if (target === null) return recheck(groupId, assignment, now);
    return leave(target, assignment) ?? give(groupId, target, assignment, input);
  }

  const assignmentId = assignment.assignmentId ?? 0;
  const held = heldWindow(assignment);
  const written = target === null ? null : writtenWindow(target, held, now);
  if (written !== null && agreesWith(held, written, now))
    return recheck(groupId, assignment, now, renewalAt(target, held));
  if (written === null || assignment.mustReplace) {
    const priority: Priority = isOver(held, now) ? 3 : 1;
    return attempt({ kind: 'revoke', groupId, assignmentId }, priority, held.from, assignment.revokeRetryAt, null, now);
  }
  const isExcess = exceeds(held, written, now);
  const left = isExcess ? null : leave(target, assignment);
  if (left !== null) return left;
  const retryAt = isExcess ? assignment.revokeRetryAt : assignment.grantRetryAt;
  const change: Change = { kind: 'adjust', groupId, assignmentId, window: written };
  return attempt(change, isExcess ? 1 : 2, target?.from ?? now, retryAt, assignment.grantProblem, now);
}

/** What somebody changed in Kisi stays so until it is decided; never what opens longer than it should. */
function leave(target: AccessWindow | null, assignment: AssignmentView | null): Step | null {
  if (target === null || assignment === null || assignment.leftAs === null) return null;
  const isAbout = assignment.leftUntil === null || target.until === null || target.from < assignment.leftUntil;
  return isAbout ? { kind: 'left', lookAgainAt: null, problem: assignment.leftAs } : null;
}

function give(groupId: number, target: AccessWindow, assignment: AssignmentView | null, input: PlanInput): Step {
  const problem = assignment?.grantProblem ?? null;
  if (input.person.kisiUserId === null) {
    const retryAt = latest(input.person.inviteRetryAt, assignment?.grantRetryAt ?? null);
    return attempt({ kind: 'invite', groupId }, 2, target.from, retryAt, problem, input.now);
  }
  const change: Change = { kind: 'grant', groupId, window: writtenWindow(target, null, input.now) };
  return attempt(change, 2, target.from, assignment?.grantRetryAt ?? null, problem, input.now);
}

function readFirst(groupId: number, target: AccessWindow | null, assignment: AssignmentView, now: Instant): Step {
  const retryAt = target === null ? assignment.revokeRetryAt : assignment.grantRetryAt;
  const priority: Priority = target === null ? 1 : 2;
  return attempt({ kind: 'read', groupId }, priority, target?.from ?? now, retryAt, assignment.grantProblem, now);
}

function besideForeign(groupId: number, target: AccessWindow | null, foreign: AssignmentView, now: Instant): Step {
  if (target === null) return { kind: 'agrees', lookAgainAt: null, problem: null };
  const held = heldWindow(foreign);
  const rereadAt = (foreign.readAt ?? 0) + FOREIGN_RECHECK_MS;
  const left = { from: Math.max(target.from, now), until: target.until };
  if (coversWindow(held, left)) return { kind: 'agrees', lookAgainAt: null, problem: null };
  if (now >= rereadAt) {
    return attempt({ kind: 'read', groupId }, 4, target.from, foreign.grantRetryAt, 'foreign_assignment', now);
  }
  return { kind: 'waits', lookAgainAt: rereadAt, problem: 'foreign_assignment' };
}

/** Nothing to write; but a request whose outcome was unknown may still arrive, so Kisi is read once more when that is due. */
function recheck(
  groupId: number,
  assignment: AssignmentView | null,
  now: Instant,
  renewal: Instant | null = null,
): Step {
  const dueAt = assignment?.recheckAt ?? null;
  if (dueAt === null || dueAt > now) return { kind: 'agrees', lookAgainAt: earliest([dueAt, renewal]), problem: null };
  return attempt({ kind: 'read', groupId }, 4, dueAt, assignment?.revokeRetryAt ?? null, null, now, 'agrees');
}

function attempt(
  change: Change,
  priority: Priority,
  urgentAt: Instant,
  retryAt: Instant | null,
  problem: ProblemCode | null,
  now: Instant,
  otherwise: 'waits' | 'agrees' = 'waits',
): Step {
  if (retryAt !== null && retryAt > now) return { kind: otherwise, lookAgainAt: retryAt, problem };
  return { kind: 'change', planned: { change, priority, urgentAt }, lookAgainAt: null, problem };
}

function recheckAt(assignment: AssignmentView | null, step: Step, now: Instant): Instant | null {
  const dueAt = assignment?.recheckAt ?? null;
  return dueAt !== null && step.kind !== 'change' && dueAt > now ? dueAt : null;
}

/** What we hold at Kisi, as a window. A missing start has always been valid. */
function heldWindow(assignment: AssignmentView): AccessWindow {
  return { from: assignment.validFrom ?? Number.NEGATIVE_INFINITY, until: assignment.validUntil };
}

/** The window as it is written at Kisi: an open end becomes a lease, a lease that is long enough stays. */
function writtenWindow(target: AccessWindow, held: AccessWindow | null, now: Instant): AccessWindow {
  if (target.until !== null) return target;
  const left = held?.until === undefined || held.until === null ? 0 : held.until - now;
  const keeps = left > LEASE_RENEWAL_MS && left <= LEASE_MS;
  return { from: target.from, until: keeps && held ? held.until : now + LEASE_MS };
}

function renewalAt(target: AccessWindow | null, held: AccessWindow): Instant | null {
  return target?.until === null && held.until !== null ? held.until - LEASE_RENEWAL_MS : null;
}

function agreesWith(held: AccessWindow, wanted: AccessWindow, now: Instant): boolean {
  const startAgrees = isSame(held.from, wanted.from) || (held.from <= now && wanted.from <= now);
  return startAgrees && isSame(held.until, wanted.until);
}

function isSame(left: Instant | null, right: Instant | null): boolean {
  if (left === null || right === null) return left === right;
  return left === right || Math.abs(left - right) < SAME_INSTANT_MS;
}

/** True when Kisi would open, now or later, at an instant that no live claim covers. */
function exceeds(held: AccessWindow, wanted: AccessWindow | null, now: Instant): boolean {
  if (isOver(held, now)) return false;
  if (wanted === null) return true;
  return !coversWindow(wanted, { from: Math.max(held.from, now), until: held.until }) && !isAlmost(held, wanted, now);
}

function isAlmost(held: AccessWindow, wanted: AccessWindow, now: Instant): boolean {
  return isSame(held.until, wanted.until) && Math.max(held.from, now) + SAME_INSTANT_MS > wanted.from;
}

/** True when nothing of ours can be open: what has ended may be settled although something else is still to be given. */
function isHarmless(assignment: AssignmentView | null): boolean {
  return (
    assignment === null || assignment.presence === 'absent' || (assignment.presence === 'present' && !assignment.isOurs)
  );
}

function settle(
  claims: readonly ClaimView[],
  live: readonly ClaimView[],
  target: AccessWindow | null,
  isGiven: boolean,
): ClaimSettlement[] {
  return claims.flatMap((claim): ClaimSettlement[] => {
    const as = live.includes(claim) ? settlementOfLive(claim, target, isGiven) : 'ended';
    return as === null || as === claim.settledAs ? [] : [{ claimId: claim.id, revision: claim.revision, as }];
  });
}

/** A live claim lies wholly within one merged window: the one that Kisi holds, or a later one that waits for its turn. */
function settlementOfLive(claim: ClaimView, target: AccessWindow | null, isGiven: boolean): Settlement | null {
  if (!isGiven || target === null) return null;
  return coversWindow(target, claim.window) ? 'granted' : 'waiting';
}

function latest(left: Instant | null, right: Instant | null): Instant | null {
  if (left === null) return right;
  return right === null ? left : Math.max(left, right);
}
