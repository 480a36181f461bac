import type { Change } from '../../domain/plan-access';
import type { AccessWindow } from '../../domain/windows';
import type { AssignmentUpdate, AttemptResult, KisiAssignmentView } from '../attempt-ports';
import { RECHECKS_AFTER_MS, grantRetryAt, held, isOurs, resultOf, revokeRetryAt, type Attempt } from './attempt';

/** Reads what Kisi holds for the person on a group, after an unanswered request or beside an assignment of others. */
export async function attemptRead(
  change: Extract<Change, { readonly kind: 'read' }>,
  attempt: Attempt,
): Promise<AttemptResult> {
  return readInto(change.groupId, attempt, null);
}

/**
 * Reads and says whose it is.
 *
 * @param asked the dates that this very attempt asked for, where it did
 */
export async function readInto(groupId: number, attempt: Attempt, asked: AccessWindow | null): Promise<AttemptResult> {
  const { kisi, begun, signal, clock } = attempt;
  if (begun.kisiUserId === null) {
    const absent = absentNow(attempt);
    return resultOf(attempt, { kind: 'gone' }, { kind: 'assignment_read', resolvesDoubt: true, assignment: absent });
  }
  const found = await kisi.findAssignments({ userId: begun.kisiUserId, groupId }, { signal });
  if (found.kind === 'gone') {
    return resultOf(attempt, found, { kind: 'assignment_read', resolvesDoubt: true, assignment: absentNow(attempt) });
  }
  if (found.kind !== 'done') {
    const isWait = found.kind === 'wait_until';
    return resultOf(attempt, found, {
      kind: 'read_failed',
      intent: 'unknown',
      assignment: {
        ...(asked === null ? {} : { presence: 'uncertain' as const }),
        grantRetryAt: isWait ? found.at : grantRetryAt(clock(), begun.grantFailures),
        revokeRetryAt: isWait ? found.at : revokeRetryAt(clock(), begun.revokeFailures),
        grantFailures: isWait ? begun.grantFailures : begun.grantFailures + 1,
        revokeFailures: isWait ? begun.revokeFailures : begun.revokeFailures + 1,
      },
    });
  }
  const ours = found.value.find((one) => isOurs(one, begun, asked)) ?? null;
  const foreign = found.value[0] ?? null;
  const assignment =
    ours !== null ? ourUpdate(ours, attempt) : foreign !== null ? foreignUpdate(foreign, attempt) : absentNow(attempt);
  return resultOf(attempt, found, {
    kind: 'assignment_read',
    intent: 'closed',
    resolvesDoubt: true,
    assignment,
    details: { found: ours !== null ? 'ours' : foreign !== null ? 'foreign' : 'nothing' },
  });
}

function ourUpdate(assignment: KisiAssignmentView, attempt: Attempt): AssignmentUpdate {
  return { ...held(assignment, attempt.clock()), ...nextRecheck(attempt), revokeRetryAt: null };
}

function foreignUpdate(assignment: KisiAssignmentView, attempt: Attempt): AssignmentUpdate {
  return {
    ...held(assignment, attempt.clock()),
    ...nextRecheck(attempt),
    isOurs: false,
    kisiAssignmentId: assignment.id,
    revokeRetryAt: null,
  };
}

function absentNow(attempt: Attempt): AssignmentUpdate {
  const at = attempt.clock();
  return {
    presence: 'absent',
    isOurs: true,
    kisiAssignmentId: null,
    readAt: at,
    verifiedAbsentAt: at,
    mustReplace: false,
    grantRetryAt: null,
    revokeRetryAt: null,
    revokeFailures: 0,
    ...nextRecheck(attempt),
  };
}

/** While a request of ours may still arrive late, Kisi is read a few times more. */
function nextRecheck({ begun, clock }: Attempt): Pick<AssignmentUpdate, 'recheckAt' | 'recheckCount'> {
  const waitMs = RECHECKS_AFTER_MS[begun.recheckCount];
  const isDoubtful = begun.doubtful.some((intent) => intent.change !== 'invite');
  if (!isDoubtful || waitMs === undefined) return { recheckAt: null };
  return { recheckAt: clock() + waitMs, recheckCount: begun.recheckCount + 1 };
}
