import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { answerList, sitePages } from '../http/paging';
import { findRow, idFilter, textMatches } from '../http/params';
import { parseBody } from '../http/parse-body';
import { noContent, ok, refuse, type Reply } from '../http/reply';
import { emit } from '../rules/events';
import { recordDoorsChanged } from '../rules/history';
import { removeLock } from '../rules/remove';
import { decideForLink, decideForUser, unlock } from '../rules/unlock';
import type { LockRow } from '../store/rows';
import { presentLock, presentReducedLock } from './locks-present';

const changeSchema = z.object({ name: z.string().min(1).optional(), description: z.string().nullish() });

/** Administrators see all locks, users those that they may open now, holders of a link those of its group, in short form. */
function listLocks(call: Call): Reply {
  const { store } = call.simulator;
  const rows = call.lists.locks.all().filter(lockFilter(call));
  const present = call.actor.kind === 'group_link' ? presentReducedLock : presentLock;
  return answerList(call, rows, sitePages, (row) => present(store, row), { name: (row) => row.name });
}

function lockFilter(call: Call): (row: LockRow) => boolean {
  const placeId = idFilter(call, 'place_id');
  const floorId = idFilter(call, 'floor_id');
  const flags = ['configured', 'online', 'locked_down'].map((name) => [name, call.query.get(name)] as const);
  const state = (row: LockRow, name: string): boolean =>
    name === 'configured' ? row.configured : name === 'online' ? row.online : row.lockedDownSince !== null;
  return (row) =>
    (placeId === null || row.placeId === placeId) &&
    (floorId === null || row.floorId === floorId) &&
    flags.every(([name, wanted]) => wanted === null || String(state(row, name)) === wanted) &&
    textMatches(call, [row.name]) &&
    isVisible(call, row);
}

function isVisible({ actor, simulator, now }: Call, row: LockRow): boolean {
  if (actor.kind === 'group_link') {
    return simulator.store.groupLocks.count('pair', `${actor.link.groupId}|${row.id}`) > 0;
  }
  if (actor.kind === 'nobody' || actor.isAdmin) return true;
  return decideForUser(simulator, actor.user, row, now).allowed;
}

function unlockLock(call: Call): Reply {
  const { simulator, actor, now } = call;
  const lock = simulator.store.locks.get(Number(call.params['id']));
  if (lock === undefined) throw refuse(404, 'fad10e', 'Door not found.');
  if (actor.kind === 'nobody') throw refuse(401, simulator.switches.values.invalid_key_code, 'Access denied.');
  const decision =
    actor.kind === 'group_link'
      ? decideForLink(simulator, actor.link, lock, now)
      : decideForUser(simulator, actor.user, lock, now);
  unlock(simulator, actor, lock, decision);
  if (!decision.allowed) throw refuse(decision.status, decision.code ?? 'ffffff', decision.message);
  return ok({ message: decision.message });
}

function changeLockdown(call: Call, isDown: boolean): Reply {
  const { simulator, actor, now } = call;
  const { store } = simulator;
  const before = findRow(call, store.locks);
  const lock = store.locks.put({
    ...before,
    lockedDownSince: isDown ? (before.lockedDownSince ?? now) : null,
    updatedAt: now,
  });
  const groupIds = store.groupLocks.by('lock', String(lock.id)).map((row) => row.groupId);
  recordDoorsChanged(store, { groupIds, placeId: lock.placeId }, now);
  const type = isDown ? 'lock.lock_down' : 'lock.cancel_lockdown';
  emit(simulator, actor, type, { type: 'Lock', id: lock.id, name: lock.name, placeId: lock.placeId });
  return noContent;
}

function updateLock(call: Call): Reply {
  const { simulator, actor, now } = call;
  const before = findRow(call, simulator.store.locks);
  const wanted = parseBody(call, 'lock', changeSchema);
  const lock = simulator.store.locks.put({
    ...before,
    name: wanted.name ?? before.name,
    description: wanted.description === undefined ? before.description : wanted.description,
    updatedAt: now,
  });
  emit(simulator, actor, 'lock.update', { type: 'Lock', id: lock.id, name: lock.name, placeId: lock.placeId });
  return noContent;
}

function deleteLock(call: Call): Reply {
  removeLock(call.simulator, call.actor, findRow(call, call.simulator.store.locks).id);
  return noContent;
}

export const lockRoutes: readonly Route[] = [
  { method: 'get', path: '/locks', access: 'door', isList: true, handle: listLocks },
  {
    method: 'get',
    path: '/locks/:id',
    access: 'admin',
    handle: (call) => ok(presentLock(call.simulator.store, findRow(call, call.simulator.store.locks))),
  },
  { method: 'post', path: '/locks/:id/unlock', access: 'door', handle: unlockLock },
  { method: 'post', path: '/locks/:id/lock_down', access: 'admin', handle: (call) => changeLockdown(call, true) },
  {
    method: 'post',
    path: '/locks/:id/cancel_lockdown',
    access: 'admin',
    handle: (call) => changeLockdown(call, false),
  },
  { method: 'patch', path: '/locks/:id', access: 'admin', handle: updateLock },
  { method: 'delete', path: '/locks/:id', access: 'admin', handle: deleteLock },
];
