import { decideEnded, decideUnsaid, type DoorRule, type EntitlementDecision } from './entitlement';
import type { GrantFacts } from './grant-facts';
import type { Instant } from './time';
import { decideDoors, isSpent, NO_MINUTES, wholeWindow } from './wanted-doors';

export interface GrantDecisionInput {
  readonly facts: GrantFacts;
  /** What its target opens. */
  readonly rules: readonly DoorRule[];
  readonly now: Instant;
}

/**
 * Says which doors a manual grant opens and when. Pure. It begins and ends exactly when the operator said, whatever lead and
 * grace the mappings of its target have.
 *
 * @param input.now epoch milliseconds, from the workflow
 */
export function decideGrant({ facts, rules, now }: GrantDecisionInput): EntitlementDecision {
  const { grant, ended, stamp } = facts;
  const endedBy = ended === null || stamp === null ? null : { seq: stamp.seq };
  if (grant === null) return decideUnsaid(endedBy, now);
  const exact = rules.map((rule) => ({ ...rule, ...NO_MINUTES }));
  const times = { startsAt: grant.startsAt ?? grant.receivedAt, endsAt: grant.endsAt };
  const asked = { rules: exact, times, defaults: NO_MINUTES };
  const window = wholeWindow(asked);
  if (endedBy !== null) return decideEnded({ reason: 'ended_by_operator', dueAt: now, bySeq: endedBy.seq }, window);
  if (window.until !== null && isSpent(window, now)) {
    return decideEnded({ reason: 'expired', dueAt: window.until, bySeq: null }, window);
  }
  const decided = decideDoors({ ...asked, bounds: [{ from: null, until: null }], now });
  return { ...decided, ended: null, window, lookAgainAt: window.until };
}
