import type { KisiOutcome } from '../domain/outcomes';
import { SECOND_MS, type Instant } from '../domain/time';
import { contactOf } from './attempts/attempt';
import type { IntegrationKey } from './ports';
import { datesOf, NOTHING, wake, type SweepDeps } from './sweep-page';
import type {
  DriftFinding,
  MissingAtKisi,
  MissingSample,
  SweepEnd,
  SweepFailure,
  SweepPageOutcome,
} from './sweep-ports';

/** More than this gone since the last sweep is not believed before Kisi was asked for some of it. */
const BELIEVED_MISSING = 10;
const PROOF_DEADLINE_MS = 8 * SECOND_MS;

/** Begins a sweep; false where there is nothing to sweep. */
export function createBeginSweep({
  ledger,
}: Pick<SweepDeps, 'ledger'>): (key: IntegrationKey, sweepId: string, now: Instant) => Promise<boolean> {
  return (key, sweepId, now) => ledger.begin(key, sweepId, now);
}

/** Says that a sweep failed and why; what it had read by then was compared, and nothing is concluded from the rest. */
export function createFailSweep({
  ledger,
}: Pick<SweepDeps, 'ledger'>): (sweepId: string, failure: SweepFailure, now: Instant) => Promise<void> {
  return (sweepId, failure, now) => ledger.fail(sweepId, failure, now);
}

/**
 * Compares what the ledger has with what a sweep that read every list to its end did not see, some of it at a time.
 *
 * Many that are gone at once are believed only after Kisi was asked for some of them (`prove`). Even then nothing is done
 * about it here: each person's access is read again before anybody acts.
 */
export function createEndSweep(
  deps: SweepDeps,
): (key: IntegrationKey, sweepId: string, now: Instant) => Promise<SweepEnd> {
  return async (key, sweepId, now) => {
    const { ledger, waker } = deps;
    const state = await ledger.stateOf(sweepId);
    if (state === null || !state.isRunning) return { kind: 'failed' };
    if (!state.isAbsenceProved) {
      const { count } = await ledger.sampleMissing(key, sweepId, now);
      if (count > BELIEVED_MISSING) return { kind: 'prove' };
    }
    const missing = await ledger.findMissing(key, sweepId, now);
    await record(deps, key, sweepId, missing, now);
    if (missing.hasMore) return { kind: 'more' };
    waker.wakePersons(await ledger.finish(key, sweepId, now));
    return { kind: 'done' };
  };
}

async function record(
  deps: SweepDeps,
  key: IntegrationKey,
  sweepId: string,
  missing: MissingAtKisi,
  now: Instant,
): Promise<void> {
  const { ledger } = deps;
  const { users: usersReadAt, assignments: assignmentsReadAt } = missing.startedAt;
  const users = missing.users.map((one): DriftFinding => ({
    ...NOTHING,
    ...one,
    code: 'user_missing',
    subject: `user_missing/${one.kisiUserId}`,
    doubts: 'person',
    mayBeLeft: true,
  }));
  const assignments = missing.assignments.map((one): DriftFinding => {
    const isTold = one.isOurs && !one.isGroupMissing;
    return {
      ...NOTHING,
      code: isTold ? 'deleted_outside' : null,
      subject: `deleted_outside/${one.assignmentId}`,
      personId: one.personId,
      groupId: one.groupId,
      kisiUserId: one.kisiUserId,
      kisiAssignmentId: one.assignmentId,
      details: { expected: datesOf(one), found: null },
      doubts: 'assignment',
      mayBeLeft: isTold,
    };
  });
  const groups = missing.groups.map(({ groupId }): DriftFinding => ({
    ...NOTHING,
    code: 'group_missing',
    subject: `group_missing/${groupId}`,
    groupId,
    doubts: 'group',
  }));
  const told = [...groups, ...users];
  if (told.length > 0) wake(deps, key, await ledger.record(key, sweepId, told, { startedAt: usersReadAt, now }));
  if (assignments.length === 0) return;
  wake(deps, key, await ledger.record(key, sweepId, assignments, { startedAt: assignmentsReadAt, now }));
}

/** Asks Kisi for some of what the lists left out. One that is there after all means that the lists cannot be believed. */
export function createProveAbsence(
  deps: SweepDeps,
): (key: IntegrationKey, sweepId: string, now: Instant) => Promise<SweepPageOutcome> {
  return async (key, sweepId, now) => {
    const { ledger, clock } = deps;
    const kisi = await deps.kisiFor(key);
    if (kisi === null) return { kind: 'failed', failure: 'integration_disconnected' };
    const { sample } = await ledger.sampleMissing(key, sweepId, now);
    const slots = await kisi.reserve(Math.max(sample.length, 1));
    if (slots.kind === 'wait_until') return { kind: 'wait', until: slots.at };
    const signal = AbortSignal.timeout(PROOF_DEADLINE_MS);
    for (const one of sample) {
      const found = await ask(kisi, one, signal);
      await ledger.countCalls(sweepId, 1);
      const contact = {
        contact: contactOf(found),
        keySeq: kisi.credential.keySeq,
        clockOffsetMs: kisi.clockOffsetMs(),
      };
      await ledger.noteContact(key, contact, clock());
      if (found.kind === 'done') return { kind: 'failed', failure: 'list_incomplete' };
      if (found.kind === 'wait_until') return { kind: 'wait', until: found.at };
      if (found.kind !== 'gone') return { kind: 'silent' };
    }
    await ledger.absenceProved(sweepId);
    return { kind: 'read', next: null };
  };
}

function ask(
  kisi: NonNullable<Awaited<ReturnType<SweepDeps['kisiFor']>>>,
  { list, id }: MissingSample['sample'][number],
  signal: AbortSignal,
): Promise<KisiOutcome<unknown>> {
  return list === 'users' ? kisi.getUser(id, { signal }) : kisi.getAssignment(id, { signal });
}
