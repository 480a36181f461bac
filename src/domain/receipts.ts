import { SECOND_MS, type Instant } from './time';

/** What a receipt cannot prove; the API and the page say it beside each receipt. */
export const OFFLINE_LIMIT =
  "Proof by Kisi's cloud. Readers and phones that are offline may honour earlier rights for a while, until they hear of it.";

/** The last request that asked Kisi to delete the assignment, and what Kisi answered. Ids and words only. */
export interface DeletionRequest {
  readonly intentId: string;
  /** `access_revoked`, `revoke_unanswered`, `revoke_failed` …: as in the timeline. */
  readonly kind: string;
  /** What Kisi answered to the deletion: `done`, `gone` (it was not there any more), or why not: `unknown`, `refused` … */
  readonly deletion: string;
  /** What Kisi answered when asked for it at once: `gone` proves it. Null where it was not asked. */
  readonly readBack: string | null;
}

/**
 * How the access of one claim came to an end, by what was known when it did. Instants are ISO 8601 in UTC; receipts of
 * earlier versions lack some of it.
 */
export interface DoorEnding {
  /** False: Kisi never had an assignment of ours for it. */
  readonly given?: boolean;
  /** Kisi's assignment on this door is not ours; it was left alone. */
  readonly foreign?: boolean;
  readonly observed?: boolean;
  /** Kisi refused by itself from then on, by the end that the assignment carried. */
  readonly refusedAt?: string | null;
  readonly deletedAt?: string | null;
  readonly verifiedAbsentAt?: string | null;
  readonly attempts?: number;
  readonly request?: DeletionRequest | null;
  /** Entitlements that still gave the door. */
  readonly keptFor?: readonly string[];
  /** With `keptFor`: Kisi refuses until then, because the others come later. */
  readonly opensAgainAt?: string;
  readonly unverified?: boolean;
  readonly writtenOff?: boolean;
  /** Words of people, which may have to be erased: the chain leaves both out. */
  readonly writtenOffBy?: string | null;
  readonly reason?: string | null;
}

/** What a receipt keeps of one door. */
export interface StoredDoor extends DoorEnding {
  readonly claimId: string;
  readonly personId: string;
  readonly integrationId: string;
  readonly groupId: number;
  readonly windowFrom: string;
  readonly windowUntil: string | null;
}

/**
 * How the access on one door ended. `removed`: deleted at Kisi and read back as absent. `kept`: another entitlement still
 * gives it. `never_given`: Kisi never had it. `foreign`: Kisi's assignment is not ours and was left alone. `observed`: the
 * integration only observes. `expired`: nobody could look any more, but Kisi had its end and refuses since. `unverified`:
 * nobody could look, and nothing proves it. `written_off`: the same, and an operator answers for it.
 */
export const DOOR_RESULTS = [
  'removed',
  'kept',
  'never_given',
  'foreign',
  'observed',
  'expired',
  'unverified',
  'written_off',
] as const;
export type DoorResult = (typeof DOOR_RESULTS)[number];

/** Says in one word how the access on a door ended, by what is known. */
export function resultOfDoor(door: StoredDoor): DoorResult {
  if (door.observed === true) return 'observed';
  if (door.unverified === true) {
    if (typeof door.refusedAt === 'string') return 'expired';
    return door.writtenOff === true || door.writtenOffBy !== undefined ? 'written_off' : 'unverified';
  }
  if (door.foreign === true) return 'foreign';
  if (door.given === false) return 'never_given';
  if (typeof door.verifiedAbsentAt === 'string') return 'removed';
  if ((door.keptFor ?? []).length > 0) return 'kept';
  // An earlier version did not say whether it was given.
  return door.given === undefined ? 'never_given' : 'unverified';
}

/** True where something was left that nobody could read back. */
export function isUnverified(doors: readonly StoredDoor[]): boolean {
  return doors.some((door) => door.unverified === true || resultOfDoor(door) === 'unverified');
}

/**
 * How long after it was due the last door closed, in seconds: when Kisi refused by itself or when the assignment was
 * deleted, whichever came first. Never below 0. Null where nothing was taken away, or nobody knows when.
 */
export function lateSecondsOf(dueAt: Instant, doors: readonly StoredDoor[]): number | null {
  const closed = doors.map((door) => closedAt(door, resultOfDoor(door)));
  if (closed.includes('unknown')) return null;
  const instants = closed.filter((at) => typeof at === 'number');
  return instants.length === 0 ? null : Math.max(0, Math.max(...instants) - dueAt) / SECOND_MS;
}

function closedAt(door: StoredDoor, result: DoorResult): Instant | 'unknown' | null {
  if (result === 'unverified' || result === 'written_off') return 'unknown';
  if (result !== 'removed' && result !== 'expired') return null;
  const told = [door.refusedAt, door.deletedAt].filter((at) => typeof at === 'string').map((at) => Date.parse(at));
  if (told.length > 0) return Math.min(...told);
  return typeof door.verifiedAbsentAt === 'string' ? Date.parse(door.verifiedAbsentAt) : 'unknown';
}
