import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { findRow, idFilter, textMatches } from '../http/params';
import { idField, parseBody } from '../http/parse-body';
import { presentBase, shortGroup, shortLock, shortPlace } from '../http/present';
import { alreadyExists, noContent, notFound, ok, refuse, unprocessable, type Reply } from '../http/reply';
import { emit } from '../rules/events';
import { recordDoorsChanged } from '../rules/history';
import type { GroupLockRow } from '../store/rows';
import type { Store } from '../store/store';

const newSchema = z.object({ group_id: idField, lock_id: idField });

function presentGroupLock(store: Store, row: GroupLockRow) {
  const lock = store.locks.get(row.lockId);
  return {
    ...presentBase('GroupLock', row),
    group_id: row.groupId,
    group: shortGroup(store.groups.get(row.groupId)),
    lock_id: row.lockId,
    lock: shortLock(lock),
    place_id: lock?.placeId ?? null,
    place: shortPlace(store.places.get(lock?.placeId ?? 0)),
  };
}

/** Kisi API: `group_id` is required. */
function listGroupLocks(call: Call): Reply {
  const { lists, simulator } = call;
  const groupId = idFilter(call, 'group_id');
  if (groupId === null) throw refuse(400, '000400', 'group_id is missing');
  const lockId = idFilter(call, 'lock_id');
  const rows = lists.groupLocks
    .by('group', String(groupId))
    .filter((row) => lockId === null || row.lockId === lockId)
    .filter((row) => textMatches(call, [lists.locks.get(row.lockId)?.name]));
  return answerList(call, rows, usualPages, (row) => presentGroupLock(simulator.store, row));
}

/** Kisi API, groups: a place's group holds only that place's doors. */
function createGroupLock(call: Call): Reply {
  const { simulator, actor, now } = call;
  const { store, switches } = simulator;
  const { group_id: groupId, lock_id: lockId } = parseBody(call, 'group_lock', newSchema);
  const group = store.groups.get(groupId);
  const lock = store.locks.get(lockId);
  const isMissing = switches.values.unknown_reference === 'not_found' ? notFound : null;
  if (group === undefined) throw isMissing?.() ?? unprocessable({ group: ['must exist'] });
  if (lock === undefined) throw isMissing?.() ?? unprocessable({ lock: ['must exist'] });
  if (group.placeId !== null && group.placeId !== lock.placeId) {
    throw unprocessable({ lock: ['must belong to the place of the group'] });
  }
  if (store.groupLocks.count('pair', `${groupId}|${lockId}`) > 0) throw alreadyExists();
  const id = store.groupLocks.nextId();
  const row = store.groupLocks.put({ id, createdAt: now, updatedAt: now, groupId, lockId });
  recordDoorsChanged(store, { groupIds: [groupId] }, now);
  emit(simulator, actor, 'group_lock.create', { type: 'GroupLock', id, placeId: lock.placeId });
  return ok(presentGroupLock(store, row));
}

function deleteGroupLock(call: Call): Reply {
  const { simulator, actor, now } = call;
  const row = findRow(call, simulator.store.groupLocks);
  simulator.store.groupLocks.delete(row.id);
  recordDoorsChanged(simulator.store, { groupIds: [row.groupId] }, now);
  emit(simulator, actor, 'group_lock.destroy', { type: 'GroupLock', id: row.id });
  return noContent;
}

export const groupLockRoutes: readonly Route[] = [
  { method: 'get', path: '/group_locks', access: 'admin', isList: true, handle: listGroupLocks },
  { method: 'post', path: '/group_locks', access: 'admin', handle: createGroupLock },
  {
    method: 'get',
    path: '/group_locks/:id',
    access: 'admin',
    handle: (call) => ok(presentGroupLock(call.simulator.store, findRow(call, call.simulator.store.groupLocks))),
  },
  { method: 'delete', path: '/group_locks/:id', access: 'admin', handle: deleteGroupLock },
];
