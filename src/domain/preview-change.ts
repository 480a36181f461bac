import type { Instant } from './time';
import { coversInstant, isOver, mergeWindows, type AccessWindow } from './windows';

/** A window in which somebody may open a door, for one of possibly many reasons. */
export interface PreviewClaim {
  /** Who: the address as people are told apart by. */
  readonly personKey: string;
  /** Which door: integration and group together. */
  readonly doorKey: string;
  readonly window: AccessWindow;
}

export type PreviewEffect = 'gain' | 'lose' | 'change';

/** One stretch of time at one door that would be another: before, after, null where there is nothing. */
export interface DoorChange {
  readonly doorKey: string;
  readonly before: AccessWindow | null;
  readonly after: AccessWindow | null;
}

export interface PersonChange {
  readonly personKey: string;
  readonly effect: PreviewEffect;
  /** Somebody who may open one of these doors now. */
  readonly isInsideNow: boolean;
  /** Somebody who may open one of these doors now and could not any more. */
  readonly losesNow: boolean;
  readonly doors: readonly DoorChange[];
}

/**
 * Says whose access a change would alter, from what everyone concerned may open before and after it.
 *
 * Pure. What counts is the union of all of a person's claims on a door: whoever keeps a door for another reason loses
 * nothing. What is past is left out; what is the same from `now` on is no change. Independent of the order of the claims.
 *
 * @returns those with a change only; whoever may open a door now and would not comes first, then by key
 */
export function previewChange(
  before: readonly PreviewClaim[],
  after: readonly PreviewClaim[],
  now: Instant,
): readonly PersonChange[] {
  const old = byPersonAndDoor(before);
  const fresh = byPersonAndDoor(after);
  const people = [...new Set([...old.keys(), ...fresh.keys()])].sort(compare);
  const changes = people.flatMap((personKey) => {
    const stretches = changedStretches(old.get(personKey) ?? NOWHERE, fresh.get(personKey) ?? NOWHERE, now);
    return stretches.length === 0 ? [] : [describe(personKey, stretches, now)];
  });
  return changes.sort((left, right) => Number(right.losesNow) - Number(left.losesNow));
}

type Doors = ReadonlyMap<string, readonly AccessWindow[]>;
const NOWHERE: Doors = new Map();

function byPersonAndDoor(claims: readonly PreviewClaim[]): Map<string, Map<string, AccessWindow[]>> {
  const people = new Map<string, Map<string, AccessWindow[]>>();
  for (const { personKey, doorKey, window } of claims) {
    const doors = people.get(personKey) ?? new Map<string, AccessWindow[]>();
    people.set(personKey, doors);
    const windows = doors.get(doorKey) ?? [];
    doors.set(doorKey, windows);
    windows.push(window);
  }
  return people;
}

/** What belongs together of one door, and differs: the windows before and after. */
interface Stretch {
  readonly doorKey: string;
  readonly before: readonly AccessWindow[];
  readonly after: readonly AccessWindow[];
}

function changedStretches(before: Doors, after: Doors, now: Instant): Stretch[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort(compare);
  return keys.flatMap((doorKey) =>
    changesOfDoor(doorKey, leftOf(before.get(doorKey), now), leftOf(after.get(doorKey), now), now),
  );
}

function leftOf(windows: readonly AccessWindow[] | undefined, now: Instant): AccessWindow[] {
  return mergeWindows(windows ?? []).filter((window) => !isOver(window, now));
}

/** Stretch by stretch: windows that touch or overlap, before or after, belong together. */
function changesOfDoor(
  doorKey: string,
  before: readonly AccessWindow[],
  after: readonly AccessWindow[],
  now: Instant,
): Stretch[] {
  return mergeWindows([...before, ...after]).flatMap((whole) => {
    const old = before.filter((window) => isWithin(window, whole));
    const fresh = after.filter((window) => isWithin(window, whole));
    return isSame(old, fresh, now) ? [] : [{ doorKey, before: old, after: fresh }];
  });
}

function isWithin(window: AccessWindow, stretch: AccessWindow): boolean {
  return stretch.from <= window.from && (stretch.until === null || window.from < stretch.until);
}

/** Whether both cover the same instants from `now` on. */
function isSame(before: readonly AccessWindow[], after: readonly AccessWindow[], now: Instant): boolean {
  if (before.length !== after.length) return false;
  return before.every(({ from, until }, index) => {
    const other = after[index];
    return other !== undefined && until === other.until && Math.max(from, now) === Math.max(other.from, now);
  });
}

/** From the first start to the last end; the windows are merged and sorted. */
function hull(windows: readonly AccessWindow[]): AccessWindow | null {
  const [first] = windows;
  const last = windows.at(-1);
  return first === undefined || last === undefined ? null : { from: first.from, until: last.until };
}

function describe(personKey: string, stretches: readonly Stretch[], now: Instant): PersonChange {
  const opensNow = (windows: readonly AccessWindow[]): boolean => windows.some((window) => coversInstant(window, now));
  const inside = stretches.filter(({ before }) => opensNow(before));
  const doors = stretches.map(({ doorKey, ...one }) => ({ doorKey, before: hull(one.before), after: hull(one.after) }));
  return {
    personKey,
    effect: effectOf(doors),
    isInsideNow: inside.length > 0,
    losesNow: inside.some(({ after }) => !opensNow(after)),
    doors,
  };
}

function effectOf(doors: readonly DoorChange[]): PreviewEffect {
  if (doors.every(({ after }) => after === null)) return 'lose';
  return doors.every(({ before }) => before === null) ? 'gain' : 'change';
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
