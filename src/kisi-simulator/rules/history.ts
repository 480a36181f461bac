import type { HistoryKind, RoleAssignmentRow } from '../store/rows';
import { keyOf, type Store } from '../store/store';
import { lockIdsOf } from './access';

/**
 * Notes what a role assignment is from now on, so that a checker can tell for any past instant what each door would have done.
 *
 * From an entry until the next one of the same assignment, it opened `lockIds` within its window if `opens`, else nothing.
 *
 * @param at simulated, epoch milliseconds
 */
export function recordHistory(store: Store, row: RoleAssignmentRow, kind: HistoryKind, at: number): void {
  const user = row.assigneeType === 'User' ? store.users.get(row.assigneeId) : undefined;
  const email = user?.email ?? store.guests.get(row.assigneeType === 'Guest' ? row.assigneeId : 0)?.email ?? null;
  const doors = lockIdsOf(store, row).filter((id) => store.locks.get(id)?.lockedDownSince === null);
  store.history.put({
    id: store.history.nextId(),
    kind,
    at,
    recordedAt: Date.now(),
    assignmentId: row.id,
    userId: row.assigneeType === 'User' ? row.assigneeId : null,
    email,
    groupId: row.targetType === 'Group' ? row.targetId : null,
    lockIds: doors,
    opens: !endings.has(kind) && (user?.accessEnabled ?? true),
    validFrom: row.validFrom,
    validUntil: row.validUntil,
    roleId: row.roleId,
    createdById: row.createdById,
  });
}

const endings: ReadonlySet<HistoryKind> = new Set(['deleted', 'expired_purged', 'user_deleted', 'group_deleted']);

/** Notes the doors of every assignment that a changed lock or group concerns. */
export function recordDoorsChanged(
  store: Store,
  changed: { readonly groupIds: readonly number[]; readonly placeId?: number },
  at: number,
): void {
  const targets = changed.groupIds.map((id) => keyOf('Group', id));
  if (changed.placeId !== undefined) {
    targets.push(keyOf('Place', changed.placeId));
    for (const organization of store.organizations.all()) targets.push(keyOf('Organization', organization.id));
  }
  for (const target of targets) {
    for (const row of store.roleAssignments.by('target', target)) recordHistory(store, row, 'doors_changed', at);
  }
}
