import type { KisiOutcome } from '../domain/outcomes';
import type { GroupHours, HoursEntry, LocalHours } from '../domain/opening-hours';
import type { LockGroupOrigin, LockGroupRef, LockGroupStatus } from '../domain/plan-doors';
import type { ProblemCode } from '../domain/problems';
import type { Instant } from '../domain/time';
import type { Contact, IntegrationKey, KisiForDoors, KisiForSeenHours } from './kisi-doors';
import type { JsonObject } from './ports';

interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface SeenGroupLock {
  readonly id: number;
  readonly lock_id: number;
}

/** One schedule of a group. */
export interface SeenSchedule {
  readonly id: number;
  readonly entry: HoursEntry;
}

/** What keeping opening hours asks of Kisi. */
export interface KisiForHours extends KisiForSeenHours {
  /** Lets the group in by its schedules only, meant in this zone. */
  restrictGroup(groupId: number, timeZone: string, options?: CallOptions): Promise<KisiOutcome<void>>;
  createSchedule(groupId: number, entry: HoursEntry, options?: CallOptions): Promise<KisiOutcome<void>>;
  updateSchedule(id: number, entry: HoursEntry, options?: CallOptions): Promise<KisiOutcome<void>>;
  deleteSchedule(id: number, options?: CallOptions): Promise<KisiOutcome<void>>;
}

/** What keeping one-lock groups asks of Kisi. */
export interface KisiForLockGroups
  extends Pick<KisiForDoors, 'credential' | 'getGroup' | 'getLock' | 'clockOffsetMs'>, KisiForHours {
  listGroups(
    options?: CallOptions & { readonly query?: string },
  ): Promise<KisiOutcome<readonly { readonly id: number; readonly name: string }[]>>;
  /** @param group.timeZone set: with its time restriction on from the start, in that zone, so nobody is let in yet */
  createGroup(
    group: {
      readonly name: string;
      readonly description: string;
      readonly placeId: number | null;
      readonly timeZone: string | null;
    },
    options?: CallOptions,
  ): Promise<KisiOutcome<{ readonly id: number }>>;
  listGroupLocks(groupId: number, options?: CallOptions): Promise<KisiOutcome<readonly SeenGroupLock[]>>;
  createGroupLock(
    pair: { readonly groupId: number; readonly lockId: number },
    options?: CallOptions,
  ): Promise<KisiOutcome<{ readonly id: number }>>;
  deleteGroupLock(id: number, options?: CallOptions): Promise<KisiOutcome<void>>;
  reserve(count: number): Promise<{ readonly kind: 'slots' } | { readonly kind: 'wait_until'; readonly at: Instant }>;
}

/** What a step finds when it begins; the row is locked while the intent is written. */
export interface BegunLockGroup {
  readonly mode: 'enforce' | 'observe';
  readonly origin: LockGroupOrigin;
  readonly status: LockGroupStatus;
  readonly groupId: number | null;
  readonly intentName: string | null;
  /** Of an earlier request whose outcome is not known. */
  readonly intentDeadline: Instant | null;
  readonly failures: number;
  readonly problem: ProblemCode | null;
  readonly lockName: string | null;
  readonly placeId: number | null;
  /** The opening hours that the group is for, as they are now; null for the group that everybody shares. */
  readonly hours: LocalHours | null;
  /** What people call the plan or pass type of these hours. */
  readonly hoursName: string | null;
  /** The hours that Kisi was last read to hold as they should be; null while a change of ours is under way. */
  readonly hoursHeld: GroupHours | null;
}

/** What a step leaves of the row. Absent fields stay as they are. */
export interface LockGroupUpdate {
  readonly groupId?: number | null;
  readonly status?: LockGroupStatus;
  readonly problem?: ProblemCode | null;
  readonly intentName?: string | null;
  readonly intentDeadline?: Instant | null;
  readonly retryAt?: Instant | null;
  readonly failures?: number;
  readonly readAt?: Instant | null;
  readonly hoursHeld?: GroupHours | null;
}

export interface LockGroupResult extends Contact {
  /** Kisi asks to be left alone until then. */
  readonly waitUntil: Instant | null;
  readonly update: LockGroupUpdate;
  /** For the timeline, where something happened; what somebody did by hand in Kisi is in the audit log too. */
  readonly note: { readonly kind: string; readonly details: JsonObject; readonly isByHand?: boolean } | null;
}

export interface LockGroupsLedger {
  /** What is known of the row, or null when the step is stale. Writes no intent. */
  look(key: IntegrationKey, ref: LockGroupRef, groupId: number | null): Promise<BegunLockGroup | null>;
  /**
   * Commits the intent of a request that may change something at Kisi. Null when the step is stale: the group is another
   * by now, an earlier request may still be under way, or the integration is not connected.
   */
  begin(
    key: IntegrationKey,
    step: { readonly ref: LockGroupRef; readonly groupId: number | null; readonly intentName: string | null },
    startedAt: Instant,
    deadlineAt: Instant,
  ): Promise<BegunLockGroup | null>;
  /** Whoever has access through this lock is looked at again when that changed. */
  finish(key: IntegrationKey, ref: LockGroupRef, result: LockGroupResult, at: Instant): Promise<void>;
  /** The step had to wait before it began. */
  postpone(key: IntegrationKey, ref: LockGroupRef, until: Instant): Promise<void>;
}
