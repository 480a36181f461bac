import {
  compareHours,
  describeDifference,
  entryKey,
  toGroupHours,
  type GroupHours,
  type HoursDifference,
  type HoursEntry,
  type LocalHours,
} from '../domain/opening-hours';
import type { KisiOutcome } from '../domain/outcomes';
import { revokeRetryAt, type Failure } from './attempts/attempt';
import type { LockGroupResult, SeenSchedule } from './lock-group-ports';
import { failed, groupGone, isReady, LOOK_AT_CHANGED_MS, resultOf, settled, type Step } from './lock-group-results';
import { readGroupHours, type SeenHours } from './read-group-hours';

/** What fits into one step with its readings, at a few requests a second; the rest is for the next step. */
const MOST_WRITES = 10;
const MOST_DESCRIBED = 5;

/**
 * Makes the hours that Kisi holds for a group of ours equal to those of its plan or pass type, and reads them back: only then
 * the group is ready.
 *
 * Nothing is written before the ledger knows that a change of ours is under way (`hoursHeld` is null). So hours that differ
 * from what Kisi was last read to hold were changed by somebody else: that is told, then put right by the next step.
 */
export async function keepGroupHours(step: Step, groupId: number, local: LocalHours): Promise<LockGroupResult> {
  const { kisi, begun, signal, clock } = step;
  const now = clock();
  const wanted = toGroupHours(local, now);
  const seen = await readGroupHours(kisi, groupId, signal);
  if (seen.kind === 'gone') return groupGone(step, seen);
  if (seen.kind !== 'done') return notKept(step, seen);
  const { hours } = seen.value;
  if (compareHours(wanted, hours, now).length === 0) return isReady(step, seen, wanted);
  const { hoursHeld, mode } = begun;
  const byHand = hoursHeld === null ? [] : compareHours(hoursHeld, hours, now);
  if (byHand.length > 0) return changedByHand(step, seen, byHand);
  if (mode === 'observe') {
    return resultOf(step, seen, { ...settled(), status: 'making', retryAt: now + LOOK_AT_CHANGED_MS });
  }
  if (hoursHeld !== null) return resultOf(step, seen, { ...settled(), hoursHeld: null });
  return writeHours(step, groupId, wanted, seen.value);
}

/** Nobody gets in through the group anew until its hours are right again. While we only observe, they are not mended. */
function changedByHand(
  step: Step,
  outcome: KisiOutcome<unknown>,
  differences: readonly HoursDifference[],
): LockGroupResult {
  const { begun, clock } = step;
  const isObserved = begun.mode === 'observe';
  const zone = begun.hoursHeld?.timeZone ?? 'UTC';
  const changes = differences.slice(0, MOST_DESCRIBED).map((one) => describeDifference(one, zone));
  const update = {
    ...settled(),
    ...({ status: 'changed', problem: 'opening_hours_changed' } as const),
    ...(isObserved ? { retryAt: clock() + LOOK_AT_CHANGED_MS } : { hoursHeld: null }),
  };
  const isTold = isObserved && begun.problem === 'opening_hours_changed';
  const result = resultOf(step, outcome, update, isTold ? null : 'opening_hours_changed', { changes });
  return { ...result, note: result.note === null ? null : { ...result.note, isByHand: true } };
}

interface Write {
  readonly send: () => Promise<KisiOutcome<unknown>>;
}

async function writeHours(step: Step, groupId: number, wanted: GroupHours, seen: SeenHours): Promise<LockGroupResult> {
  const { kisi, signal, clock } = step;
  const writes = planWrites(step, groupId, wanted, seen);
  for (const write of writes.slice(0, MOST_WRITES)) {
    const sent = await write.send();
    if (sent.kind !== 'done' && sent.kind !== 'gone' && sent.kind !== 'already_so') return notKept(step, sent);
  }
  const after = await readGroupHours(kisi, groupId, signal);
  if (after.kind === 'gone') return groupGone(step, after);
  if (after.kind !== 'done') return notKept(step, after);
  if (compareHours(wanted, after.value.hours, clock()).length === 0) return isReady(step, after, wanted);
  const left = planWrites(step, groupId, wanted, after.value).length;
  // What Kisi takes and does not keep is tried again with patience, not in a circle.
  if (left >= writes.length) return notKept(step, { kind: 'already_so' });
  return resultOf(step, after, { intentDeadline: null, retryAt: null, failures: 0 });
}

/** The restriction first, then what is to be there, then what is not: nobody stands before a closed door in between. */
function planWrites({ kisi, signal }: Step, groupId: number, wanted: GroupHours, seen: SeenHours): readonly Write[] {
  const { isRestricted, timeZone } = seen.hours;
  const zone = wanted.timeZone;
  const restrictions =
    zone === null || (isRestricted && timeZone === zone)
      ? []
      : [{ send: () => kisi.restrictGroup(groupId, zone, { signal }) }];
  const { missing, extra } = differenceOf(wanted, seen.schedules);
  const pairs = missing.map((entry) => ({ entry, schedule: takeLike(extra, entry) }));
  return [
    ...restrictions,
    ...pairs.map(({ entry, schedule }) => ({
      send: () =>
        schedule === null
          ? kisi.createSchedule(groupId, entry, { signal })
          : kisi.updateSchedule(schedule.id, entry, { signal }),
    })),
    ...extra.map(({ id }) => ({ send: () => kisi.deleteSchedule(id, { signal }) })),
  ];
}

/** Entry by entry: a second schedule for the same is one too many. */
function differenceOf(
  wanted: GroupHours,
  schedules: readonly SeenSchedule[],
): { readonly missing: readonly HoursEntry[]; readonly extra: SeenSchedule[] } {
  const missing = new Map(wanted.entries.map((entry) => [entryKey(entry), entry]));
  const extra = schedules.filter(({ entry }) => !missing.delete(entryKey(entry)));
  return { missing: [...missing.values()], extra };
}

/** Takes a schedule of the same kind out of those that are too many: changing it is one request, and no gap. */
function takeLike(extra: SeenSchedule[], { kind }: HoursEntry): SeenSchedule | null {
  const index = extra.findIndex(({ entry }) => entry.kind === kind);
  return index < 0 ? null : (extra.splice(index, 1)[0] ?? null);
}

/** Hours that are too wide are a wrong door, so this is tried again as soon as a revocation is. */
function notKept(step: Step, failure: Failure): LockGroupResult {
  const { begun, clock, deadlineAt } = step;
  const isOpen = failure.kind === 'unknown';
  const soon = failure.kind === 'wait_until' ? failure.at : revokeRetryAt(clock(), begun.failures);
  const result = failed(step, failure, { intentDeadline: isOpen ? deadlineAt : null });
  const { problem } = begun;
  const update = {
    ...result.update,
    retryAt: isOpen ? deadlineAt : soon,
    ...(problem === 'opening_hours_changed' ? { problem } : {}),
  };
  return { ...result, update };
}
