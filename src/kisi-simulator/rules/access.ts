import type { LockRow, RoleAssignmentRow, UserRow } from '../store/rows';
import { keyOf, type Store } from '../store/store';
import type { SwitchValues } from '../switches';
import { letsInAt } from './hours';
import { findRole } from './roles';

/** Why a door opens or stays shut. */
export type DoorReason =
  | 'opens'
  | 'lock_unknown'
  | 'user_unknown'
  | 'access_disabled'
  | 'not_signed_in'
  | 'access_denied'
  | 'not_yet_valid'
  | 'no_longer_valid'
  | 'outside_hours'
  | 'lock_locked_down'
  | 'lock_not_configured'
  | 'lock_offline';

export interface DoorDecision {
  readonly allowed: boolean;
  readonly reason: DoorReason;
  readonly status: number;
  /** Kisi's error code; null when the door opens. */
  readonly code: string | null;
  readonly message: string;
  /** Assignments that cover the door, whether they are valid at that instant or not. */
  readonly assignments: readonly RoleAssignmentRow[];
}

/** Kisi API, error codes: what an unlock answers in each case. */
const answers: Readonly<Record<DoorReason, readonly [status: number, code: string | null, message: string]>> = {
  opens: [200, null, 'Unlocked!'],
  lock_unknown: [404, 'fad10e', 'Door not found.'],
  user_unknown: [403, 'fcd8ef', 'Access denied.'],
  access_disabled: [403, 'fcd8ff', 'Access disabled.'],
  not_signed_in: [403, 'fcd8ef', 'Access denied.'],
  access_denied: [403, 'fcd8ef', 'Access denied.'],
  not_yet_valid: [403, 'f358de', 'Access right is not yet valid.'],
  no_longer_valid: [403, 'f35ade', 'Access right is no longer valid.'],
  outside_hours: [403, '34ffaa', 'Access right is not valid at this time.'],
  lock_locked_down: [403, 'fad001', 'Door is locked down.'],
  lock_not_configured: [409, 'fad105', 'Door is misconfigured.'],
  lock_offline: [503, 'fac001', 'Controller is offline.'],
};

export function decide(reason: DoorReason, assignments: readonly RoleAssignmentRow[] = []): DoorDecision {
  const [status, code, message] = answers[reason];
  return { allowed: reason === 'opens', reason, status, code, message, assignments };
}

/** Half-open: from the first instant, up to but not at the last. */
export function isValidAt(window: { validFrom: number | null; validUntil: number | null }, at: number): boolean {
  return (window.validFrom ?? -Infinity) <= at && at < (window.validUntil ?? Infinity);
}

export function lockIdsOf(store: Store, row: Pick<RoleAssignmentRow, 'targetType' | 'targetId'>): number[] {
  if (row.targetType === 'Group') {
    return store.groupLocks.by('group', String(row.targetId)).map((groupLock) => groupLock.lockId);
  }
  if (row.targetType === 'Place') return store.locks.by('place', String(row.targetId)).map((lock) => lock.id);
  return store.locks.all().map((lock) => lock.id);
}

function covers(store: Store, row: RoleAssignmentRow, lock: LockRow): boolean {
  if (findRole(row.roleId)?.canUnlock !== true) return false;
  if (row.targetType === 'Group') return store.groupLocks.count('pair', `${row.targetId}|${lock.id}`) > 0;
  return row.targetType === 'Organization' || row.targetId === lock.placeId;
}

/** What is wrong with the door itself, or null. */
export function doorTrouble(lock: LockRow): DoorReason | null {
  if (lock.lockedDownSince !== null) return 'lock_locked_down';
  if (!lock.configured) return 'lock_not_configured';
  return lock.online ? null : 'lock_offline';
}

/** Why this person is refused whatever the door, or null. */
export function personTrouble(user: UserRow, switches: SwitchValues): DoorReason | null {
  if (!user.accessEnabled) return 'access_disabled';
  return switches.unlock_needs_sign_in === 'on' && !user.confirmed && !user.managed ? 'not_signed_in' : null;
}

/** What the door does when this user asks at this instant (epoch ms): the one rule for the API and the control plane. */
export function decideUnlock(
  store: Store,
  switches: SwitchValues,
  user: UserRow,
  lock: LockRow,
  at: number,
): DoorDecision {
  const assignments = store.roleAssignments
    .by('assignee', keyOf('User', user.id))
    .filter((row) => covers(store, row, lock));
  const trouble = personTrouble(user, switches);
  if (trouble !== null) return decide(trouble, assignments);
  if (assignments.length === 0) return decide('access_denied');
  if (!assignments.some((row) => isValidAt(row, at))) {
    const isComing = assignments.some((row) => (row.validFrom ?? -Infinity) > at);
    return decide(isComing ? 'not_yet_valid' : 'no_longer_valid', assignments);
  }
  const isOpen = (row: RoleAssignmentRow): boolean =>
    isValidAt(row, at) && isWithinHours(store, switches, row, lock, at);
  if (!assignments.some(isOpen)) return decide('outside_hours', assignments);
  return decide(doorTrouble(lock) ?? 'opens', assignments);
}

/** Kisi API, schedules: only a group has hours; an administrator of a place or the organization comes in at any time. */
export function isWithinHours(
  store: Store,
  switches: SwitchValues,
  row: Pick<RoleAssignmentRow, 'targetType' | 'targetId'>,
  lock: LockRow,
  at: number,
): boolean {
  const group = row.targetType === 'Group' ? store.groups.get(row.targetId) : undefined;
  return group === undefined || letsInAt(store, switches, group, lock, at);
}
