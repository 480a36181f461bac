import type { Change } from '../domain/plan-access';
import { SECOND_MS, type Instant } from '../domain/time';
import { attemptAdjust } from './attempts/adjust';
import { attemptGrant } from './attempts/grant';
import { attemptInvite } from './attempts/invite';
import { attemptRead } from './attempts/read';
import { attemptRevoke } from './attempts/revoke';
import type { Attempt } from './attempts/attempt';
import type { AttemptLedger, AttemptResult, KisiForAttempts } from './attempt-ports';
import type { PersonKey } from './ports';
import type { PlannedStep } from './plan-person';

/** One deadline covers all requests of an attempt, reading back included; then it is certainly over. */
export const ATTEMPT_DEADLINE_MS = 8 * SECOND_MS;
/** How many requests an attempt makes when all goes well: its slots at Kisi are taken together. */
const REQUESTS: Record<Change['kind'], number> = { invite: 2, grant: 1, adjust: 2, revoke: 2, read: 1 };

/**
 * Carries out one planned change at Kisi: one bounded attempt, whose outcome is a value in the ledger.
 *
 * The slots at Kisi are taken first; then one transaction checks that nothing changed since the plan and commits the
 * intent; only then a request leaves. It never throws for anything that Kisi does, so the caller plans again at once.
 */
export function createCarryOut(deps: {
  readonly ledger: AttemptLedger;
  readonly kisiFor: (key: PersonKey) => Promise<KisiForAttempts | null>;
  readonly clock: () => Instant;
}): (key: PersonKey, step: PlannedStep) => Promise<void> {
  return async (key, step) => {
    const kisi = await deps.kisiFor(key);
    // Without a connection there is nobody to ask; the plan says so and waits.
    if (kisi === null) return deps.ledger.postpone(key, step.change, deps.clock() + ATTEMPT_DEADLINE_MS, null);
    const slots = await kisi.reserve(REQUESTS[step.change.kind]);
    if (slots.kind === 'wait_until') {
      const isLong = slots.at - deps.clock() > 5 * SECOND_MS;
      return deps.ledger.postpone(key, step.change, slots.at, isLong ? 'rate_limited' : null);
    }
    const startedAt = deps.clock();
    const deadlineAt = startedAt + ATTEMPT_DEADLINE_MS;
    const begun = await deps.ledger.begin(key, step, startedAt, deadlineAt, kisi.credential);
    if (begun === null) return;
    const signal = AbortSignal.timeout(ATTEMPT_DEADLINE_MS);
    const result = await attempt(step.change, { kisi, begun, signal, clock: deps.clock, deadlineAt });
    await deps.ledger.finish(key, step.change, begun.intentId, result, deps.clock());
  };
}

function attempt(change: Change, input: Attempt): Promise<AttemptResult> {
  switch (change.kind) {
    case 'invite':
      return attemptInvite(input);
    case 'grant':
      return attemptGrant(change, input);
    case 'adjust':
      return attemptAdjust(change, input);
    case 'revoke':
      return attemptRevoke(change, input);
    case 'read':
      return attemptRead(change, input);
  }
}
