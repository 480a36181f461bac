import type { AccessPlan, ClaimSettlement } from './plan-access';
import type { AssignmentView, ClaimView } from './plan-group';
import { earliest, type Instant } from './time';
import { isOver } from './windows';

export interface WithoutKisiInput {
  readonly claims: readonly ClaimView[];
  readonly assignments: readonly AssignmentView[];
  readonly openIntents: readonly { readonly groupId: number; readonly deadlineAt: Instant }[];
  /** What is left at Kisi carries its end, so it is waited for; otherwise somebody has written it off. */
  readonly mayExpire: boolean;
  readonly now: Instant;
}

/**
 * Settles what ends at a Kisi that can no longer be asked: nothing is planned there. A claim that ended is settled once the
 * door is shut by the end that Kisi was given, or at once where somebody has written it off.
 *
 * @param input.now epoch milliseconds on Kisi's clock, from the workflow
 */
export function planWithoutKisi(input: WithoutKisiInput): AccessPlan {
  const { claims, now } = input;
  const isLive = (claim: ClaimView): boolean => !claim.isReleased && !isOver(claim.window, now);
  const settled: ClaimSettlement[] = [];
  const waits: (Instant | null)[] = [];
  for (const claim of claims) {
    if (claim.settledAs === 'ended') continue;
    if (isLive(claim)) {
      waits.push(claim.window.until);
      continue;
    }
    const isKept = claims.some((one) => one.groupId === claim.groupId && isLive(one));
    const shutAt = isKept ? null : shutsAt(claim.groupId, input);
    if (shutAt === null || shutAt <= now) settled.push({ claimId: claim.id, revision: claim.revision, as: 'ended' });
    else waits.push(shutAt);
  }
  const isFinished = !claims.some(isLive) && waits.length === 0;
  return { next: null, lookAgainAt: earliest(waits), settled, problems: [], isFinished };
}

/** When nothing of ours opens that door any more, or null where it does not, or nobody can tell. */
function shutsAt(groupId: number, { assignments, openIntents, mayExpire }: WithoutKisiInput): Instant | null {
  const requests = openIntents.filter((intent) => intent.groupId === groupId).map((intent) => intent.deadlineAt);
  const assignment = assignments.find((one) => one.groupId === groupId);
  // Where it is not certain that it is there, the end that it was last seen with is waited for all the same.
  const mayBeLeft = assignment !== undefined && assignment.presence !== 'absent' && assignment.isOurs;
  const ends = mayBeLeft && mayExpire ? [assignment.validUntil, ...requests] : requests;
  return ends.reduce<Instant | null>((last, at) => (at !== null && (last === null || at > last) ? at : last), null);
}
