import type { KisiOutcome } from '../domain/outcomes';
import type { GroupHours } from '../domain/opening-hours';
import type { LockGroupRef } from '../domain/plan-doors';
import { MINUTE_MS, type Instant } from '../domain/time';
import { contactOf, describeOutcome, grantRetryAt, problemOf, type Failure } from './attempts/attempt';
import type { BegunLockGroup, KisiForLockGroups, LockGroupResult, LockGroupUpdate } from './lock-group-ports';
import type { JsonObject } from './ports';

/** Everything one step for a one-lock group works with. */
export interface Step {
  readonly kisi: KisiForLockGroups;
  readonly begun: BegunLockGroup;
  readonly ref: LockGroupRef;
  readonly signal: AbortSignal;
  readonly clock: () => Instant;
  readonly deadlineAt: Instant;
}

/** What only an operator can mend is looked at this often. */
export const LOOK_AT_CHANGED_MS = MINUTE_MS;
const LOOK_AT_MISSING_MS = 5 * MINUTE_MS;

/** The group is as it should be. @param held the hours that Kisi was just read to hold, for a group with opening hours */
export function isReady(step: Step, outcome: KisiOutcome<unknown>, held: GroupHours | null = null): LockGroupResult {
  const { begun, clock } = step;
  const update = { ...settled(), status: 'ready', readAt: clock(), ...(held === null ? {} : { hoursHeld: held }) };
  return resultOf(step, outcome, { ...update, status: 'ready' }, readyNote(begun, held));
}

function readyNote({ status, problem, hoursHeld }: BegunLockGroup, held: GroupHours | null): string | null {
  if (problem === 'opening_hours_changed') return 'opening_hours_restored';
  if (status !== 'ready') return 'lock_group_ready';
  return held !== null && hoursHeld === null ? 'opening_hours_written' : null;
}

/** A group of ours that somebody deleted is made again; an adopted one is the operator's. */
export function groupGone(step: Step, outcome: KisiOutcome<unknown>): LockGroupResult {
  const isAdopted = step.begun.origin === 'adopted';
  const note = step.begun.status === 'missing' ? null : 'lock_group_gone';
  const update = { ...settled(), status: 'missing', problem: 'group_missing', readAt: null, hoursHeld: null } as const;
  const kept = isAdopted ? { retryAt: step.clock() + LOOK_AT_MISSING_MS } : { groupId: null };
  return resultOf(step, outcome, { ...update, ...kept }, note);
}

export function settled(): LockGroupUpdate {
  return { problem: null, intentName: null, intentDeadline: null, retryAt: null, failures: 0 };
}

export function failed(step: Step, failure: Failure, update: LockGroupUpdate): LockGroupResult {
  const { begun, clock } = step;
  const isWait = failure.kind === 'wait_until';
  const retryAt = isWait ? failure.at : grantRetryAt(clock(), begun.failures);
  const isOurTurn = isWait && failure.cause === 'no_slot';
  return resultOf(
    step,
    failure,
    {
      ...(isOurTurn ? {} : { problem: problemOf(failure) }),
      failures: isWait ? begun.failures : begun.failures + 1,
      ...update,
      retryAt: Math.max(retryAt, update.intentDeadline ?? 0),
    },
    isWait ? null : 'lock_group_failed',
  );
}

export function resultOf(
  { kisi, ref, begun }: Step,
  outcome: KisiOutcome<unknown>,
  update: LockGroupUpdate,
  note: string | null = null,
  details: JsonObject = {},
): LockGroupResult {
  const ids = { ...ref, groupId: update.groupId ?? begun.groupId };
  return {
    update,
    note: note === null ? null : { kind: note, details: { ...ids, ...describeOutcome(outcome), ...details } },
    contact: contactOf(outcome),
    keySeq: kisi.credential.keySeq,
    clockOffsetMs: kisi.clockOffsetMs(),
    waitUntil: outcome.kind === 'wait_until' ? outcome.at : null,
  };
}
