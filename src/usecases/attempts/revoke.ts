import type { Change } from '../../domain/plan-access';
import type { Instant } from '../../domain/time';
import type { AttemptResult } from '../attempt-ports';
import { RECHECKS_AFTER_MS, resultOf, revokeRetryAt, type Attempt, type Failure } from './attempt';

/** Deletes an assignment of ours and reads back that it is gone. "Not found" is success. */
export async function attemptRevoke(
  change: Extract<Change, { readonly kind: 'revoke' }>,
  attempt: Attempt,
): Promise<AttemptResult> {
  const { kisi, signal, clock } = attempt;
  const deleted = await kisi.deleteAssignment(change.assignmentId, { signal });
  if (deleted.kind === 'unknown') return unsure(attempt, deleted, 'revoke_unanswered');
  if (deleted.kind !== 'done' && deleted.kind !== 'gone') return failed(attempt, deleted);
  const deletedAt = clock();

  const read = await kisi.getAssignment(change.assignmentId, { signal });
  if (read.kind === 'gone') {
    const at = clock();
    return resultOf(attempt, read, {
      kind: 'access_revoked',
      details: { deletion: deleted.kind, readBack: read.kind },
      assignment: {
        presence: 'absent',
        kisiAssignmentId: null,
        readAt: at,
        deletedAt,
        verifiedAbsentAt: at,
        mustReplace: false,
        revokeRetryAt: null,
        revokeFailures: 0,
        addRevokeAttempt: true,
      },
    });
  }
  // Kisi said "deleted" but still shows it, or could not be asked: not proved, so it is not done.
  if (read.kind === 'done')
    return failed(attempt, { kind: 'unknown', cause: 'still there after deleting' }, deleted.kind);
  return unsure(attempt, read, 'revoke_not_read_back', deletedAt);
}

/** @param deletedAt when Kisi said that it is deleted, where it did */
function unsure(attempt: Attempt, outcome: Failure, kind: string, deletedAt: Instant | null = null): AttemptResult {
  const { begun, clock, deadlineAt } = attempt;
  const isDeleted = deletedAt !== null;
  return resultOf(attempt, outcome, {
    kind,
    intent: 'unknown',
    details: { deletion: isDeleted ? 'done' : outcome.kind, readBack: isDeleted ? outcome.kind : null },
    assignment: {
      presence: 'uncertain',
      grantRetryAt: deadlineAt,
      revokeRetryAt: Math.max(deadlineAt, revokeRetryAt(clock(), begun.revokeFailures)),
      revokeFailures: begun.revokeFailures + 1,
      addRevokeAttempt: true,
      ...(deletedAt === null ? {} : { deletedAt }),
      recheckAt: deadlineAt + RECHECKS_AFTER_MS[0],
      recheckCount: 0,
    },
  });
}

/** @param deletion what Kisi said to the deletion, where it still showed the assignment afterwards */
function failed(attempt: Attempt, failure: Failure, deletion: 'done' | 'gone' | null = null): AttemptResult {
  const { begun, clock } = attempt;
  const isWait = failure.kind === 'wait_until';
  return resultOf(attempt, failure, {
    kind: 'revoke_failed',
    details: { deletion: deletion ?? failure.kind, readBack: deletion === null ? null : 'done' },
    assignment: {
      revokeRetryAt: isWait ? failure.at : revokeRetryAt(clock(), begun.revokeFailures),
      revokeFailures: isWait ? begun.revokeFailures : begun.revokeFailures + 1,
      addRevokeAttempt: true,
    },
  });
}
