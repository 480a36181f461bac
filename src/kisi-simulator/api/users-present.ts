import { organizationIdOf, presentBase, toTimestampOrNull } from '../http/present';
import type { UserRow } from '../store/rows';
import { keyOf, type Store } from '../store/store';

/** A user as Kisi shows it, `confirmed` and `groups_count` among it although deprecated. */
export function presentUser(store: Store, row: UserRow) {
  return {
    ...presentBase('User', row),
    name: row.name,
    email: row.email,
    access_enabled: row.accessEnabled,
    scim_access_enabled: true,
    last_accessed_at: toTimestampOrNull(row.lastAccessedAt),
    notes: row.notes,
    metadata: row.metadata,
    image: row.image,
    otp_required_for_login: false,
    password_flow_enabled: row.passwordFlowEnabled,
    organization_id: organizationIdOf(store),
    confirmed: row.confirmed,
    groups_count: store.roleAssignments
      .by('assignee', keyOf('User', row.id))
      .filter((assignment) => assignment.targetType === 'Group').length,
  };
}
