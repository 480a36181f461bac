import type { Change } from '../../domain/plan-access';
import type { AttemptResult } from '../attempt-ports';
import {
  grantRetryAt,
  hasDates,
  held,
  problemOf,
  resultOf,
  revokeRetryAt,
  uncertain,
  type Attempt,
  type Failure,
} from './attempt';
import { windowDetails } from './grant';

/** Moves the dates of an assignment of ours and reads them back; where Kisi does not take them, it must be replaced. */
export async function attemptAdjust(
  change: Extract<Change, { readonly kind: 'adjust' }>,
  attempt: Attempt,
): Promise<AttemptResult> {
  const { kisi, signal, clock } = attempt;
  const dates = { validFrom: change.window.from, validUntil: change.window.until };
  const written = await kisi.patchAssignment(change.assignmentId, dates, { signal });
  if (written.kind === 'gone') return gone(attempt);
  if (written.kind === 'unknown') return unanswered(attempt, written);
  if (written.kind !== 'done') return failed(attempt, written);

  const read = await kisi.getAssignment(change.assignmentId, { signal });
  if (read.kind === 'gone') return gone(attempt);
  if (read.kind !== 'done') return unanswered(attempt, read);
  const isTaken = hasDates(read.value, change.window);
  return resultOf(attempt, read, {
    kind: isTaken ? 'access_adjusted' : 'adjust_ignored',
    assignment: { ...held(read.value, clock()), mustReplace: !isTaken, revokeRetryAt: null, revokeFailures: 0 },
    details: windowDetails(change.window),
  });
}

function gone(attempt: Attempt): AttemptResult {
  const at = attempt.clock();
  return resultOf(
    attempt,
    { kind: 'gone' },
    {
      kind: 'deleted_outside',
      assignment: { presence: 'absent', kisiAssignmentId: null, readAt: at, verifiedAbsentAt: at, mustReplace: false },
    },
  );
}

/** The dates may be the old or the new ones: read them when the request is certainly over. */
function unanswered(attempt: Attempt, outcome: Failure): AttemptResult {
  return resultOf(attempt, outcome, {
    kind: 'adjust_unanswered',
    intent: 'unknown',
    assignment: uncertain(attempt.deadlineAt),
  });
}

function failed(attempt: Attempt, failure: Failure): AttemptResult {
  const { begun, clock } = attempt;
  const isWait = failure.kind === 'wait_until';
  return resultOf(attempt, failure, {
    kind: 'adjust_failed',
    assignment: {
      grantRetryAt: isWait ? failure.at : grantRetryAt(clock(), begun.grantFailures),
      grantFailures: isWait ? begun.grantFailures : begun.grantFailures + 1,
      grantProblem: problemOf(failure),
      revokeRetryAt: isWait ? failure.at : revokeRetryAt(clock(), begun.revokeFailures),
      revokeFailures: isWait ? begun.revokeFailures : begun.revokeFailures + 1,
      // What Kisi will not change it may still let us delete: a door must not stay open because dates are refused.
      ...(failure.kind === 'refused' && failure.reason === 'invalid'
        ? { mustReplace: true, revokeRetryAt: null, grantRetryAt: null }
        : {}),
    },
  });
}
