import type { Actor } from '../http/call';
import type { Simulator } from '../simulator';
import type { GroupLinkRow, LockRow, UserRow } from '../store/rows';
import { decide, decideUnlock, doorTrouble, isValidAt, type DoorDecision } from './access';
import { emit } from './events';
import { decideWithLag } from './lagging-doors';

/** What the door does for this user; the lag of the hardware, if there is one, is in it. */
export function decideForUser(simulator: Simulator, user: UserRow, lock: LockRow, at: number): DoorDecision {
  const { store, switches } = simulator;
  const decision = decideUnlock(store, switches.values, user, lock, at);
  const lagMs = switches.values.door_lag_ms;
  return lagMs === 0 ? decision : decideWithLag(simulator, user, lock, at - lagMs, decision);
}

/** Kisi API, group links: a link opens the doors of its group within its window; restrictions do not apply to it. */
export function decideForLink({ store }: Simulator, link: GroupLinkRow, lock: LockRow, at: number): DoorDecision {
  if (store.groupLocks.count('pair', `${link.groupId}|${lock.id}`) === 0) return decide('access_denied');
  if (!link.linkEnabled || !isValidAt(link, at)) {
    return { ...decide('no_longer_valid'), code: 'f29aef', message: 'The link is not valid.' };
  }
  return decide(doorTrouble(lock) ?? 'opens');
}

/** Somebody asks the door: decides, writes the event and notes the user's last access. */
export function unlock(simulator: Simulator, actor: Actor, lock: LockRow, decision: DoorDecision): void {
  const { store, clock } = simulator;
  const failure = decision.allowed ? null : { code: decision.code ?? 'ffffff', message: decision.message };
  const object = { type: 'Lock', id: lock.id, name: lock.name, placeId: lock.placeId };
  emit(simulator, actor, 'lock.unlock', object, failure);
  if (!decision.allowed || actor.kind !== 'login') return;
  store.users.put({ ...actor.user, lastAccessedAt: clock.now() });
}
