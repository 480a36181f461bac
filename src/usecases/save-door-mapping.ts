import type { Instant } from '../domain/time';
import type { Actor } from './catalogue';
import type { CheckTarget } from './check-target';
import type { CheckCurrent, DoorMapping, DoorMappings, DoorMappingView, MappingRefusal } from './door-mappings';

export type SaveDoorMapping = (
  actor: Actor,
  mapping: DoorMapping,
  check: CheckCurrent,
) => Promise<DoorMappingView | MappingRefusal | 'target_missing'>;

/**
 * Saves a door mapping whose door Kisi shows. Where Kisi cannot be asked, the mapping is saved all the same and verified
 * when Kisi is read next.
 *
 * `check` sees what is there and throws where it must not be replaced: once before Kisi is asked, and once more under the
 * lock of the transaction that saves, so nobody's change is overwritten meanwhile.
 */
export function createSaveDoorMapping(deps: {
  readonly catalogue: Pick<DoorMappings, 'getDoorMapping' | 'refuseMappings' | 'saveDoorMapping'>;
  readonly checkTarget: CheckTarget;
  readonly clock: () => Instant;
}): SaveDoorMapping {
  const { catalogue, checkTarget, clock } = deps;
  return async (actor, mapping, check) => {
    const { organizationId } = actor;
    const [refusal] = await catalogue.refuseMappings(organizationId, [mapping]);
    if (refusal) return refusal;
    const before = await catalogue.getDoorMapping(organizationId, mapping.id);
    check(before);
    // A mapping whose door is gone can still be turned off.
    const isTurnedOff = !mapping.enabled && before !== null && hasSameTarget(before, mapping);
    const { integrationId, target } = mapping;
    const answer = isTurnedOff ? 'unknown' : await checkTarget(organizationId, integrationId, target.type, target.id);
    if (answer === 'missing') return 'target_missing';
    return catalogue.saveDoorMapping(actor, mapping, { check, verifiedAt: answer === 'exists' ? clock() : null });
  };
}

function hasSameTarget(left: DoorMapping, right: DoorMapping): boolean {
  return (
    left.integrationId === right.integrationId &&
    left.target.type === right.target.type &&
    left.target.id === right.target.id
  );
}
