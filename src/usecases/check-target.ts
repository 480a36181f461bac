import type { KisiOutcome } from '../domain/outcomes';
import { MINUTE_MS, SECOND_MS, type Instant } from '../domain/time';
import { toGroup, toLock, type DoorsLedger, type DoorType, type IntegrationKey, type KisiForDoors } from './kisi-doors';

/** Whoever saves something waits no longer than this for Kisi. */
const DEADLINE_MS = 5 * SECOND_MS;
/** What was read this recently counts without asking again. */
const FRESH_MS = MINUTE_MS;

/** Whether Kisi has a lock or a group; `unknown` where it could not be asked. */
export type Existence = 'exists' | 'missing' | 'unknown';

export type LookUpDoor = (key: IntegrationKey, type: DoorType, id: number) => Promise<Existence>;
export type CheckTarget = (
  organizationId: string,
  integrationId: string,
  type: DoorType,
  kisiId: number,
) => Promise<Existence>;

interface Deps {
  readonly kisiFor: (key: IntegrationKey) => Promise<KisiForDoors | null>;
  readonly ledger: DoorsLedger;
  readonly clock: () => Instant;
}

/** Asks Kisi for one door by its id, and notes it where it exists. */
export function createLookUpDoor({ kisiFor, ledger, clock }: Deps): LookUpDoor {
  return async (key, type, id) => {
    const kisi = await kisiFor(key);
    if (kisi === null) return 'unknown';
    const options = { signal: AbortSignal.timeout(DEADLINE_MS) };
    const door =
      type === 'lock'
        ? mapDone(await kisi.getLock(id, options), (lock) => toLock(lock))
        : mapDone(await kisi.getGroup(id, options), (group) => toGroup(group));
    if (door.kind === 'gone') return 'missing';
    if (door.kind !== 'done') return 'unknown';
    await ledger.saveDoor(key, door.value, clock());
    return 'exists';
  };
}

/**
 * Says whether what a mapping names exists at Kisi: from the ledger where Kisi was read within a minute, else by asking.
 * Never throws for anything that Kisi does.
 */
export function createCheckTarget(deps: Deps & { readonly lookUpDoor: LookUpDoor }): CheckTarget {
  const { ledger, clock } = deps;
  return async (organizationId, integrationId, type, kisiId) => {
    const key = { organizationId, integrationId };
    const state = await ledger.findState(key);
    if (state === null || !state.isConnected) return 'unknown';
    const isFresh = state.readAt !== null && clock() - state.readAt <= FRESH_MS;
    if (isFresh && (await ledger.get(key, type, kisiId)) !== null) return 'exists';
    return deps.lookUpDoor(key, type, kisiId);
  };
}

function mapDone<T, U>(outcome: KisiOutcome<T>, map: (value: T) => U): KisiOutcome<U> {
  return outcome.kind === 'done' ? { kind: 'done', value: map(outcome.value) } : outcome;
}
