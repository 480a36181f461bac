import { instantOf, localMoment, nextDate, nextLocalTime, type LocalInstant } from './calendar';
import { decideEnded, decideUnsaid, type DoorRule, type EntitlementDecision } from './entitlement';
import type { PassDetails, PassFacts } from './pass-facts';
import { HOUR_MS, type Instant } from './time';
import { decideDoors, isSpent, NO_MINUTES, wholeWindow } from './wanted-doors';
import type { AccessWindow } from './windows';

/** When a pass ends beside the end that it may have itself. */
export type PassEnds =
  | { readonly type: 'given' }
  | { readonly type: 'after_hours'; readonly hours: number }
  /** `HH:MM`, and `24:00` for the end of the day. */
  | { readonly type: 'at_closing'; readonly time: string };

export const USES_COUNTED_BY = ['platform', 'unlock_days'] as const;
export type UsesCountedBy = (typeof USES_COUNTED_BY)[number];

/** What a pass type says of its passes. */
export interface PassTerms {
  readonly ends: PassEnds;
  /** Who says how many uses are used: the platform, or the days on which the member unlocked a door. */
  readonly usesCountedBy: UsesCountedBy;
  /** Of the pass type's location, IANA; null: it has none, so what needs a clock gives nothing. */
  readonly zone: string | null;
}

export interface PassDecisionInput {
  readonly facts: PassFacts;
  /** The mappings of its pass type. */
  readonly rules: readonly DoorRule[];
  readonly passType: PassTerms;
  /** The days on which the member unlocked a door of the pass, as `useDayOf` names them; those before the pass do not count. */
  readonly unlockDays: readonly string[];
  readonly now: Instant;
}

/**
 * Says which doors a pass opens and when, from what was said about it, its type, and the mappings of its type.
 *
 * Pure. It begins and ends at the times it says; only minutes of the mapping itself make it longer. It ends with the earliest of
 * its own end, what its type says, and its last use.
 *
 * - A pass for one use or without a number of uses: `after_hours` and `at_closing` count from its start.
 * - A bundle (more than one use): each use opens one day, so these rules do not end the whole. It is valid for all of its time
 *   until it is used up; where unlocks are counted, the last use's day ends at closing, or else at midnight.
 * - Counted by the platform, it is used up at once. Counted by unlocks, the last day's access stays until that day is over, and
 *   a platform that says `used_up` by itself ends it with the day on which it said so.
 *
 * @param input.now epoch milliseconds, from the workflow
 */
export function decidePass({ facts, rules, passType, unlockDays, now }: PassDecisionInput): EntitlementDecision {
  const { status, details, endedByOperator } = facts;
  if (status === null || details === null) return decideUnsaid(endedByOperator, now);
  const zone = zoneOf(passType, details.value);
  const end = zone === null ? endAsGiven(details.value) : endOf(facts, details.value, passType, zone, unlockDays);
  const asked = { rules, times: { startsAt: details.value.startsAt, endsAt: end.at }, defaults: NO_MINUTES };
  const window = wholeWindow(asked);
  const ended = endingOf(facts, passType, window, end.reason, now);
  if (ended !== null) return decideEnded(ended, window);

  const lookAgainAt = window.until;
  if (zone === null) {
    const nothing = { doors: [], heldDoors: [], isPending: false, ended: null } as const;
    return { ...nothing, waitsFor: 'mending', problems: ['location_missing'], window, lookAgainAt };
  }
  const decided = decideDoors({ ...asked, bounds: [{ from: null, until: null }], now });
  const problems = end.isOdd ? [...decided.problems, 'dst_ambiguous' as const] : decided.problems;
  return { ...decided, ended: null, problems, window, lookAgainAt };
}

/**
 * The day that an unlock counts for, `YYYY-MM-DD` in the zone of the pass type: where passes end at closing, the date on which
 * the place closes next, so a night that lasts past midnight is one use; else the date of the unlock.
 *
 * @throws RangeError for an unknown zone
 */
export function useDayOf(at: Instant, ends: PassEnds, zone: string): string {
  const time = closingTime(ends);
  let day = nextDate(localMoment(at, zone).date, -1);
  while (instantOf(day, time, zone).at <= at) day = nextDate(day, 1);
  return day;
}

/** Until when the day of a use lasts. */
function closingTime(ends: PassEnds): string {
  return ends.type === 'at_closing' ? ends.time : '24:00';
}

interface PassEnd {
  /** Null: it does not end by time. */
  readonly at: Instant | null;
  readonly reason: 'expired' | 'used_up';
  /** It depends on a local time that exists twice or not at all. */
  readonly isOdd: boolean;
}

/** The zone of the clock that this pass ends by, or null where there is none; UTC where no clock is needed. */
function zoneOf({ ends, usesCountedBy, zone }: PassTerms, details: PassDetails): string | null {
  const needsClosing = ends.type === 'at_closing' && !isBundle(details);
  const needsDays = usesCountedBy === 'unlock_days' && details.totalUses !== null;
  return needsClosing || needsDays ? zone : (zone ?? 'UTC');
}

function isBundle({ totalUses }: PassDetails): boolean {
  return totalUses !== null && totalUses > 1;
}

function endAsGiven({ endsAt }: PassDetails): PassEnd {
  return { at: endsAt, reason: 'expired', isOdd: false };
}

function endOf(
  { status }: PassFacts,
  details: PassDetails,
  { ends, usesCountedBy }: PassTerms,
  zone: string,
  unlockDays: readonly string[],
): PassEnd {
  const found = [endAsGiven(details)];
  if (!isBundle(details)) found.push(endByType(details, ends, zone));
  if (usesCountedBy === 'unlock_days' && details.totalUses !== null) {
    const firstDay = useDayOf(details.startsAt, ends, zone);
    const counted = [...new Set(unlockDays)].filter((day) => day >= firstDay).sort();
    const lastDay = counted[details.totalUses - 1];
    const saidDay = status?.value.status === 'used_up' ? useDayOf(status.value.receivedAt, ends, zone) : undefined;
    for (const day of [lastDay, saidDay]) {
      if (day !== undefined) found.push(toEnd(instantOf(day, closingTime(ends), zone), 'used_up'));
    }
  }
  return found.reduce((first, next) => (next.at !== null && (first.at === null || next.at < first.at) ? next : first));
}

function endByType(details: PassDetails, ends: PassEnds, zone: string): PassEnd {
  switch (ends.type) {
    case 'given':
      return endAsGiven(details);
    case 'after_hours':
      return { at: Math.round(details.startsAt + ends.hours * HOUR_MS), reason: 'expired', isOdd: false };
    case 'at_closing':
      return toEnd(nextLocalTime(details.startsAt, ends.time, zone), 'expired');
  }
}

function toEnd({ at, kind }: LocalInstant, reason: PassEnd['reason']): PassEnd {
  return { at, reason, isOdd: kind !== 'exact' };
}

function endingOf(
  { endedByOperator, status, details, uses }: PassFacts,
  { usesCountedBy }: PassTerms,
  window: AccessWindow,
  byTime: PassEnd['reason'],
  now: Instant,
): EntitlementDecision['ended'] {
  if (endedByOperator !== null) return { reason: 'ended_by_operator', dueAt: now, bySeq: endedByOperator.seq };
  if (status?.value.status === 'cancelled') return { reason: 'cancelled', dueAt: now, bySeq: status.stamp.seq };
  if (window.until !== null && isSpent(window, now)) return { reason: byTime, dueAt: window.until, bySeq: null };
  const total = details?.value.totalUses ?? null;
  const isCounted = total !== null && (usesCountedBy === 'platform' ? (uses?.value ?? 0) >= total : total <= 0);
  const isSaid = usesCountedBy === 'platform' && status?.value.status === 'used_up';
  if (!isCounted && !isSaid) return null;
  const countedBy = Math.max(uses?.stamp.seq ?? 0, details?.stamp.seq ?? 0);
  return { reason: 'used_up', dueAt: now, bySeq: isSaid ? status.stamp.seq : countedBy };
}
