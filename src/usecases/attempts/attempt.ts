import type { KisiOutcome, RefusalReason } from '../../domain/outcomes';
import type { ProblemCode } from '../../domain/problems';
import { MINUTE_MS, SECOND_MS, type Instant } from '../../domain/time';
import type { AccessWindow } from '../../domain/windows';
import type {
  AssignmentUpdate,
  AttemptResult,
  BegunAttempt,
  KisiAssignmentView,
  KisiForAttempts,
  PersonUpdate,
} from '../attempt-ports';
import type { JsonObject } from '../ports';

/** Everything one attempt works with. */
export interface Attempt {
  readonly kisi: KisiForAttempts;
  readonly begun: BegunAttempt;
  readonly signal: AbortSignal;
  readonly clock: () => Instant;
  readonly deadlineAt: Instant;
}

/** An outcome that did not do what was asked, whatever the request was. */
export type Failure = Exclude<KisiOutcome<never>, { readonly kind: 'done' }>;

const FIRST_RETRY_MS = SECOND_MS;
const LONGEST_REVOKE_RETRY_MS = MINUTE_MS;
const LONGEST_GRANT_RETRY_MS = 10 * MINUTE_MS;
/** After an unknown outcome Kisi is read again after these, because the request might arrive late. */
export const RECHECKS_AFTER_MS = [MINUTE_MS, 10 * MINUTE_MS] as const;
/** Kisi documents whole seconds. */
const SAME_INSTANT_MS = SECOND_MS;

/** When to try a grant again after so many failures in a row. */
export function grantRetryAt(now: Instant, failures: number): Instant {
  return now + Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures, 20), LONGEST_GRANT_RETRY_MS);
}

/** When to try a revocation again after so many failures in a row: never later than a minute. */
export function revokeRetryAt(now: Instant, failures: number): Instant {
  return now + Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures, 20), LONGEST_REVOKE_RETRY_MS);
}

/** Whether Kisi answered at all, for the health of the integration. */
export function contactOf(outcome: KisiOutcome<unknown>): AttemptResult['contact'] {
  if (outcome.kind === 'unknown' || outcome.kind === 'unavailable') return 'silent';
  return outcome.kind === 'refused' && outcome.reason === 'key_invalid' ? 'key_refused' : 'answered';
}

/** What an operator must be told about a request that was refused, or null where there is nothing to mend. */
export function problemOf(failure: Failure): ProblemCode | null {
  switch (failure.kind) {
    case 'wait_until':
      return 'rate_limited';
    case 'unknown':
    case 'unavailable':
      return 'kisi_unavailable';
    case 'refused':
      return refusalProblem(failure.reason);
    case 'gone':
      return 'group_missing';
    case 'already_so':
      return null;
  }
}

function refusalProblem(reason: RefusalReason): ProblemCode {
  return reason === 'key_invalid' ? 'kisi_key_invalid' : 'kisi_refused';
}

/** What the timeline says of an outcome: kinds, numbers and codes only. */
export function describeOutcome(outcome: KisiOutcome<unknown>): JsonObject {
  switch (outcome.kind) {
    case 'refused':
      return { outcome: 'refused', reason: outcome.reason, status: outcome.status, code: outcome.code };
    case 'unknown':
    case 'unavailable':
      return { outcome: outcome.kind, cause: outcome.cause };
    case 'wait_until':
      return { outcome: 'wait_until', cause: outcome.cause };
    case 'done':
    case 'already_so':
    case 'gone':
      return { outcome: outcome.kind };
  }
}

/** A result with the parts that every attempt has. */
export function resultOf(
  { kisi }: Attempt,
  outcome: KisiOutcome<unknown>,
  parts: {
    readonly kind: string;
    readonly assignment?: AssignmentUpdate;
    readonly person?: PersonUpdate;
    readonly details?: JsonObject;
    readonly intent?: 'closed' | 'unknown';
    readonly resolvesDoubt?: boolean;
  },
): AttemptResult {
  return {
    intent: parts.intent ?? (outcome.kind === 'unknown' ? 'unknown' : 'closed'),
    resolvesDoubt: parts.resolvesDoubt ?? false,
    assignment: parts.assignment ?? null,
    person: parts.person ?? null,
    note: { kind: parts.kind, details: { ...describeOutcome(outcome), ...parts.details } },
    contact: contactOf(outcome),
    keySeq: kisi.credential.keySeq,
    clockOffsetMs: kisi.clockOffsetMs(),
  };
}

/** Kisi holds this assignment, and it is ours. Whatever failed before is forgotten. */
export function held(assignment: KisiAssignmentView, readAt: Instant): AssignmentUpdate {
  return {
    presence: 'present',
    isOurs: true,
    kisiAssignmentId: assignment.id,
    validFrom: assignment.validFrom,
    validUntil: assignment.validUntil,
    readAt,
    grantRetryAt: null,
    grantFailures: 0,
    grantProblem: null,
    deletedAt: null,
    verifiedAbsentAt: null,
  };
}

/** Nothing is known for sure: Kisi is read once the request is certainly over. */
export function uncertain(deadlineAt: Instant): AssignmentUpdate {
  return {
    presence: 'uncertain',
    grantRetryAt: deadlineAt,
    revokeRetryAt: deadlineAt,
    recheckAt: deadlineAt + RECHECKS_AFTER_MS[0],
    recheckCount: 0,
  };
}

/**
 * Ours is what we hold a stored id for, or what an intent of ours asked for with these dates and the Kisi user behind that
 * intent's key created. Never recognised by name or as the first hit.
 */
export function isOurs(assignment: KisiAssignmentView, begun: BegunAttempt, asked: AccessWindow | null): boolean {
  if (assignment.id === begun.storedAssignmentId) return true;
  const grants = begun.doubtful.filter((one) => one.change === 'grant');
  const requests = [{ window: asked, kisiUserId: begun.ourKisiUserId }, ...grants];
  return requests.some(
    ({ window, kisiUserId }) =>
      window !== null &&
      assignment.createdByUserId !== null &&
      assignment.createdByUserId === (kisiUserId ?? begun.ourKisiUserId) &&
      hasDates(assignment, window),
  );
}

/** True when Kisi holds these dates, to the second. */
export function hasDates(assignment: KisiAssignmentView, window: AccessWindow): boolean {
  return isSame(assignment.validFrom, window.from) && isSame(assignment.validUntil, window.until);
}

function isSame(left: Instant | null, right: Instant | null): boolean {
  if (left === null || right === null) return left === right;
  return Math.abs(left - right) < SAME_INSTANT_MS;
}
