import type { DoorRule, WantedDoor } from '../domain/entitlement';
import type { DoorMapping } from './door-mappings';
import type { NamedDoor } from './preview-ports';

/** A Kisi group, or a lock whose group does not exist yet. */
export interface DoorRef {
  readonly integrationId: string;
  readonly type: 'group' | 'lock';
  readonly id: number;
}

/** Integration and door in one text; what is the same door has the same key. */
export function doorKeyOf({ integrationId, type, id }: DoorRef): string {
  return `${integrationId}/${type}/${id}`;
}

export function readDoorKey(key: string): DoorRef {
  const [integrationId = '', type, id] = key.split('/');
  return { integrationId, type: type === 'lock' ? 'lock' : 'group', id: Number(id) };
}

/** Turns mappings into the rules of a decision. A lock without a group yet stands for itself: it will have one. */
export function createToRule(
  integrations: ReadonlyMap<string, boolean>,
  doors: readonly NamedDoor[],
): (mapping: DoorMapping) => DoorRule {
  const groups = new Map(
    doors.flatMap(({ integrationId, type, id, groupId }) =>
      type === 'lock' && groupId !== null ? [[`${integrationId}/${id}`, groupId] as const] : [],
    ),
  );
  return ({ integrationId, target, leadMinutes, graceMinutes }) => ({
    integrationId,
    groupId: target.type === 'group' ? target.id : (groups.get(`${integrationId}/${target.id}`) ?? -target.id),
    leadMinutes,
    graceMinutes,
    isConnected: integrations.get(integrationId) === true,
  });
}

/** The door behind a rule's group: a negative one is a lock that has no group yet. */
export function doorOfRule({ integrationId, groupId }: Pick<WantedDoor, 'integrationId' | 'groupId'>): DoorRef {
  return groupId < 0 ? { integrationId, type: 'lock', id: -groupId } : { integrationId, type: 'group', id: groupId };
}
