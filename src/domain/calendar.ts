import { DateTime, IANAZone } from 'luxon';
import { DAY_MS, MINUTE_MS, type Instant } from './time';

/** What the wall clock of a zone shows at an instant. */
export interface LocalMoment {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  /** Minutes since 00:00 as the clock shows them, 0 to 1439: not the time that has passed when clocks change that day. */
  readonly minutes: number;
}

/** An instant that was asked for by a local time. */
export interface LocalInstant {
  readonly at: Instant;
  /** `ambiguous`: the clock shows that time twice. `skipped`: it never does, and `at` is when the clock jumps over it. */
  readonly kind: 'exact' | 'ambiguous' | 'skipped';
}

/** True when the name is an IANA time zone that this machine knows. */
export function isTimeZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

/** What the clock shows at that instant. @throws RangeError for an unknown zone */
export function localMoment(at: Instant, zone: string): LocalMoment {
  const local = DateTime.fromMillis(at, { zone: knownZone(zone) });
  return { date: local.toFormat('yyyy-MM-dd'), weekday: local.weekday, minutes: local.hour * 60 + local.minute };
}

/**
 * When the clock shows that time on that date. A time that is shown twice is the first of the two, the safe one for an end;
 * a time that does not exist is the instant of the jump.
 *
 * @param date `YYYY-MM-DD`
 * @param time `HH:MM`, and `24:00` for the end of the day
 * @throws RangeError for a date, time or zone that does not exist
 */
export function instantOf(date: string, time: string, zone: string): LocalInstant {
  const { instants, kind } = instantsOf(date, time, zone);
  return { at: Math.min(...instants), kind };
}

/**
 * The first instant after `after` at which the clock shows that time, or jumps over it. Of a time that is shown twice both
 * count, so somebody who comes between the two gets the second.
 *
 * @param after itself not counted
 * @param time `HH:MM`, and `24:00` for the end of the day
 * @throws RangeError for a time or zone that does not exist
 */
export function nextLocalTime(after: Instant, time: string, zone: string): LocalInstant {
  const today = localMoment(after, zone).date;
  // From yesterday, whose 24:00 may be repeated today, to the day after one that a zone leaves out.
  for (let days = -1; ; days += 1) {
    const { instants, kind } = instantsOf(nextDate(today, days), time, zone);
    const later = instants.filter((at) => at > after);
    if (later.length > 0) return { at: Math.min(...later), kind };
  }
}

/** The date so many days later, or earlier for a negative number. @throws RangeError for a date that does not exist */
export function nextDate(date: string, days: number): string {
  return dateOf(date).plus({ days }).toFormat('yyyy-MM-dd');
}

function instantsOf(date: string, time: string, zone: string): { instants: Instant[]; kind: LocalInstant['kind'] } {
  const wall = wallClock(date, time);
  const known = knownZone(zone);
  // No zone is a day away from UTC, so these are the offsets on both sides of a change of the clock, if there is one.
  const before = known.offset(wall - DAY_MS);
  const after = known.offset(wall + DAY_MS);
  const instants = [...new Set([before, after])]
    .map((offset) => ({ at: wall - offset * MINUTE_MS, offset }))
    .filter(({ at, offset }) => known.offset(at) === offset)
    .map(({ at }) => at);
  if (instants.length === 0) return { instants: [jumpBetween(wall - DAY_MS, wall + DAY_MS, known)], kind: 'skipped' };
  return { instants, kind: instants.length === 1 ? 'exact' : 'ambiguous' };
}

/** The first instant with the offset of `late`. */
function jumpBetween(early: Instant, late: Instant, zone: IANAZone): Instant {
  const offset = zone.offset(late);
  let [low, high] = [early, late];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}

/** What the clock shows, as if it were UTC. */
function wallClock(date: string, time: string): Instant {
  const found = /^(\d\d):(\d\d)$/.exec(time);
  const minutes = Number(found?.[1]) * 60 + Number(found?.[2]);
  const isTime = found !== null && Number(found[2]) < 60 && minutes <= 24 * 60;
  if (!isTime) throw new RangeError('Not a time of a day (HH:MM)');
  return dateOf(date).toMillis() + minutes * MINUTE_MS;
}

function dateOf(date: string): DateTime {
  const midnight = DateTime.fromFormat(date, 'yyyy-MM-dd', { zone: 'utc' });
  if (!midnight.isValid) throw new RangeError('Not a date (YYYY-MM-DD)');
  return midnight;
}

function knownZone(name: string): IANAZone {
  const zone = IANAZone.create(name);
  if (!zone.isValid) throw new RangeError('Not a time zone');
  return zone;
}
