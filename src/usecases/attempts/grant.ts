import type { Change } from '../../domain/plan-access';
import type { AccessWindow } from '../../domain/windows';
import type { AttemptResult } from '../attempt-ports';
import { grantRetryAt, held, problemOf, resultOf, uncertain, type Attempt, type Failure } from './attempt';
import { readInto } from './read';

/** Makes the person's one role assignment on the group. "It exists already" is answered by reading whose it is. */
export async function attemptGrant(
  change: Extract<Change, { readonly kind: 'grant' }>,
  attempt: Attempt,
): Promise<AttemptResult> {
  const { kisi, begun, signal, clock } = attempt;
  if (begun.kisiUserId === null) return noUser(attempt);
  const made = await kisi.createAssignment(
    {
      userId: begun.kisiUserId,
      groupId: change.groupId,
      validFrom: change.window.from,
      validUntil: change.window.until,
      notify: false,
    },
    { signal },
  );
  switch (made.kind) {
    case 'done':
      return resultOf(attempt, made, {
        kind: 'access_granted',
        assignment: { ...held(made.value, clock()), mustReplace: false },
        details: windowDetails(change.window),
      });
    case 'already_so':
      return readInto(change.groupId, attempt, change.window);
    case 'gone':
      return userOrGroupGone(attempt, begun.kisiUserId, made);
    case 'unknown':
      return resultOf(attempt, made, { kind: 'grant_unanswered', assignment: uncertain(attempt.deadlineAt) });
    case 'refused':
    case 'unavailable':
    case 'wait_until':
      return failed(attempt, made);
  }
}

/** A 404 on creating says only that the user or the group is gone: ask which. */
async function userOrGroupGone(attempt: Attempt, userId: number, gone: Failure): Promise<AttemptResult> {
  const user = await attempt.kisi.getUser(userId, { signal: attempt.signal });
  if (user.kind === 'gone') return noUser(attempt);
  return failed(attempt, gone);
}

function noUser(attempt: Attempt): AttemptResult {
  return resultOf(
    attempt,
    { kind: 'gone' },
    { kind: 'kisi_user_gone', person: { kisiUserId: null, kisiUserIsOurs: false, inviteRetryAt: null } },
  );
}

function failed(attempt: Attempt, failure: Failure): AttemptResult {
  const { begun, clock } = attempt;
  const isWait = failure.kind === 'wait_until';
  return resultOf(attempt, failure, {
    kind: 'grant_failed',
    assignment: {
      grantRetryAt: isWait ? failure.at : grantRetryAt(clock(), begun.grantFailures),
      grantFailures: isWait ? begun.grantFailures : begun.grantFailures + 1,
      grantProblem: problemOf(failure),
    },
  });
}

/** The dates for the timeline. */
export function windowDetails(window: AccessWindow): { readonly from: string; readonly until: string | null } {
  return {
    from: new Date(window.from).toISOString(),
    until: window.until === null ? null : new Date(window.until).toISOString(),
  };
}
