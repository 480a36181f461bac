import { instantOf, localMoment, nextDate } from './calendar';
import { DAY_MS, MINUTE_MS, toIso, type Instant } from './time';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Times of a day as the wall clock shows them, `HH:MM`; `to` is not in it, and may be `24:00`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

export interface WeeklyPeriod extends Period {
  readonly days: readonly Weekday[];
}

/** When a plan or a pass type lets in, in the zone of its location. */
export interface OpeningHours {
  readonly weekly: readonly WeeklyPeriod[];
  /** Dates with hours of their own, whatever else holds that day; without periods: closed. */
  readonly exceptions: readonly { readonly date: string; readonly periods: readonly Period[] }[];
  readonly onHolidays: 'closed' | 'as_usual';
}

/** A day of the location, `YYYY-MM-DD`. */
export interface Holiday {
  readonly date: string;
  readonly name: string;
}

/** Hours with all that they mean: the zone and the holidays of the location. */
export interface LocalHours {
  readonly hours: OpeningHours;
  readonly holidays: readonly Holiday[];
  readonly timeZone: string;
}

/**
 * True when somebody with these hours is let in at that instant. An exception goes before a holiday, a holiday before the
 * week. Only the wall clock counts: an hour that is shown twice lets in twice, and one that is left out never does.
 */
export function isWithinHours({ hours, holidays, timeZone }: LocalHours, at: Instant): boolean {
  const { date, weekday, minutes } = localMoment(at, timeZone);
  return periodsOn(hours, holidays, date, weekday).some((one) => isIn(one, minutes));
}

/** What holds on that date. @param weekday 1 is Monday */
function periodsOn(
  { weekly, exceptions, onHolidays }: OpeningHours,
  holidays: readonly Holiday[],
  date: string,
  weekday: number,
): readonly Period[] {
  const exception = exceptions.find((one) => one.date === date);
  if (exception !== undefined) return exception.periods;
  if (onHolidays === 'closed' && holidays.some((one) => one.date === date)) return [];
  return weekly.filter(({ days }) => days.some((day) => WEEKDAYS.indexOf(day) + 1 === weekday));
}

/** The same hours with their fields in one order, whoever wrote them: what tags and comparisons are made of. */
export function toOpeningHours({ weekly, exceptions, onHolidays }: OpeningHours): OpeningHours {
  return {
    weekly: weekly.map(({ days, from, to }) => ({ days: WEEKDAYS.filter((day) => days.includes(day)), from, to })),
    exceptions: exceptions.map(({ date, periods }) => ({
      date,
      periods: periods.map(({ from, to }) => ({ from, to })),
    })),
    onHolidays,
  };
}

const TIME = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** Minutes since 00:00 of `HH:MM`. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function isIn({ from, to }: Period, minutes: number): boolean {
  return minutesOf(from) <= minutes && minutes < minutesOf(to);
}

/** A thing that is wrong: where, like `weekly.0.to`, and what was expected there. */
export interface HoursError {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Whether it is a date that exists, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return nextDate(text, 0) === text;
  } catch {
    return false;
  }
}

/** Everything that is wrong with hours of the right shape; none: they can be saved. */
export function findHoursErrors({ weekly, exceptions }: OpeningHours): readonly HoursError[] {
  return [
    ...weekly.flatMap((one, index) => [...daysErrors(one, index), ...periodErrors(one, ['weekly', index])]),
    ...overlaps(weekly, (left, right) => left.days.some((day) => right.days.includes(day)), ['weekly']),
    ...exceptions.flatMap(({ date, periods }, index): HoursError[] => {
      const path = ['exceptions', index] as const;
      const isTwice = exceptions.findIndex((one) => one.date === date) < index;
      return [
        ...(isDate(date) ? [] : [{ path: [...path, 'date'], message: 'expected a date that exists, YYYY-MM-DD' }]),
        ...(isTwice ? [{ path: [...path, 'date'], message: 'expected each date once' }] : []),
        ...periods.flatMap((period, at) => periodErrors(period, [...path, 'periods', at])),
        ...overlaps(periods, () => true, [...path, 'periods']),
      ];
    }),
  ];
}

/** What is wrong with the holidays of a location. */
export function findHolidayErrors(holidays: readonly Holiday[]): readonly HoursError[] {
  return holidays.flatMap(({ date }, index): HoursError[] => {
    if (!isDate(date)) return [{ path: [index, 'date'], message: 'expected a date that exists, YYYY-MM-DD' }];
    const isTwice = holidays.findIndex((one) => one.date === date) < index;
    return isTwice ? [{ path: [index, 'date'], message: 'expected each date once' }] : [];
  });
}

function daysErrors({ days }: WeeklyPeriod, index: number): HoursError[] {
  if (days.length > 0 && new Set(days).size === days.length) return [];
  return [{ path: ['weekly', index, 'days'], message: 'expected days of the week, each once' }];
}

function periodErrors({ from, to }: Period, path: HoursError['path']): HoursError[] {
  const message = 'expected a time of the day, HH:MM';
  if (!TIME.test(from) || from === '24:00') return [{ path: [...path, 'from'], message }];
  if (!TIME.test(to)) return [{ path: [...path, 'to'], message: `${message}, or 24:00` }];
  if (minutesOf(from) < minutesOf(to)) return [];
  return [{ path: [...path, 'to'], message: 'expected a time after the beginning; a night is two periods' }];
}

/** Periods that share a minute, each named at the later of the two. */
function overlaps<T extends Period>(
  periods: readonly T[],
  canMeet: (left: T, right: T) => boolean,
  path: HoursError['path'],
): HoursError[] {
  return periods.flatMap((right, index) => {
    const isOverlapping = periods
      .slice(0, index)
      .some((left) => canMeet(left, right) && left.from < right.to && right.from < left.to);
    return isOverlapping ? [{ path: [...path, index, 'from'], message: 'expected periods that do not overlap' }] : [];
  });
}

/** One line of what Kisi holds for a group: it lets in then, and at no other time. Instants in epoch milliseconds. */
export type HoursEntry =
  | ({ readonly kind: 'weekly' } & WeeklyPeriod)
  /** Replaces the week on the dates that it touches. */
  | { readonly kind: 'single'; readonly startsAt: Instant; readonly endsAt: Instant }
  | { readonly kind: 'closed'; readonly date: string }
  /** Something that we do not write and cannot read. */
  | { readonly kind: 'unreadable'; readonly text: string };

/** The hours of a Kisi group, wanted or seen. */
export interface GroupHours {
  /** Kisi goes by the entries only while the restriction is on; then a group without an entry lets nobody in. */
  readonly isRestricted: boolean;
  /** In which the entries are meant. */
  readonly timeZone: string | null;
  readonly entries: readonly HoursEntry[];
}

/** Exceptions and holidays are written this far ahead, and again and again as time goes on. */
export const HORIZON_DAYS = 400;
/** What was for a date stays until that date is over in every zone: without it the week would hold again. */
const KEPT_MS = 3 * DAY_MS;

/**
 * What Kisi must hold for these hours, in one way of writing: the same hours give the same entries.
 *
 * @param now exceptions and holidays of a few days ago, and up to {@link HORIZON_DAYS} ahead, are in it
 */
export function toGroupHours({ hours, holidays, timeZone }: LocalHours, now: Instant): GroupHours {
  const last = nextDate(localMoment(now, timeZone).date, HORIZON_DAYS);
  const isDue = ({ date }: { readonly date: string }): boolean => date <= last;
  const exceptions = hours.exceptions.filter(isDue);
  const closed = [
    ...exceptions.filter(({ periods }) => periods.length === 0),
    ...(hours.onHolidays === 'closed' ? holidays : []).filter(
      (one) => isDue(one) && !exceptions.some(({ date }) => date === one.date),
    ),
  ].map(({ date }): HoursEntry => ({ kind: 'closed', date }));
  const singles = exceptions.flatMap(({ date, periods }) =>
    mergePeriods(periods).flatMap((period) => spansOf(date, period, timeZone)),
  );
  const dated = [...singles, ...closed].filter((entry) => !isPast(entry, now));
  return { isRestricted: true, timeZone, entries: [...weekOf(hours.weekly), ...dated].sort(inOrder) };
}

/** The week with periods that touch made one, and days with the same hours together. */
function weekOf(weekly: readonly WeeklyPeriod[]): HoursEntry[] {
  const together = new Map<string, Weekday[]>();
  for (const day of WEEKDAYS) {
    for (const { from, to } of mergePeriods(weekly.filter(({ days }) => days.includes(day)))) {
      together.set(`${from} ${to}`, [...(together.get(`${from} ${to}`) ?? []), day]);
    }
  }
  return [...together].map(([key, days]) => ({ kind: 'weekly', days, from: key.slice(0, 5), to: key.slice(6) }));
}

/** Periods of one day, by their beginning; those that touch or overlap are one. */
export function mergePeriods(periods: readonly Period[]): readonly Period[] {
  const merged: Period[] = [];
  for (const { from, to } of [...periods].sort((left, right) => left.from.localeCompare(right.from))) {
    const last = merged.at(-1);
    if (last === undefined || last.to < from) merged.push({ from, to });
    else merged[merged.length - 1] = { from: last.from, to: last.to < to ? to : last.to };
  }
  return merged;
}

/** The spans of time within a period of that date: one, but for a day on which clocks change. */
function spansOf(date: string, period: Period, timeZone: string): HoursEntry[] {
  const [midnight, next] = [instantOf(date, '00:00', timeZone).at, instantOf(date, '24:00', timeZone).at];
  if (next - midnight === DAY_MS) {
    const startsAt = instantOf(date, period.from, timeZone).at;
    return [{ kind: 'single', startsAt, endsAt: instantOf(date, period.to, timeZone).at }];
  }
  const spans: { startsAt: Instant; endsAt: Instant }[] = [];
  for (let at = midnight; at < next; at += MINUTE_MS) {
    const local = localMoment(at, timeZone);
    if (local.date !== date || !isIn(period, local.minutes)) continue;
    const last = spans.at(-1);
    if (last?.endsAt === at) last.endsAt = at + MINUTE_MS;
    else spans.push({ startsAt: at, endsAt: at + MINUTE_MS });
  }
  return spans.map((span) => ({ kind: 'single', ...span }));
}

function inOrder(left: HoursEntry, right: HoursEntry): number {
  return entryKey(left).localeCompare(entryKey(right));
}

/** The same for the same entry, whoever wrote it. */
export function entryKey(entry: HoursEntry): string {
  switch (entry.kind) {
    case 'weekly':
      return `1 ${WEEKDAYS.filter((day) => entry.days.includes(day)).join(' ')} ${entry.from}-${entry.to}`;
    case 'single':
      return `2 ${toIso(entry.startsAt)} ${toIso(entry.endsAt)}`;
    case 'closed':
      return `3 ${entry.date}`;
    case 'unreadable':
      return `4 ${entry.text}`;
  }
}

/** Something in which the hours of a group are not as wanted. `missing`: Kisi does not hold it; `extra`: nobody wants it. */
export type HoursDifference =
  | { readonly kind: 'not_restricted' }
  | { readonly kind: 'time_zone'; readonly wanted: string | null; readonly seen: string | null }
  | { readonly kind: 'missing' | 'extra'; readonly entry: HoursEntry };

/**
 * Says in what the hours differ, by what they mean and not by how they are written: two entries for two days are the same
 * as one for both. What is over does not count.
 *
 * @returns nothing where they mean the same from now on
 */
export function compareHours(wanted: GroupHours, seen: GroupHours, now: Instant): readonly HoursDifference[] {
  if (!seen.isRestricted) return wanted.isRestricted ? [{ kind: 'not_restricted' }] : [];
  const zones =
    wanted.timeZone === seen.timeZone
      ? []
      : [{ kind: 'time_zone' as const, wanted: wanted.timeZone, seen: seen.timeZone }];
  const [left, right] = [meaningOf(wanted, now), meaningOf(seen, now)];
  const isSame = left.map(entryKey).join('\n') === right.map(entryKey).join('\n');
  return isSame ? zones : [...zones, ...differences(left, right)];
}

function differences(wanted: readonly HoursEntry[], seen: readonly HoursEntry[]): HoursDifference[] {
  const [wantedKeys, seenKeys] = [new Set(wanted.map(entryKey)), new Set(seen.map(entryKey))];
  return [
    ...wanted.filter((one) => !seenKeys.has(entryKey(one))).map((entry) => ({ kind: 'missing' as const, entry })),
    ...seen.filter((one) => !wantedKeys.has(entryKey(one))).map((entry) => ({ kind: 'extra' as const, entry })),
  ];
}

/** The entries in the one way of writing. */
function meaningOf({ entries }: GroupHours, now: Instant): readonly HoursEntry[] {
  const weekly = entries.filter((one) => one.kind === 'weekly');
  const rest = entries.filter((one) => one.kind !== 'weekly' && !isPast(one, now));
  const once = new Map(rest.map((one) => [entryKey(one), one]));
  return [...weekOf(weekly), ...once.values()].sort(inOrder);
}

/** True when it is over, and so is its date. */
export function isPast(entry: HoursEntry, now: Instant): boolean {
  if (entry.kind === 'single') return entry.endsAt < now - KEPT_MS;
  return entry.kind === 'closed' && Date.parse(`${entry.date}T00:00:00Z`) < now - KEPT_MS;
}

/** What differs, as one line for people; times in the zone of the hours. */
export function describeDifference(difference: HoursDifference, timeZone: string): string {
  switch (difference.kind) {
    case 'not_restricted':
      return 'Kisi lets in at any time: the time restriction of the group is off.';
    case 'time_zone':
      return `Kisi goes by the time of ${difference.seen ?? 'no zone'}, wanted is ${difference.wanted ?? 'no zone'}.`;
    case 'missing':
      return `Kisi does not hold: ${describeEntry(difference.entry, timeZone)}.`;
    case 'extra':
      return `Kisi holds besides: ${describeEntry(difference.entry, timeZone)}.`;
  }
}

function describeEntry(entry: HoursEntry, timeZone: string): string {
  switch (entry.kind) {
    case 'weekly':
      return `${entry.days.join(', ')} ${entry.from}-${entry.to}`;
    case 'single':
      return `${localText(entry.startsAt, timeZone)} to ${localText(entry.endsAt, timeZone)}`;
    case 'closed':
      return `closed on ${entry.date}`;
    case 'unreadable':
      return entry.text;
  }
}

function localText(at: Instant, timeZone: string): string {
  const { date, minutes } = localMoment(at, timeZone);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
