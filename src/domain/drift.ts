import { SECOND_MS, type Instant } from './time';
import { coversWindow, isOver, type AccessWindow } from './windows';

/** What a sweep can find that is not as the ledger has it, closed. */
export const DRIFT_CODES = [
  'deleted_outside',
  'modified_outside',
  'foreign_assignment',
  'user_missing',
  'user_disabled',
  'group_missing',
  'lock_group_changed',
] as const;
export type DriftCode = (typeof DRIFT_CODES)[number];

/**
 * How it stands: `open` waits for a decision, `repairing` is being put right, `left` stays as it is by decision, `adopted`
 * is ours now, `closed` is no longer so.
 */
export const DRIFT_STATUSES = ['open', 'repairing', 'left', 'adopted', 'closed'] as const;
export type DriftStatus = (typeof DRIFT_STATUSES)[number];

export const DRIFT_DECISIONS = ['repair', 'leave', 'adopt'] as const;
export type DriftDecision = (typeof DRIFT_DECISIONS)[number];

/** An organization's policy for access of ours that somebody changed in Kisi: put it right, or leave it and tell. */
export const DRIFT_REPAIRS = ['repair', 'report'] as const;
export type DriftRepair = (typeof DRIFT_REPAIRS)[number];

/** Kisi documents its instants with whole seconds. */
const SAME_INSTANT_MS = SECOND_MS;
/** The role that we give; any other in our groups is somebody else's business. */
const OUR_ROLE = 'group_basic';

/** A role assignment as a page showed it. */
export interface SeenAssignment {
  readonly id: number;
  readonly roleId: string;
  readonly groupId: number | null;
  readonly userId: number | null;
  readonly validFrom: Instant | null;
  readonly validUntil: Instant | null;
  readonly createdByUserId: number | null;
}

/** What the ledger has about the user and group of a seen assignment. */
export interface KnownAssignment {
  readonly seenId: number;
  readonly personId: string;
  /** Null: the ledger has nothing for this person and group. */
  readonly presence: 'present' | 'absent' | 'uncertain' | null;
  readonly isOurs: boolean;
  readonly assignmentId: number | null;
  readonly validFrom: Instant | null;
  readonly validUntil: Instant | null;
  /** A write of ours once named this very assignment. */
  readonly wasOurs: boolean;
  /** Grants of ours whose outcome is or was unknown. */
  readonly asked: readonly { readonly window: AccessWindow; readonly kisiUserId: number | null }[];
}

interface Dates {
  readonly validFrom: Instant | null;
  readonly validUntil: Instant | null;
}

/**
 * One thing that a page showed and the ledger has otherwise.
 *
 * - `modified`: ours with other dates; `isWider` when it opens at an instant at which it should not.
 * - `came_back`: ours by a stored id, and the ledger has it as gone.
 * - `unsure`: to be read again by whoever keeps this person's access; nothing to tell anybody.
 * - `foreign`: in one of our groups and not ours.
 */
export type AssignmentFinding =
  | {
      readonly kind: 'modified';
      readonly seen: SeenAssignment;
      readonly known: KnownAssignment;
      readonly isWider: boolean;
    }
  | { readonly kind: 'came_back'; readonly seen: SeenAssignment; readonly known: KnownAssignment }
  | { readonly kind: 'unsure'; readonly seen: SeenAssignment; readonly known: KnownAssignment }
  | { readonly kind: 'foreign'; readonly seen: SeenAssignment; readonly personId: string | null };

/**
 * Compares a page of Kisi's role assignments with the ledger.
 *
 * Pure, and independent of order. What the ledger holds as uncertain is left out: it is read anyway. Who made an assignment
 * says nothing by itself: ours is what we hold or held a stored id for, or may have asked for.
 *
 * @param ourGroups the groups that door mappings open
 * @param now on Kisi's clock
 */
export function compareAssignments(
  seen: readonly SeenAssignment[],
  known: readonly KnownAssignment[],
  { ourGroups, now }: { readonly ourGroups: ReadonlySet<number>; readonly now: Instant },
): AssignmentFinding[] {
  return seen.flatMap((one) => {
    const candidates = known.filter(({ seenId }) => seenId === one.id);
    // A Kisi user whose address changed may be two persons of ours: whoever holds it counts.
    const holder = candidates.find(({ assignmentId }) => assignmentId === one.id) ?? candidates[0] ?? null;
    return compare(one, holder, ourGroups, now);
  });
}

function compare(
  seen: SeenAssignment,
  known: KnownAssignment | null,
  ourGroups: ReadonlySet<number>,
  now: Instant,
): AssignmentFinding[] {
  if (seen.groupId === null || seen.userId === null) return [];
  const foreign: AssignmentFinding[] =
    ourGroups.has(seen.groupId) && !isOver(windowOf(seen), now)
      ? [{ kind: 'foreign', seen, personId: known?.personId ?? null }]
      : [];
  if (known === null) return foreign;
  if (known.presence === 'uncertain') return [];
  const isHeld = known.presence === 'present' && known.assignmentId === seen.id;
  if (isHeld && known.isOurs) {
    return hasSameDates(known, seen) ? [] : [{ kind: 'modified', seen, known, isWider: isWider(seen, known) }];
  }
  if (known.wasOurs) return [{ kind: 'came_back', seen, known }];
  if (known.asked.some((asked) => mayBe(seen, asked))) return [{ kind: 'unsure', seen, known }];
  // Beside what the ledger has as ours, that is not there any more: the end of the sweep tells it.
  const isNews = isHeld ? !hasSameDates(known, seen) : !(known.presence === 'present' && known.isOurs);
  return isNews && foreign.length > 0 ? [...foreign, { kind: 'unsure', seen, known }] : foreign;
}

/** True for an assignment that an operator may hand over: what we could have given ourselves. */
export function isAdoptable({ roleId }: Pick<SeenAssignment, 'roleId'>): boolean {
  return roleId === OUR_ROLE;
}

function mayBe(seen: SeenAssignment, { window, kisiUserId }: KnownAssignment['asked'][number]): boolean {
  return (
    seen.createdByUserId !== null &&
    (kisiUserId === null || kisiUserId === seen.createdByUserId) &&
    hasSameDates(seen, { validFrom: window.from, validUntil: window.until })
  );
}

function hasSameDates(left: Dates, right: Dates): boolean {
  return isSame(left.validFrom, right.validFrom) && isSame(left.validUntil, right.validUntil);
}

function isSame(left: Instant | null, right: Instant | null): boolean {
  if (left === null || right === null) return left === right;
  return Math.abs(left - right) < SAME_INSTANT_MS;
}

function isWider(seen: Dates, known: Dates): boolean {
  const { from, until } = windowOf(known);
  const allowed = { from: from - SAME_INSTANT_MS, until: until === null ? null : until + SAME_INSTANT_MS };
  return !coversWindow(allowed, windowOf(seen));
}

function windowOf({ validFrom, validUntil }: Dates): AccessWindow {
  return { from: validFrom ?? Number.NEGATIVE_INFINITY, until: validUntil };
}
