import { AppError } from '../domain/errors';
import type { KisiOutcome } from '../domain/outcomes';
import { isExactly } from '../domain/plan-doors';
import { SECOND_MS, type Instant } from '../domain/time';
import type { Actor } from './catalogue';
import type { DoorsLedger, IntegrationKey, KisiDoorView } from './kisi-doors';
import type { KisiForLockGroups, SeenGroupLock } from './lock-group-ports';

/** Whoever saves something waits no longer than this for Kisi. */
const DEADLINE_MS = 8 * SECOND_MS;

export interface AdoptInput {
  readonly integrationId: string;
  readonly lockId: number;
  readonly groupId: number;
}

export type AdoptLockGroup = (actor: Actor, input: AdoptInput) => Promise<KisiDoorView>;

/**
 * Hands an existing Kisi group of exactly one lock over to us, by an operator: lock mappings give access through it from
 * then on. Nothing is ever written to its doors.
 *
 * @throws AppError not_found, invalid_request, conflict, kisi_unreachable
 */
export function createAdoptLockGroup(deps: {
  readonly doors: Pick<DoorsLedger, 'findState' | 'get' | 'saveDoor'>;
  readonly saveAdopted: (
    actor: Actor,
    input: AdoptInput,
    now: Instant,
  ) => Promise<'saved' | 'group_taken' | 'under_way'>;
  readonly lookUpLock: (key: IntegrationKey, lockId: number) => Promise<'exists' | 'missing' | 'unknown'>;
  readonly kisiFor: (key: IntegrationKey) => Promise<KisiForLockGroups | null>;
  readonly clock: () => Instant;
  readonly kick: () => void;
}): AdoptLockGroup {
  return async (actor, input) => {
    const { integrationId, lockId, groupId } = input;
    const key = { organizationId: actor.organizationId, integrationId };
    if ((await deps.doors.findState(key)) === null) {
      throw new AppError('not_found', 'There is no integration with this id.');
    }
    const kisi = await deps.kisiFor(key);
    if (kisi === null) throw new AppError('conflict', 'This integration is not connected. Connect it first.');
    const lock = await deps.lookUpLock(key, lockId);
    if (lock === 'unknown') throw unreachable();
    if (lock === 'missing') throw new AppError('not_found', 'Kisi has no lock with this id.');
    await checkGroup(deps.doors, key, kisi, input);
    const saved = await deps.saveAdopted(actor, input, deps.clock());
    if (saved === 'group_taken') throw new AppError('conflict', `The group ${groupId} serves another lock already.`);
    if (saved === 'under_way') {
      throw new AppError('conflict', 'A change of the group of this lock is under way. Try again in a few seconds.');
    }
    deps.kick();
    const door = await deps.doors.get(key, 'lock', lockId);
    if (door === null) throw new AppError('not_found', 'Kisi has no lock with this id.');
    return door;
  };
}

async function checkGroup(
  doors: Pick<DoorsLedger, 'get'>,
  key: IntegrationKey,
  kisi: KisiForLockGroups,
  { groupId, lockId }: AdoptInput,
): Promise<void> {
  const options = { signal: AbortSignal.timeout(DEADLINE_MS) };
  const group = await kisi.getGroup(groupId, options);
  if (group.kind === 'gone') {
    const message = 'expected the id of a group that exists in Kisi';
    throw new AppError('invalid_request', `groupId: ${message}`, { fields: [{ field: 'groupId', message }] });
  }
  const locks: KisiOutcome<readonly SeenGroupLock[]> =
    group.kind === 'done' ? await kisi.listGroupLocks(groupId, options) : group;
  if (group.kind !== 'done' || locks.kind !== 'done') throw unreachable();
  const ids = locks.value.map((one) => one.lock_id);
  if (!ids.includes(lockId)) throw new AppError('conflict', 'This group does not open this lock.');
  const stops = group.value.elevator_stops_count ?? 0;
  if (isExactly(ids, lockId) && stops === 0) return;
  const others = await Promise.all(
    ids
      .filter((id) => id !== lockId)
      .slice(0, 10)
      .map((id) => nameOf(doors, key, id)),
  );
  const names = [...others, ...(stops > 0 ? [`${stops} stops of an elevator`] : [])].join(', ');
  throw new AppError('conflict', `This group opens other doors too: ${names}. Choose a group of this lock only.`);
}

async function nameOf(doors: Pick<DoorsLedger, 'get'>, key: IntegrationKey, lockId: number): Promise<string> {
  const door = await doors.get(key, 'lock', lockId);
  return door === null ? `lock ${lockId}` : `${door.name} (${lockId})`;
}

function unreachable(): AppError {
  return new AppError('kisi_unreachable', 'Kisi could not be asked about this group. Try again later.');
}
