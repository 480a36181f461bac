import type { Store } from './store';

/** The tables that lists are answered from. */
export type ListTables = Pick<
  Store,
  | 'places'
  | 'locks'
  | 'groups'
  | 'groupLocks'
  | 'schedules'
  | 'users'
  | 'guests'
  | 'roleAssignments'
  | 'groupLinks'
  | 'integrations'
>;

/** The lists as they are now; later changes do not reach them. */
export function takeSnapshot(store: Store): ListTables {
  return {
    places: store.places.copy(),
    locks: store.locks.copy(),
    groups: store.groups.copy(),
    groupLocks: store.groupLocks.copy(),
    schedules: store.schedules.copy(),
    users: store.users.copy(),
    guests: store.guests.copy(),
    roleAssignments: store.roleAssignments.copy(),
    groupLinks: store.groupLinks.copy(),
    integrations: store.integrations.copy(),
  };
}
