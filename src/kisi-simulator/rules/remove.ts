import type { Actor } from '../http/call';
import type { Simulator } from '../simulator';
import type { GroupRow, GuestRow, HistoryKind, RoleAssignmentRow, UserRow } from '../store/rows';
import { keyOf } from '../store/store';
import { emit } from './events';
import { recordDoorsChanged, recordHistory } from './history';

/** Deletes an assignment, with its event and its last line in the history. */
export function removeAssignment(
  simulator: Simulator,
  actor: Actor,
  row: RoleAssignmentRow,
  kind: HistoryKind = 'deleted',
): void {
  const { store, clock } = simulator;
  recordHistory(store, row, kind, clock.now());
  store.roleAssignments.delete(row.id);
  emit(simulator, actor, 'role_assignment.destroy', { type: 'RoleAssignment', id: row.id });
}

/** Deletes a user and what hangs on it: assignments and keys. */
export function removeUser(simulator: Simulator, actor: Actor, user: UserRow): void {
  const { store } = simulator;
  for (const row of store.roleAssignments.by('assignee', keyOf('User', user.id))) {
    removeAssignment(simulator, actor, row, 'user_deleted');
  }
  for (const login of store.logins.by('user', String(user.id))) store.logins.delete(login.id);
  store.users.delete(user.id);
  emit(simulator, actor, 'user.destroy', { type: 'User', id: user.id, name: user.name });
}

/** Deletes a guest and what hangs on it. */
export function removeGuest(simulator: Simulator, actor: Actor, guest: GuestRow): void {
  const { store } = simulator;
  for (const row of store.roleAssignments.by('assignee', keyOf('Guest', guest.id))) {
    removeAssignment(simulator, actor, row, 'user_deleted');
  }
  store.guests.delete(guest.id);
  emit(simulator, actor, 'guest.destroy', { type: 'Guest', id: guest.id, name: guest.name });
}

/** Deletes a group and what hangs on it: assignments, links, schedules and its doors' memberships. */
export function removeGroup(simulator: Simulator, actor: Actor, group: GroupRow): void {
  const { store } = simulator;
  for (const row of store.roleAssignments.by('target', keyOf('Group', group.id))) {
    removeAssignment(simulator, actor, row, 'group_deleted');
  }
  for (const link of store.groupLinks.by('group', String(group.id))) {
    store.groupLinks.delete(link.id);
    emit(simulator, actor, 'group_link.destroy', { type: 'GroupLink', id: link.id, name: link.name });
  }
  for (const groupLock of store.groupLocks.by('group', String(group.id))) store.groupLocks.delete(groupLock.id);
  for (const schedule of store.schedules.by('group', String(group.id))) store.schedules.delete(schedule.id);
  store.groups.delete(group.id);
  emit(simulator, actor, 'group.destroy', { type: 'Group', id: group.id, name: group.name, placeId: group.placeId });
}

/** Deletes a lock and takes it out of its groups. */
export function removeLock(simulator: Simulator, actor: Actor, lockId: number): void {
  const { store, clock } = simulator;
  const lock = store.locks.get(lockId);
  if (lock === undefined) return;
  const groupLocks = store.groupLocks.by('lock', String(lockId));
  for (const groupLock of groupLocks) store.groupLocks.delete(groupLock.id);
  store.locks.delete(lockId);
  recordDoorsChanged(store, { groupIds: groupLocks.map((row) => row.groupId), placeId: lock.placeId }, clock.now());
  emit(simulator, actor, 'lock.destroy', { type: 'Lock', id: lockId, name: lock.name, placeId: lock.placeId });
}
