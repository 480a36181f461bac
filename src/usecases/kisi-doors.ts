import type { GroupHours, HoursEntry } from '../domain/opening-hours';
import type { KisiOutcome } from '../domain/outcomes';
import type { LockGroupOrigin, LockGroupStatus } from '../domain/plan-doors';
import type { ProblemCode } from '../domain/problems';
import type { Instant } from '../domain/time';
import type { AttemptResult, KisiCredential } from './attempt-ports';
import type { Page, PageRequest } from './catalogue';
import type { IntegrationKey } from './ports';

export type { IntegrationKey };

export type DoorType = 'lock' | 'group';

/** A lock or a group as Kisi showed it. */
export interface KisiDoor {
  readonly type: DoorType;
  readonly id: number;
  readonly name: string;
  readonly placeId: number | null;
  readonly placeName: string | null;
  readonly floorName: string | null;
  /** Of a lock; null where Kisi does not say, and for groups. */
  readonly isOnline: boolean | null;
  /** Of a group: how many doors it opens. */
  readonly doorCount: number | null;
  /** Of a group that is mapped to something with opening hours: what Kisi holds for it; null where it was not read. */
  readonly hours?: GroupHours | null;
}

/** A door as operators see it: with the group of exactly this lock, where there is one, and how many mappings name it. */
export interface KisiDoorView extends KisiDoor {
  readonly lockGroup: {
    readonly groupId: number | null;
    readonly origin: LockGroupOrigin;
    readonly status: LockGroupStatus;
  } | null;
  readonly mappings: number;
}

export interface DoorFilter {
  readonly type: DoorType | null;
  /** Words that must all be in the name, the place, the floor or the id; case does not matter. */
  readonly query: string | null;
}

interface CallOptions {
  readonly signal?: AbortSignal;
}

interface SeenLock {
  readonly id: number;
  readonly name: string;
  readonly place_id?: number | null | undefined;
  readonly place?: { readonly name: string } | null | undefined;
  readonly floor_id?: number | null | undefined;
  readonly online?: boolean | null | undefined;
}

export interface SeenGroup {
  readonly id: number;
  readonly name: string;
  readonly place_id?: number | null | undefined;
  readonly place?: { readonly name: string } | null | undefined;
  readonly locks_count?: number | null | undefined;
  readonly elevator_stops_count?: number | null | undefined;
  readonly time_restriction_enabled?: boolean | null | undefined;
  readonly time_restriction_time_zone?: string | null | undefined;
}

interface SeenPlace {
  readonly id: number;
  readonly name: string;
  readonly time_zone?: string | null | undefined;
}

/** What reading the opening hours of a group asks of Kisi. */
export interface KisiForSeenHours {
  getGroup(id: number, options?: CallOptions): Promise<KisiOutcome<SeenGroup>>;
  getPlace(id: number, options?: CallOptions): Promise<KisiOutcome<SeenPlace>>;
  listSchedules(
    groupId: number,
    options?: CallOptions,
  ): Promise<KisiOutcome<readonly { readonly id: number; readonly entry: HoursEntry }[]>>;
}

interface Named {
  readonly id: number;
  readonly name: string;
}

/** What reading doors asks of Kisi; every list is read to its end. */
export interface KisiForDoors extends Pick<KisiForSeenHours, 'listSchedules'> {
  readonly credential: KisiCredential;
  listPlaces(options?: CallOptions): Promise<KisiOutcome<readonly SeenPlace[]>>;
  listFloors(placeId: number, options?: CallOptions): Promise<KisiOutcome<readonly Named[]>>;
  listLocks(options?: CallOptions): Promise<KisiOutcome<readonly SeenLock[]>>;
  listGroups(options?: CallOptions): Promise<KisiOutcome<readonly SeenGroup[]>>;
  getLock(id: number, options?: CallOptions): Promise<KisiOutcome<SeenLock>>;
  getGroup(id: number, options?: CallOptions): Promise<KisiOutcome<SeenGroup>>;
  clockOffsetMs(): number;
}

/** Whether Kisi answered, for the health of the integration. */
export interface Contact {
  readonly contact: AttemptResult['contact'];
  /** The key that was answered or refused. */
  readonly keySeq: number;
  readonly clockOffsetMs: number;
}

/** The ledger's side of Kisi's doors. Every call sees one integration of one organization only. */
export interface DoorsLedger {
  /** Null when the organization has no such integration. */
  findState(key: IntegrationKey): Promise<{ readonly isConnected: boolean; readonly readAt: Instant | null } | null>;
  list(key: IntegrationKey, filter: DoorFilter, page: PageRequest): Promise<Page<KisiDoorView>>;
  get(key: IntegrationKey, type: DoorType, id: number): Promise<KisiDoorView | null>;
  /**
   * Replaces everything that is known of the integration's doors with one reading, and verifies its mappings by it, in one
   * transaction. A reading that began before the one that is known is dropped.
   */
  replace(key: IntegrationKey, doors: readonly KisiDoor[], startedAt: Instant): Promise<void>;
  /** Notes one door that Kisi showed between two readings. */
  saveDoor(key: IntegrationKey, door: KisiDoor, at: Instant): Promise<void>;
  noteContact(key: IntegrationKey, contact: Contact, at: Instant): Promise<void>;
}

/** What became of one reading. Plain JSON: histories keep it. */
export type DoorsReading =
  | { readonly kind: 'read'; readonly readAt: Instant }
  | { readonly kind: 'failed'; readonly problem: ProblemCode; readonly retryAt: Instant | null };

/** @returns a lock of Kisi as we keep it */
export function toLock(
  lock: SeenLock,
  names: { readonly places?: ReadonlyMap<number, string>; readonly floors?: ReadonlyMap<number, string> } = {},
): KisiDoor {
  const placeId = lock.place_id ?? null;
  return {
    type: 'lock',
    id: lock.id,
    name: lock.name,
    placeId,
    placeName: nameOf(names.places, placeId) ?? lock.place?.name ?? null,
    floorName: nameOf(names.floors, lock.floor_id ?? null),
    isOnline: lock.online ?? null,
    doorCount: null,
  };
}

/** @returns a group of Kisi as we keep it; stops of an elevator are doors too */
export function toGroup(group: SeenGroup, places?: ReadonlyMap<number, string>): KisiDoor {
  const placeId = group.place_id ?? null;
  const count = group.locks_count ?? null;
  return {
    type: 'group',
    id: group.id,
    name: group.name,
    placeId,
    placeName: nameOf(places, placeId) ?? group.place?.name ?? null,
    floorName: null,
    isOnline: null,
    doorCount: count === null ? null : count + (group.elevator_stops_count ?? 0),
  };
}

function nameOf(names: ReadonlyMap<number, string> | undefined, id: number | null): string | null {
  return id === null ? null : (names?.get(id) ?? null);
}
