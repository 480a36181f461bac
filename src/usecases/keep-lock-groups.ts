import { isExactly, LATE_ARRIVAL_MS, type DoorsStep } from '../domain/plan-doors';
import type { KisiOutcome } from '../domain/outcomes';
import { MINUTE_MS, SECOND_MS, type Instant } from '../domain/time';
import { contactOf, describeOutcome, grantRetryAt, problemOf, revokeRetryAt, type Failure } from './attempts/attempt';
import type { IntegrationKey } from './kisi-doors';
import type {
  BegunLockGroup,
  KisiForLockGroups,
  LockGroupResult,
  LockGroupsLedger,
  LockGroupUpdate,
  SeenGroupLock,
} from './lock-group-ports';

/** One deadline covers all requests of a step; then they are certainly over. */
const STEP_DEADLINE_MS = 8 * SECOND_MS;
/** What only an operator can mend is looked at this often. */
const LOOK_AT_CHANGED_MS = MINUTE_MS;
const LOOK_AT_MISSING_MS = 5 * MINUTE_MS;
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

interface Step {
  readonly kisi: KisiForLockGroups;
  readonly begun: BegunLockGroup;
  readonly lockId: number;
  readonly signal: AbortSignal;
  readonly clock: () => Instant;
  readonly deadlineAt: Instant;
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
    const slots = await kisi.reserve(step.kind === 'check_group' ? 2 : 1);
    if (slots.kind === 'wait_until') {
      await deps.ledger.postpone(key, step.lockId, slots.at);
      return { contact: 'answered', waitUntil: slots.at };
    }
    const startedAt = deps.clock();
    const deadlineAt = startedAt + STEP_DEADLINE_MS;
    const begun = await begin(deps, key, step, startedAt, deadlineAt);
    if (begun === null) return nothingDone(startedAt);
    const signal = AbortSignal.timeout(STEP_DEADLINE_MS);
    const { lockId } = step;
    const result = await carryOut(step, { kisi, begun, lockId, signal, clock: deps.clock, deadlineAt });
    await deps.ledger.finish(key, lockId, result, deps.clock());
    deps.kick();
    return { contact: result.contact, waitUntil: result.waitUntil };
  };
}

/** The step was stale: everything is planned again, but not in a circle without a pause. */
function nothingDone(now: Instant): DoorsOutcome {
  return { contact: 'answered', waitUntil: now + SECOND_MS };
}

async function begin(
  { ledger, newMark }: KeepLockGroupsDeps,
  key: IntegrationKey,
  step: LockGroupStep,
  startedAt: Instant,
  deadlineAt: Instant,
): Promise<BegunLockGroup | null> {
  const { lockId } = step;
  if (step.kind === 'find_group') return ledger.look(key, lockId, null);
  const groupId = step.kind === 'check_group' ? step.groupId : null;
  const known = await ledger.look(key, lockId, groupId);
  if (known === null) return null;
  if (step.kind === 'check_group')
    return ledger.begin(key, { lockId, groupId, intentName: null }, startedAt, deadlineAt);
  if (known.mode === 'observe' || known.intentName !== null) return null;
  const intentName = `Latchkey: ${(known.lockName ?? `lock ${lockId}`).slice(0, LONGEST_NAME)} (${newMark()})`;
  return ledger.begin(key, { lockId, groupId, intentName }, startedAt, deadlineAt);
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
  const { kisi, begun, signal, deadlineAt, lockId } = step;
  const made = await kisi.createGroup(
    {
      name: begun.intentName ?? `Latchkey: lock ${lockId}`,
      description: 'Made by Latchkey for exactly one door. Doors that are added here are taken out again.',
      placeId: begun.placeId,
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
  const { kisi, begun, signal, lockId } = step;
  const seen = await kisi.listGroupLocks(groupId, { signal });
  if (seen.kind === 'gone') return groupGone(step, seen);
  if (seen.kind !== 'done') return failed(step, seen, { intentDeadline: null });
  if (isOnlyLock(seen.value, lockId)) return isReady(step, seen);
  if (seen.value.length === 0) {
    // A list filtered by a group that is gone is empty too.
    const group = await kisi.getGroup(groupId, { signal });
    if (group.kind === 'gone') return groupGone(step, group);
    if (group.kind !== 'done') return failed(step, group, { intentDeadline: null });
  }
  if (begun.origin === 'adopted' || begun.mode === 'observe') return isChanged(step, seen);
  return mendGroup(step, groupId, seen.value);
}

async function mendGroup(step: Step, groupId: number, seen: readonly SeenGroupLock[]): Promise<LockGroupResult> {
  const { kisi, lockId, signal } = step;
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
  return isOnlyLock(after.value, lockId) ? isReady(step, after) : notMended(step, { kind: 'already_so' }, true);
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

function isReady(step: Step, outcome: KisiOutcome<unknown>): LockGroupResult {
  const note = step.begun.status === 'ready' ? null : 'lock_group_ready';
  return resultOf(step, outcome, { ...settled(), status: 'ready', readAt: step.clock() }, note);
}

/** Only the operator may mend it; until then nobody gets access through it anew. */
function isChanged(step: Step, outcome: KisiOutcome<unknown>): LockGroupResult {
  const update = { ...settled(), status: 'changed', problem: 'lock_group_changed' } as const;
  const note = step.begun.status === 'changed' ? null : 'lock_group_changed';
  return resultOf(step, outcome, { ...update, retryAt: step.clock() + LOOK_AT_CHANGED_MS }, note);
}

/** A group of ours that somebody deleted is made again; an adopted one is the operator's. */
function groupGone(step: Step, outcome: KisiOutcome<unknown>): LockGroupResult {
  const isAdopted = step.begun.origin === 'adopted';
  const note = step.begun.status === 'missing' ? null : 'lock_group_gone';
  const update = { ...settled(), status: 'missing', problem: 'group_missing', readAt: null } as const;
  const kept = isAdopted ? { retryAt: step.clock() + LOOK_AT_MISSING_MS } : { groupId: null };
  return resultOf(step, outcome, { ...update, ...kept }, note);
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

function settled(): LockGroupUpdate {
  return { problem: null, intentName: null, intentDeadline: null, retryAt: null, failures: 0 };
}

function failed(step: Step, failure: Failure, update: LockGroupUpdate): LockGroupResult {
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

function resultOf(
  { kisi, lockId, begun }: Step,
  outcome: KisiOutcome<unknown>,
  update: LockGroupUpdate,
  note: string | null = null,
): LockGroupResult {
  return {
    update,
    note:
      note === null
        ? null
        : { kind: note, details: { lockId, groupId: update.groupId ?? begun.groupId, ...describeOutcome(outcome) } },
    contact: contactOf(outcome),
    keySeq: kisi.credential.keySeq,
    clockOffsetMs: kisi.clockOffsetMs(),
    waitUntil: outcome.kind === 'wait_until' ? outcome.at : null,
  };
}
