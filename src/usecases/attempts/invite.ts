import type { AttemptResult } from '../attempt-ports';
import { grantRetryAt, problemOf, resultOf, type Attempt, type Failure } from './attempt';

/** How long Kisi's search may need to show a user that it just made. */
const SEARCH_LAG_MS = 2_000;

/**
 * Finds the person's Kisi user by the exact address, or makes one; Kisi then sends its one e-mail.
 *
 * Safe to repeat: it always looks first, and Kisi refuses a second user with the same address. A user whom Kisi already
 * knew is used and never counted as ours.
 */
export async function attemptInvite(attempt: Attempt): Promise<AttemptResult> {
  const { kisi, begun, signal } = attempt;
  const found = await kisi.findUserByEmail(begun.email, { signal });
  if (found.kind !== 'done') return failed(attempt, found);
  if (found.value !== null) {
    // A user that an earlier, unanswered attempt of ours made is ours; any other was there before.
    const isOurs = begun.doubtful.some((intent) => intent.change === 'invite');
    return resultOf(attempt, found, {
      kind: 'kisi_user_found',
      resolvesDoubt: true,
      person: known(found.value.id, isOurs),
    });
  }
  const made = await kisi.createUser({ email: begun.email, name: begun.name, sendEmails: true }, { signal });
  if (made.kind !== 'done') return failed(attempt, made);
  return resultOf(attempt, made, { kind: 'member_invited', resolvesDoubt: true, person: known(made.value.id, true) });
}

function known(
  kisiUserId: number,
  kisiUserIsOurs: boolean,
): { kisiUserId: number; kisiUserIsOurs: boolean; inviteRetryAt: null; inviteFailures: number } {
  return { kisiUserId, kisiUserIsOurs, inviteRetryAt: null, inviteFailures: 0 };
}

function failed(attempt: Attempt, failure: Failure): AttemptResult {
  const { begun, clock, deadlineAt } = attempt;
  const now = clock();
  const retryAt = {
    wait_until: () => (failure.kind === 'wait_until' ? failure.at : now),
    unknown: () => Math.max(deadlineAt, grantRetryAt(now, begun.inviteFailures)),
    already_so: () => now + SEARCH_LAG_MS,
    unavailable: () => grantRetryAt(now, begun.inviteFailures),
    refused: () => grantRetryAt(now, begun.inviteFailures),
    gone: () => grantRetryAt(now, begun.inviteFailures),
  }[failure.kind]();
  const failures = failure.kind === 'wait_until' ? begun.inviteFailures : begun.inviteFailures + 1;
  return resultOf(attempt, failure, {
    kind: 'invitation_failed',
    person: { inviteRetryAt: retryAt, inviteFailures: failures },
    assignment: { grantProblem: problemOf(failure) },
  });
}
