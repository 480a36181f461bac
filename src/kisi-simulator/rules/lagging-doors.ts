import type { Simulator } from '../simulator';
import type { HistoryRow, LockRow, UserRow } from '../store/rows';
import { decide, doorTrouble, isValidAt, isWithinHours, personTrouble, type DoorDecision } from './access';

/**
 * What a door does that has not heard of the last changes: it goes by the rights as they were at `knownAt`, while its clock is right.
 *
 * Places and the organization are not cached: their administrators get the present decision.
 *
 * @param knownAt simulated, epoch milliseconds
 */
export function decideWithLag(
  { store, switches, clock }: Simulator,
  user: UserRow,
  lock: LockRow,
  knownAt: number,
  present: DoorDecision,
): DoorDecision {
  const trouble = doorTrouble(lock);
  if (trouble !== null) return present.allowed ? decide(trouble, present.assignments) : present;
  if (present.assignments.some((row) => row.targetType !== 'Group')) return present;
  if (switches.values.unlock_needs_sign_in === 'on' && personTrouble(user, switches.values) === 'not_signed_in') {
    return present;
  }
  const at = knownAt + switches.values.door_lag_ms;
  // Only rights are cached: schedules are as they are now.
  const isAllowed = ({ groupId }: HistoryRow): boolean =>
    groupId === null || isWithinHours(store, switches.values, { targetType: 'Group', targetId: groupId }, lock, at);
  const known = lastEntries(store.history.all(), user.id, Math.min(knownAt, clock.now()));
  const opens = known.some(
    (entry) => entry.opens && entry.lockIds.includes(lock.id) && isValidAt(entry, at) && isAllowed(entry),
  );
  if (opens) return decide('opens', present.assignments);
  return present.allowed ? decide('access_denied', present.assignments) : present;
}

function lastEntries(history: readonly HistoryRow[], userId: number, until: number): readonly HistoryRow[] {
  const last = new Map<number, HistoryRow>();
  for (const entry of history) if (entry.userId === userId && entry.at <= until) last.set(entry.assignmentId, entry);
  return [...last.values()];
}
