import type { GroupHours } from '../domain/opening-hours';
import type { KisiOutcome } from '../domain/outcomes';
import type { KisiForSeenHours, SeenGroup } from './kisi-doors';
import type { SeenSchedule } from './lock-group-ports';

/** The hours that Kisi holds for a group, and the schedules that say so. */
export interface SeenHours {
  readonly hours: GroupHours;
  readonly schedules: readonly SeenSchedule[];
}

/** Reads the hours of a group. Kisi goes by the zone of the group or, where it has none, of its place. */
export async function readGroupHours(
  kisi: Pick<KisiForSeenHours, 'getGroup' | 'getPlace' | 'listSchedules'>,
  groupId: number,
  signal: AbortSignal,
): Promise<KisiOutcome<SeenHours>> {
  const group = await kisi.getGroup(groupId, { signal });
  if (group.kind !== 'done') return group;
  const schedules = await kisi.listSchedules(groupId, { signal });
  // The group is there, so it is the list that Kisi does not let us see.
  if (schedules.kind === 'gone')
    return { kind: 'refused', reason: 'other', status: 404, code: null, message: 'refused' };
  if (schedules.kind !== 'done') return schedules;
  const placeId = group.value.place_id ?? null;
  if (group.value.time_restriction_time_zone || placeId === null) {
    return { kind: 'done', value: toSeenHours(group.value, null, schedules.value) };
  }
  const place = await kisi.getPlace(placeId, { signal });
  if (place.kind !== 'done') return place;
  return { kind: 'done', value: toSeenHours(group.value, place.value.time_zone ?? null, schedules.value) };
}

/** @param placeZone the zone of the group's place */
export function toSeenHours(
  group: Pick<SeenGroup, 'time_restriction_enabled' | 'time_restriction_time_zone'>,
  placeZone: string | null,
  schedules: readonly SeenSchedule[],
): SeenHours {
  const hours = {
    isRestricted: group.time_restriction_enabled ?? false,
    timeZone: group.time_restriction_time_zone ?? placeZone,
    entries: schedules.map(({ entry }) => entry),
  };
  return { hours, schedules };
}
