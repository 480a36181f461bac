import { keyOf, type Store } from '../store/store';
import type { TargetType } from '../store/rows';

export interface Role {
  readonly id: string;
  readonly appliesTo: TargetType;
  readonly name: string;
  readonly description: string;
  /** Whether it opens doors. */
  readonly canUnlock: boolean;
}

/** Kisi API: `group_basic`, `group_manager` and `administrator` are known to exist, the place role's id is a guess. */
export const roles: readonly Role[] = [
  {
    id: 'group_basic',
    appliesTo: 'Group',
    name: 'Basic',
    description: 'Can unlock the doors of the group.',
    canUnlock: true,
  },
  {
    id: 'group_manager',
    appliesTo: 'Group',
    name: 'Manager',
    description: 'Can unlock the doors of the group and manage its users.',
    canUnlock: true,
  },
  {
    id: 'place_administrator',
    appliesTo: 'Place',
    name: 'Place administrator',
    description: 'Can unlock and manage everything in a place.',
    canUnlock: true,
  },
  {
    id: 'administrator',
    appliesTo: 'Organization',
    name: 'Administrator',
    description: 'Can unlock and manage everything in the organization.',
    canUnlock: true,
  },
];

export function findRole(id: string): Role | undefined {
  return roles.find((role) => role.id === id);
}

/** Whether the user's keys may manage the organization; ends at once when the assignment is deleted. */
export function isAdministrator(store: Store, userId: number): boolean {
  return store.roleAssignments
    .by('assignee', keyOf('User', userId))
    .some((row) => row.targetType === 'Organization' && row.roleId === 'administrator');
}
