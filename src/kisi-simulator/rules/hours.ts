import type { GroupRow, LockRow, ScheduleRow } from '../store/rows';
import type { Store } from '../store/store';
import type { SwitchValues } from '../switches';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

interface LocalMoment {
  readonly date: string;
  readonly weekday: (typeof weekdays)[number];
  /** Minutes since 00:00 as the clock shows them. */
  readonly minutes: number;
}

/**
 * Kisi API, schedules: whether a group lets in at that instant (epoch ms). Its schedules count only while its time restriction
 * is on, in the zone of the group or, where it has none, of the place; a restricted group without a schedule lets nobody in.
 */
export function letsInAt(
  store: Store,
  switches: SwitchValues,
  group: GroupRow,
  lock: Pick<LockRow, 'placeId'>,
  at: number,
): boolean {
  if (group.flags['time_restriction_enabled'] !== true) return true;
  const local = localMoment(at, zoneOf(store, switches, group, lock));
  const schedules = store.schedules.by('group', String(group.id));
  const overriding = schedules.filter((one) => one.override && touches(store, switches, one, group, lock, local.date));
  const isReplaced = overriding.length > 0 && switches.schedule_override === 'replaces_day';
  const counting = isReplaced ? overriding : schedules;
  return counting.some((one) => one.consequence === 'allow' && covers(one, at, local));
}

function zoneOf(store: Store, switches: SwitchValues, group: GroupRow, lock: Pick<LockRow, 'placeId'>): string {
  if (switches.group_time_zone === 'honoured' && group.timeZone !== null) return group.timeZone;
  return store.places.get(group.placeId ?? lock.placeId)?.timeZone ?? 'UTC';
}

function covers(schedule: ScheduleRow, at: number, { date, weekday, minutes }: LocalMoment): boolean {
  switch (schedule.kind) {
    case 'recurring':
      return (
        schedule.weekdays.includes(weekday) &&
        minutesOf(schedule.startTime) <= minutes &&
        minutes < minutesOf(schedule.endTime)
      );
    case 'single':
      return (schedule.startsAt ?? Infinity) <= at && at < (schedule.endsAt ?? -Infinity);
    case 'all_day':
      return schedule.date === date;
  }
}

/** Whether it is about any moment of that date. */
function touches(
  store: Store,
  switches: SwitchValues,
  schedule: ScheduleRow,
  group: GroupRow,
  lock: Pick<LockRow, 'placeId'>,
  date: string,
): boolean {
  if (schedule.kind === 'all_day') return schedule.date === date;
  if (schedule.kind !== 'single' || schedule.startsAt === null || schedule.endsAt === null) return false;
  const zone = zoneOf(store, switches, group, lock);
  return localMoment(schedule.startsAt, zone).date <= date && date <= localMoment(schedule.endsAt - 1, zone).date;
}

function minutesOf(time: string | null): number {
  return time === null ? Number.NaN : Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock of a zone shows. */
function localMoment(at: number, timeZone: string): LocalMoment {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, hourCycle: 'h23', weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit' },
    });
  formats.set(timeZone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const weekday = weekdays.find((one) => one === parts['weekday']?.toLowerCase()) ?? 'mon';
  const date = `${parts['year']}-${parts['month']}-${parts['day']}`;
  return { date, weekday, minutes: Number(parts['hour']) * 60 + Number(parts['minute']) };
}
