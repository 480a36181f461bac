import { HOUR_MS, MINUTE_MS, SECOND_MS, earliest, type Instant } from './time';

export const LOCK_GROUP_STATUSES = ['wanted', 'making', 'ready', 'changed', 'missing'] as const;

/**
 * How far the Kisi group of exactly one lock is: `wanted` and `making` until Kisi has it with its lock, `ready`, `changed`
 * when it was seen with other doors than its own, `missing` when it was seen no more.
 */
export type LockGroupStatus = (typeof LOCK_GROUP_STATUSES)[number];
export type LockGroupOrigin = 'made' | 'adopted';

/** A one-lock group that an enabled mapping needs, as a plan sees it. */
export interface LockGroupView {
  readonly lockId: number;
  /** Whose opening hours it has; '' for the one without, which everybody else shares. */
  readonly hoursOf: string;
  readonly groupId: number | null;
  readonly status: LockGroupStatus;
  /** A group of this name was asked for, and whether Kisi made it is not known. */
  readonly intentName: string | null;
  /** A request of ours may be under way until then. */
  readonly intentDeadline: Instant | null;
  readonly retryAt: Instant | null;
  /** When its locks were last seen to be as they should; null when there is reason to look again. */
  readonly readAt: Instant | null;
  /** Whether the lock was there when Kisi's doors were last read. */
  readonly isLockKnown: boolean;
}

export interface DoorsView {
  readonly mode: 'enforce' | 'observe';
  readonly isConnected: boolean;
  readonly hasMappings: boolean;
  /** A mapping whose target was never looked for at Kisi. */
  readonly hasUnverified: boolean;
  readonly doorsReadAt: Instant | null;
  readonly groups: readonly LockGroupView[];
}

/** Which of our one-lock groups; `hoursOf` is absent for the one without opening hours. */
export interface LockGroupRef {
  readonly lockId: number;
  readonly hoursOf?: string;
}

/** One thing to do at Kisi; `check_group` also mends what it finds. */
export type DoorsStep =
  | { readonly kind: 'read_doors' }
  | ({ readonly kind: 'make_group' } & LockGroupRef)
  | ({ readonly kind: 'find_group' } & LockGroupRef)
  | ({ readonly kind: 'check_group'; readonly groupId: number } & LockGroupRef);

export interface DoorsPlan {
  readonly next: DoorsStep | null;
  readonly lookAgainAt: Instant | null;
  /** Nothing to attend to until something changes. */
  readonly isFinished: boolean;
}

const READ_EVERY_MS = 5 * MINUTE_MS;
const READ_UNVERIFIED_EVERY_MS = MINUTE_MS;
/** Doors swapped one for one do not show in the number of a group's doors, so each group is also looked into now and then. */
const CHECK_EVERY_MS = HOUR_MS;
/** Nothing else shows that somebody changed opening hours, and they are a closed door. */
const CHECK_HOURS_EVERY_MS = READ_EVERY_MS;
/** A request for a group that nobody saw yet may still arrive: it is looked for once more this long after. */
export const LATE_ARRIVAL_MS = 30 * SECOND_MS;

/**
 * Says what is to be done next so that every lock mapping has the Kisi group of exactly its lock, and Kisi's doors are
 * known well enough.
 *
 * Pure. One step at a time: after each outcome everything is planned again.
 *
 * @param pauseUntil Kisi did not answer: nothing is asked of it before that
 */
export function planDoors(view: DoorsView, now: Instant, pauseUntil: Instant): DoorsPlan {
  if (!view.isConnected || !view.hasMappings) return { next: null, lookAgainAt: null, isFinished: true };
  const due = [readingDue(view), ...view.groups.flatMap((group) => groupDue(group, view.mode))];
  const ready = pauseUntil > now ? undefined : due.find((one) => one.at === null || one.at <= now);
  const lookAgainAt = Math.max(earliest(due.map((one) => one.at ?? now)) ?? now, pauseUntil, now);
  return { next: ready?.step ?? null, lookAgainAt: ready ? now + MINUTE_MS : lookAgainAt, isFinished: false };
}

interface Due {
  readonly step: DoorsStep;
  /** Null: now. */
  readonly at: Instant | null;
}

function readingDue({ doorsReadAt, hasUnverified }: DoorsView): Due {
  const everyMs = hasUnverified ? READ_UNVERIFIED_EVERY_MS : READ_EVERY_MS;
  return { step: { kind: 'read_doors' }, at: doorsReadAt === null ? null : doorsReadAt + everyMs };
}

function groupDue(group: LockGroupView, mode: DoorsView['mode']): Due[] {
  const { lockId, hoursOf, groupId, intentDeadline, retryAt } = group;
  const ref = hoursOf === '' ? { lockId } : { lockId, hoursOf };
  const at =
    intentDeadline === null || retryAt === null ? (intentDeadline ?? retryAt) : Math.max(intentDeadline, retryAt);
  if (groupId !== null) return [{ step: { kind: 'check_group', ...ref, groupId }, at: checkAt(group, at) }];
  if (group.intentName !== null) return [{ step: { kind: 'find_group', ...ref }, at }];
  if (mode === 'observe' || !group.isLockKnown) return [];
  return [{ step: { kind: 'make_group', ...ref }, at }];
}

function checkAt({ status, readAt, hoursOf }: LockGroupView, waitsUntil: Instant | null): Instant | null {
  if (status !== 'ready' || readAt === null) return waitsUntil;
  return Math.max(readAt + (hoursOf === '' ? CHECK_EVERY_MS : CHECK_HOURS_EVERY_MS), waitsUntil ?? 0);
}

/** What is known of a group's locks. `changed`: others than its own are in it, or its own is not. */
export function isExactly(lockIds: readonly number[], lockId: number): boolean {
  return lockIds.length === 1 && lockIds[0] === lockId;
}
