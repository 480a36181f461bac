import { isExactly, LATE_ARRIVAL_MS, type DoorsStep, type LockGroupRef } from '../domain/plan-doors';
import type { KisiOutcome } from '../domain/outcomes';
import { SECOND_MS, type Instant } from '../domain/time';
import { revokeRetryAt, type Failure } from './attempts/attempt';
import { keepGroupHours } from './keep-group-hours';
import type { IntegrationKey } from './kisi-doors';
import type {
  BegunLockGroup,
  KisiForLockGroups,
  LockGroupResult,
  LockGroupsLedger,
  SeenGroupLock,
} from './lock-group-ports';
import { failed, groupGone, isReady, LOOK_AT_CHANGED_MS, resultOf, settled, type Step } from './lock-group-results';

/** One deadline covers all requests of a step; then they are certainly over. */
const STEP_DEADLINE_MS = 8 * SECOND_MS;
const LONGEST_NAME = 80;

export type LockGroupStep = Exclude<DoorsStep, { readonly kind: 'read_doors' }>;

/** Whether Kisi answered, and how long it wants us to wait. Plain JSON: histories keep it. */
export interface DoorsOutcome {
  readonly contact: 'answered' | 'silent' | 'key_refused';
  readonly waitUntil: Instant | null;
}

export interface KeepLockGroupsDeps {
  readonly ledger: LockGroupsLedger;
  readonly kisiFor: (key: IntegrationKey) => Promise<KisiForLockGroups | null>;
  readonly clock: () => Instant;
  /** A short text that no other group of ours has in its name. */
  readonly newMark: () => string;
  readonly kick: () => void;
}

/**
 * Carries out one step for the Kisi group of exactly one lock: makes it, looks for one that was asked for without an
 * answer, or looks into it and mends it. One bounded attempt, whose outcome is a value in the ledger.
 *
 * An intent is committed before anything is written. A group is ours by its stored id, or by the name of an open intent;
 * never by its name alone. Nothing is written for an integration that only observes, or to a group that was adopted.
 */
export function createKeepLockGroups(
  deps: KeepLockGroupsDeps,
): (key: IntegrationKey, step: LockGroupStep) => Promise<DoorsOutcome> {
  return async (key, step) => {
    const kisi = await deps.kisiFor(key);
    if (kisi === null) return nothingDone(deps.clock());
    const ref = refOf(step);
    const slots = await kisi.reserve(slotsOf(step));
    if (slots.kind === 'wait_until') {
      await deps.ledger.postpone(key, ref, slots.at);
      return { contact: 'answered', waitUntil: slots.at };
    }
    const startedAt = deps.clock();
    const deadlineAt = startedAt + STEP_DEADLINE_MS;
    const begun = await begin(deps, key, step, startedAt, deadlineAt);
    if (begun === null) return nothingDone(startedAt);
    const signal = AbortSignal.timeout(STEP_DEADLINE_MS);
    const result = await carryOut(step, { kisi, begun, ref, signal, clock: deps.clock, deadlineAt });
    await deps.ledger.finish(key, ref, result, deps.clock());
    deps.kick();
    return { contact: result.contact, waitUntil: result.waitUntil };
  };
}

/** The step was stale: everything is planned again, but not in a circle without a pause. */
function nothingDone(now: Instant): DoorsOutcome {
  return { contact: 'answered', waitUntil: now + SECOND_MS };
}

function refOf({ lockId, hoursOf }: LockGroupStep): LockGroupRef {
  return hoursOf === undefined ? { lockId } : { lockId, hoursOf };
}

/** The requests that every such step makes. */
function slotsOf(step: LockGroupStep): number {
  if (step.kind !== 'check_group') return 1;
  return step.hoursOf === undefined ? 2 : 3;
}

async function begin(
  { ledger, newMark }: KeepLockGroupsDeps,
  key: IntegrationKey,
  step: LockGroupStep,
  startedAt: Instant,
  deadlineAt: Instant,
): Promise<BegunLockGroup | null> {
  const ref = refOf(step);
  if (step.kind === 'find_group') return ledger.look(key, ref, null);
  const groupId = step.kind === 'check_group' ? step.groupId : null;
  const known = await ledger.look(key, ref, groupId);
  if (known === null) return null;
  if (step.kind === 'check_group') return ledger.begin(key, { ref, groupId, intentName: null }, startedAt, deadlineAt);
  if (known.mode === 'observe' || known.intentName !== null) return null;
  const door = known.lockName ?? `lock ${step.lockId}`;
  const name = known.hoursName === null ? door : `${door}, hours of ${known.hoursName}`;
  const intentName = `Latchkey: ${name.slice(0, LONGEST_NAME)} (${newMark()})`;
  return ledger.begin(key, { ref, groupId, intentName }, startedAt, deadlineAt);
}

function carryOut(step: LockGroupStep, input: Step): Promise<LockGroupResult> {
  switch (step.kind) {
    case 'make_group':
      return makeGroup(input);
    case 'find_group':
      return findGroup(input);
    case 'check_group':
      return checkGroup(input, step.groupId);
  }
}

async function makeGroup(step: Step): Promise<LockGroupResult> {
  const { kisi, begun, signal, deadlineAt, ref } = step;
  const made = await kisi.createGroup(
    {
      name: begun.intentName ?? `Latchkey: lock ${ref.lockId}`,
      description: 'Made by Latchkey for exactly one door. Doors that are added here are taken out again.',
      placeId: begun.placeId,
      timeZone: begun.hours?.timeZone ?? null,
    },
    { signal },
  );
  switch (made.kind) {
    case 'done':
      return resultOf(step, made, { ...settled(), groupId: made.value.id, status: 'making' }, 'lock_group_made');
    case 'unknown':
      return resultOf(step, made, { status: 'making', problem: 'kisi_unavailable', retryAt: deadlineAt });
    case 'already_so':
      // Only a request of ours can have this name: see whether Kisi has it.
      return resultOf(step, made, { status: 'making', intentDeadline: null, retryAt: null });
    case 'gone':
    case 'refused':
    case 'unavailable':
    case 'wait_until':
      return failed(step, made, { status: 'wanted', intentName: null, intentDeadline: null });
  }
}

/** The answer was lost: whether Kisi made the group is found out by the name of the intent, which no other group has. */
async function findGroup(step: Step): Promise<LockGroupResult> {
  const { kisi, begun, signal, clock } = step;
  const { intentName } = begun;
  if (intentName === null) return resultOf(step, { kind: 'gone' }, {});
  const mark = /\(([^()]+)\)$/.exec(intentName)?.[1] ?? intentName;
  const found = await kisi.listGroups({ query: mark, signal });
  if (found.kind !== 'done') return failed(step, found, {});
  const [first] = found.value.filter((group) => group.name === intentName).sort((left, right) => left.id - right.id);
  if (first !== undefined) {
    return resultOf(step, found, { ...settled(), groupId: first.id, status: 'making' }, 'lock_group_found');
  }
  const goneAt = (begun.intentDeadline ?? 0) + LATE_ARRIVAL_MS;
  if (clock() < goneAt) return resultOf(step, found, { retryAt: goneAt });
  return resultOf(step, found, { ...settled(), status: 'wanted' });
}

async function checkGroup(step: Step, groupId: number): Promise<LockGroupResult> {
  const { kisi, begun, signal } = step;
  const { lockId } = step.ref;
  const seen = await kisi.listGroupLocks(groupId, { signal });
  if (seen.kind === 'gone') return groupGone(step, seen);
  if (seen.kind !== 'done') return failed(step, seen, { intentDeadline: null });
  if (isOnlyLock(seen.value, lockId)) return hasItsLock(step, groupId, seen);
  if (seen.value.length === 0) {
    // A list filtered by a group that is gone is empty too.
    const group = await kisi.getGroup(groupId, { signal });
    if (group.kind === 'gone') return groupGone(step, group);
    if (group.kind !== 'done') return failed(step, group, { intentDeadline: null });
  }
  if (begun.origin === 'adopted' || begun.mode === 'observe') return isChanged(step, seen);
  return mendGroup(step, groupId, seen.value);
}

/** Its lock is as it should be; where it is for opening hours, they must be too before anybody gets in through it. */
async function hasItsLock(step: Step, groupId: number, seen: KisiOutcome<unknown>): Promise<LockGroupResult> {
  return step.begun.hours === null ? isReady(step, seen) : keepGroupHours(step, groupId, step.begun.hours);
}

async function mendGroup(step: Step, groupId: number, seen: readonly SeenGroupLock[]): Promise<LockGroupResult> {
  const { kisi, signal } = step;
  const { lockId } = step.ref;
  const others = seen.filter((one) => one.lock_id !== lockId);
  for (const other of others) {
    const deleted = await kisi.deleteGroupLock(other.id, { signal });
    if (deleted.kind !== 'done' && deleted.kind !== 'gone') return notMended(step, deleted, true);
  }
  if (others.length === seen.length) {
    const added = await kisi.createGroupLock({ groupId, lockId }, { signal });
    if (added.kind === 'gone') return lockOrGroupGone(step, groupId, added);
    if (added.kind !== 'done' && added.kind !== 'already_so') return notMended(step, added, false);
  }
  const after = await kisi.listGroupLocks(groupId, { signal });
  if (after.kind !== 'done') return notMended(step, after, others.length > 0);
  if (!isOnlyLock(after.value, lockId)) return notMended(step, { kind: 'already_so' }, true);
  return hasItsLock(step, groupId, after);
}

/** A 404 on adding the lock says only that the group or the lock is gone: ask which. */
async function lockOrGroupGone(step: Step, groupId: number, gone: Failure): Promise<LockGroupResult> {
  const group = await step.kisi.getGroup(groupId, { signal: step.signal });
  if (group.kind === 'gone') return groupGone(step, group);
  return failed(step, gone, { status: 'making', intentDeadline: null });
}

function isOnlyLock(seen: readonly SeenGroupLock[], lockId: number): boolean {
  return isExactly(
    seen.map((one) => one.lock_id),
    lockId,
  );
}

/** Only the operator may mend it; until then nobody gets access through it anew. */
function isChanged(step: Step, outcome: KisiOutcome<unknown>): LockGroupResult {
  const update = { ...settled(), status: 'changed', problem: 'lock_group_changed' } as const;
  const note = step.begun.status === 'changed' ? null : 'lock_group_changed';
  return resultOf(step, outcome, { ...update, retryAt: step.clock() + LOOK_AT_CHANGED_MS }, note);
}

/** Other doors in a group of ours are wrong doors, so this is tried again as soon as a revocation is. */
function notMended(step: Step, failure: Failure, hasOthers: boolean): LockGroupResult {
  const { clock, begun, deadlineAt } = step;
  if (!hasOthers) {
    const isOpen = failure.kind === 'unknown';
    return failed(step, failure, { status: 'making', intentDeadline: isOpen ? deadlineAt : null });
  }
  const soon = failure.kind === 'wait_until' ? failure.at : revokeRetryAt(clock(), begun.failures);
  return resultOf(
    step,
    failure,
    {
      status: 'changed',
      problem: 'lock_group_changed',
      intentDeadline: failure.kind === 'unknown' ? deadlineAt : null,
      retryAt: failure.kind === 'unknown' ? deadlineAt : soon,
      failures: begun.failures + 1,
    },
    'lock_group_not_mended',
  );
}
