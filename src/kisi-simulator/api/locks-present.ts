import { presentBase, shortPlace, toTimestampOrNull } from '../http/present';
import type { LockRow } from '../store/rows';
import type { Store } from '../store/store';

/** A lock as an administrator sees it. */
export function presentLock(store: Store, row: LockRow) {
  return {
    ...presentBase('Lock', row),
    name: row.name,
    description: row.description,
    place_id: row.placeId,
    place: shortPlace(store.places.get(row.placeId)),
    floor_id: row.floorId,
    configured: row.configured,
    online: row.online,
    open: null,
    unlocked: false,
    locked_down: row.lockedDownSince !== null,
    locked_down_since: toTimestampOrNull(row.lockedDownSince),
    on_scheduled_unlock: false,
    latitude: null,
    longitude: null,
    geofence_restriction_enabled: false,
    geofence_restriction_radius: null,
    reader_restriction_enabled: false,
    time_restriction_enabled: false,
    time_restriction_time_zone: null,
    first_to_arrive_enabled: false,
    order_id: row.id,
    groups_count: store.groupLocks.count('lock', String(row.id)),
    unlocked_until: null,
  };
}

/** What the holder of an access link sees of a lock. */
export function presentReducedLock(store: Store, row: LockRow) {
  return { id: row.id, resource_type: 'Lock', name: row.name, place: shortPlace(store.places.get(row.placeId)) };
}
