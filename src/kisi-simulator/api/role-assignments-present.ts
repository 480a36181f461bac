import {
  organizationOf,
  presentBase,
  shortGroup,
  shortOrganization,
  shortPlace,
  toTimestampOrNull,
} from '../http/present';
import type { RoleAssignmentRow } from '../store/rows';
import type { Store } from '../store/store';
import { presentUser } from './users-present';

/** A role assignment as Kisi shows it: the new names and the deprecated ones side by side. */
export function presentRoleAssignment(store: Store, row: RoleAssignmentRow) {
  const { targetType, targetId, assigneeType, assigneeId } = row;
  const user = assigneeType === 'User' ? store.users.get(assigneeId) : undefined;
  const guest = assigneeType === 'Guest' ? store.guests.get(assigneeId) : undefined;
  const scope = targetType.toLowerCase();
  return {
    ...presentBase('RoleAssignment', row),
    role_id: row.roleId,
    notify: row.notify,
    applies_to_type: targetType,
    applies_to_id: targetId,
    applies_to: { id: targetId, resource_type: targetType, name: targetName(store, row) },
    assignee_type: assigneeType,
    assignee_id: assigneeId,
    assignee: {
      id: assigneeId,
      resource_type: assigneeType,
      email: user?.email ?? guest?.email ?? null,
      name: user?.name ?? guest?.name ?? null,
    },
    created_by_type: row.createdById === null ? null : 'User',
    created_by_id: row.createdById,
    user_id: assigneeType === 'User' ? assigneeId : null,
    assignee_team_id: null,
    guest_id: assigneeType === 'Guest' ? assigneeId : null,
    issued_by_id: row.createdById,
    type: scope,
    scope,
    ...presentTarget(store, row),
    ...(user === undefined ? {} : { user: presentUser(store, user) }),
  };
}

function targetName(store: Store, { targetType, targetId }: RoleAssignmentRow): string | null {
  if (targetType === 'Group') return store.groups.get(targetId)?.name ?? null;
  if (targetType === 'Place') return store.places.get(targetId)?.name ?? null;
  return organizationOf(store)?.name ?? null;
}

/** Kisi API: only group assignments have a window. */
function presentTarget(store: Store, row: RoleAssignmentRow) {
  if (row.targetType === 'Group') {
    return {
      group_id: row.targetId,
      group: shortGroup(store.groups.get(row.targetId)),
      valid_from: toTimestampOrNull(row.validFrom),
      valid_until: toTimestampOrNull(row.validUntil),
    };
  }
  if (row.targetType === 'Place') {
    return { place_id: row.targetId, place: shortPlace(store.places.get(row.targetId)) };
  }
  return { organization_id: row.targetId, organization: shortOrganization(organizationOf(store)) };
}
