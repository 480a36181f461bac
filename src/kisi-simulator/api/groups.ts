import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { findRow, idFilter, textMatches } from '../http/params';
import { idField, parseBody } from '../http/parse-body';
import { noContent, ok, unprocessable, type Reply } from '../http/reply';
import { presentBase, shortPlace } from '../http/present';
import { emit } from '../rules/events';
import { removeGroup } from '../rules/remove';
import type { GroupRow } from '../store/rows';
import type { Simulator } from '../simulator';
import { keyOf } from '../store/store';

const flagNames = [
  'login_enabled',
  'geofence_restriction_enabled',
  'primary_device_restriction_enabled',
  'managed_device_restriction_enabled',
  'reader_restriction_enabled',
  'time_restriction_enabled',
  'tap_to_access_restriction_enabled',
] as const;

const flag = z.boolean().optional();
const changeable = {
  description: z.string().nullish(),
  login_enabled: flag,
  geofence_restriction_enabled: flag,
  primary_device_restriction_enabled: flag,
  managed_device_restriction_enabled: flag,
  reader_restriction_enabled: flag,
  time_restriction_enabled: flag,
  tap_to_access_restriction_enabled: flag,
  time_restriction_time_zone: z.string().refine(isTimeZone).nullish(),
};
const newSchema = z.object({ ...changeable, name: z.string().min(1), place_id: idField.nullish() });
const changeSchema = z.object({ ...changeable, name: z.string().min(1).optional() });

function presentGroup({ store, switches }: Simulator, row: GroupRow) {
  const usersCount = store.roleAssignments.count('targetUsers', keyOf('Group', row.id));
  return {
    ...presentBase('Group', row),
    name: row.name,
    description: row.description,
    place_id: row.placeId,
    ...(row.placeId === null ? {} : { place: shortPlace(store.places.get(row.placeId)) }),
    ...Object.fromEntries(flagNames.map((name) => [name, row.flags[name] ?? name === 'login_enabled'])),
    geofence_restriction_radius: null,
    users_count: usersCount,
    locks_count: store.groupLocks.count('group', String(row.id)),
    elevator_stops_count: 0,
    members_count: usersCount,
    time_restriction_time_zone: switches.values.group_time_zone === 'honoured' ? row.timeZone : null,
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function listGroups(call: Call): Reply {
  const { lists, query, simulator } = call;
  const lockId = idFilter(call, 'lock_id');
  const placeId = idFilter(call, 'place_id');
  const scope = query.get('scope');
  // No elevators are simulated, so no group has a stop.
  const rows = query.has('elevator_stop_id') ? [] : lists.groups.all();
  const found = rows.filter(
    (row) =>
      (lockId === null || lists.groupLocks.count('pair', `${row.id}|${lockId}`) > 0) &&
      (placeId === null || row.placeId === placeId) &&
      (scope === null || (scope === 'place') === (row.placeId !== null)) &&
      textMatches(call, [row.name]),
  );
  return answerList(call, found, usualPages, (row) => presentGroup(simulator, row), { name: (row) => row.name });
}

function createGroup(call: Call): Reply {
  const { simulator, actor, now } = call;
  const { store } = simulator;
  const wanted = parseBody(call, 'group', newSchema);
  const placeId = wanted.place_id ?? null;
  if (placeId !== null && store.places.get(placeId) === undefined) throw unprocessable({ place: ['must exist'] });
  refuseTakenName(call, wanted.name);
  const row = store.groups.put({
    id: store.groups.nextId(),
    createdAt: now,
    updatedAt: now,
    name: wanted.name,
    description: wanted.description ?? null,
    placeId,
    flags: flagsOf(wanted),
    timeZone: wanted.time_restriction_time_zone ?? null,
  });
  emit(simulator, actor, 'group.create', { type: 'Group', id: row.id, name: row.name, placeId });
  return ok(presentGroup(simulator, row));
}

function refuseTakenName({ simulator }: Call, name: string): void {
  if (simulator.switches.values.group_names === 'not_unique') return;
  if (simulator.store.groups.count('name', name) > 0) throw unprocessable({ name: ['has already been taken'] });
}

function flagsOf(wanted: Readonly<Record<string, unknown>>): Record<string, boolean> {
  const given = flagNames.flatMap((name) => {
    const value = wanted[name];
    return typeof value === 'boolean' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}

function updateGroup(call: Call): Reply {
  const { simulator, actor, now } = call;
  const before = findRow(call, simulator.store.groups);
  const wanted = parseBody(call, 'group', changeSchema);
  if (wanted.name !== undefined && wanted.name !== before.name) refuseTakenName(call, wanted.name);
  simulator.store.groups.put({
    ...before,
    name: wanted.name ?? before.name,
    description: wanted.description === undefined ? before.description : wanted.description,
    flags: { ...before.flags, ...flagsOf(wanted) },
    timeZone: wanted.time_restriction_time_zone === undefined ? before.timeZone : wanted.time_restriction_time_zone,
    updatedAt: now,
  });
  emit(simulator, actor, 'group.update', { type: 'Group', id: before.id, name: before.name, placeId: before.placeId });
  return noContent;
}

function deleteGroup(call: Call): Reply {
  removeGroup(call.simulator, call.actor, findRow(call, call.simulator.store.groups));
  return noContent;
}

export const groupRoutes: readonly Route[] = [
  { method: 'get', path: '/groups', access: 'admin', isList: true, handle: listGroups },
  { method: 'post', path: '/groups', access: 'admin', handle: createGroup },
  {
    method: 'get',
    path: '/groups/:id',
    access: 'admin',
    handle: (call) => ok(presentGroup(call.simulator, findRow(call, call.simulator.store.groups))),
  },
  { method: 'patch', path: '/groups/:id', access: 'admin', handle: updateGroup },
  { method: 'delete', path: '/groups/:id', access: 'admin', handle: deleteGroup },
];
