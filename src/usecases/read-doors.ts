import { setTimeout as sleep } from 'node:timers/promises';
import type { KisiFailure, KisiOutcome } from '../domain/outcomes';
import type { ProblemCode } from '../domain/problems';
import { SECOND_MS, type Instant } from '../domain/time';
import { contactOf } from './attempts/attempt';
import type { DoorsOutcome } from './keep-lock-groups';
import {
  toGroup,
  toLock,
  type DoorsLedger,
  type DoorsReading,
  type IntegrationKey,
  type KisiDoor,
  type KisiForDoors,
} from './kisi-doors';

/** Thousands of doors are a dozen pages, each of which waits for its turn at Kisi. */
export const READING_DEADLINE_MS = 45 * SECOND_MS;

export type ReadDoors = (key: IntegrationKey) => Promise<DoorsReading>;

export interface ReadDoorsDeps {
  readonly kisiFor: (key: IntegrationKey) => Promise<KisiForDoors | null>;
  readonly ledger: DoorsLedger;
  readonly clock: () => Instant;
  readonly kick: () => void;
}

/**
 * Reads the places, floors, locks and groups of one Kisi organization to their end and keeps them; mappings are verified by
 * them. What could not be read to its end changes nothing. Of several callers at a time in one process, one reads.
 */
export function createReadDoors(deps: ReadDoorsDeps): ReadDoors {
  const underWay = new Map<string, Promise<DoorsReading>>();
  return (key) => {
    const id = `${key.organizationId}/${key.integrationId}`;
    const known = underWay.get(id);
    if (known !== undefined) return known;
    const reading = readOnce(deps, key).finally(() => void underWay.delete(id));
    underWay.set(id, reading);
    return reading;
  };
}

async function readOnce({ kisiFor, ledger, clock, kick }: ReadDoorsDeps, key: IntegrationKey): Promise<DoorsReading> {
  const kisi = await kisiFor(key);
  if (kisi === null) return { kind: 'failed', problem: 'integration_disconnected', retryAt: null };
  const startedAt = clock();
  const doors = await readSite(kisi, AbortSignal.timeout(READING_DEADLINE_MS));
  const contact = { contact: contactOf(doors), keySeq: kisi.credential.keySeq, clockOffsetMs: kisi.clockOffsetMs() };
  if (doors.kind === 'done') await ledger.replace(key, doors.value, startedAt);
  await ledger.noteContact(key, contact, clock());
  kick();
  if (doors.kind === 'done') return { kind: 'read', readAt: startedAt };
  const retryAt = doors.kind === 'wait_until' ? doors.at : null;
  return { kind: 'failed', problem: readingProblem(doors), retryAt };
}

async function readSite(kisi: KisiForDoors, signal: AbortSignal): Promise<KisiOutcome<readonly KisiDoor[]>> {
  const places = await patiently(signal, () => kisi.listPlaces({ signal }));
  if (places.kind !== 'done') return places;
  const locks = await patiently(signal, () => kisi.listLocks({ signal }));
  if (locks.kind !== 'done') return locks;
  const groups = await patiently(signal, () => kisi.listGroups({ signal }));
  if (groups.kind !== 'done') return groups;
  const floors = new Map<number, string>();
  // Only where a lock names a floor: most sites have none, and each place is a request.
  const withFloors = new Set(locks.value.flatMap((lock) => (lock.floor_id && lock.place_id ? [lock.place_id] : [])));
  for (const placeId of withFloors) {
    const found = await patiently(signal, () => kisi.listFloors(placeId, { signal }));
    // A floor's name is an ornament: where this Kisi has no floors, the doors are shown without.
    if (found.kind === 'gone' || (found.kind === 'refused' && found.reason !== 'key_invalid')) continue;
    if (found.kind !== 'done') return found;
    for (const floor of found.value) floors.set(floor.id, floor.name);
  }
  const names = new Map(places.value.map((place) => [place.id, place.name]));
  const value = [
    ...locks.value.map((lock) => toLock(lock, { places: names, floors })),
    ...groups.value.map((group) => toGroup(group, names)),
  ];
  return { kind: 'done', value };
}

/** A list whose turn has not come yet is asked for again when it has, while there is time. */
async function patiently<T>(signal: AbortSignal, read: () => Promise<KisiOutcome<T>>): Promise<KisiOutcome<T>> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await read();
    if (outcome.kind !== 'wait_until' || outcome.cause !== 'no_slot' || tries >= 5) return outcome;
    const waitMs = Math.max(outcome.at - Date.now(), 0);
    if (waitMs > 5 * SECOND_MS) return outcome;
    try {
      await sleep(waitMs, undefined, { signal });
    } catch {
      return outcome;
    }
  }
}

/** A reading as the `doors` workflow asks for it. */
export function createReadDoorsStep(readDoors: ReadDoors): (key: IntegrationKey) => Promise<DoorsOutcome> {
  return async (key) => {
    const reading = await readDoors(key);
    if (reading.kind === 'read') return { contact: 'answered', waitUntil: null };
    if (reading.retryAt !== null) return { contact: 'answered', waitUntil: reading.retryAt };
    return { contact: reading.problem === 'kisi_key_invalid' ? 'key_refused' : 'silent', waitUntil: null };
  };
}

/** What an operator must be told about a reading that failed. */
export function readingProblem(failure: KisiFailure): ProblemCode {
  switch (failure.kind) {
    case 'wait_until':
      return 'rate_limited';
    case 'unknown':
    case 'unavailable':
      return 'kisi_unavailable';
    case 'refused':
      return failure.reason === 'key_invalid' ? 'kisi_key_invalid' : 'kisi_refused';
    case 'gone':
    case 'already_so':
      return 'kisi_refused';
  }
}
