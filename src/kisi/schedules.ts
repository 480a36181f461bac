import { z } from 'zod';
import { WEEKDAYS, type HoursEntry } from '../domain/opening-hours';

/**
 * How Kisi writes the hours of a group: the only place that knows, so that a look at a real organization changes one file.
 *
 * Documented (Kisi API, schedules): `scheduleable_type`, `scheduleable_id`, `consequence: "allow"`, `override`, and that there
 * are recurring schedules (weekdays and hh:mm), single ones (starts_at, ends_at), all-day ones and holiday calendars. The
 * names of the rest are not confirmed; docs/kisi-simulator.md lists what we take them to be, each marked [I].
 */
const scheduleSchema = z.object({
  id: z.int(),
  scheduleable_type: z.string().nullish(),
  scheduleable_id: z.int().nullish(),
  kind: z.string().nullish(),
  consequence: z.string().nullish(),
  override: z.boolean().nullish(),
  weekdays: z.array(z.string()).nullish(),
  start_time: z.string().nullish(),
  end_time: z.string().nullish(),
  starts_at: z.string().nullish(),
  ends_at: z.string().nullish(),
  date: z.string().nullish(),
});
type RawSchedule = z.output<typeof scheduleSchema>;

/** A schedule of Kisi's, for which group it is, and what it means. What we would not write ourselves is unreadable. */
export const groupScheduleSchema = scheduleSchema.transform((raw) => ({
  id: raw.id,
  groupId: raw.scheduleable_type === 'Group' ? (raw.scheduleable_id ?? null) : null,
  entry: toEntry(raw),
}));

/** The query that answers the schedules of one group. */
export function schedulesOf(groupId: number): Readonly<Record<string, string | number>> {
  return { scheduleable_type: 'Group', scheduleable_id: groupId };
}

function toEntry(raw: RawSchedule): HoursEntry {
  return readWeekly(raw) ?? readSingle(raw) ?? readClosed(raw) ?? { kind: 'unreadable', text: `schedule ${raw.id}` };
}

function readWeekly({ kind, consequence, override, weekdays, start_time, end_time }: RawSchedule): HoursEntry | null {
  if (kind !== 'recurring' || consequence !== 'allow' || override === true) return null;
  const days = WEEKDAYS.filter((day) => weekdays?.includes(day));
  const [from, to] = [readTime(start_time), readTime(end_time)];
  if (days.length === 0 || days.length !== weekdays?.length || from === null || to === null || from >= to) return null;
  return { kind: 'weekly', days, from, to };
}

function readSingle({ kind, consequence, override, starts_at, ends_at }: RawSchedule): HoursEntry | null {
  if (kind !== 'single' || consequence !== 'allow' || override !== true) return null;
  const [startsAt, endsAt] = [Date.parse(starts_at ?? ''), Date.parse(ends_at ?? '')];
  return Number.isNaN(startsAt) || Number.isNaN(endsAt) ? null : { kind: 'single', startsAt, endsAt };
}

function readClosed({ kind, consequence, override, date }: RawSchedule): HoursEntry | null {
  if (kind !== 'all_day' || consequence !== 'deny' || override !== true) return null;
  return date ? { kind: 'closed', date } : null;
}

/** `HH:MM`, seconds left out. */
function readTime(text: string | null | undefined): string | null {
  return /^(\d\d:\d\d)(?::00)?$/.exec(text ?? '')?.[1] ?? null;
}

/** The body that makes Kisi hold an entry for a group, or changes a schedule to it. */
export function toScheduleBody(entry: HoursEntry, groupId?: number) {
  const of = groupId === undefined ? {} : schedulesOf(groupId);
  return { schedule: { ...of, ...toFields(entry) } };
}

function toFields(entry: HoursEntry): Readonly<Record<string, unknown>> {
  switch (entry.kind) {
    case 'weekly':
      return {
        ...{ kind: 'recurring', consequence: 'allow', override: false },
        ...{ weekdays: entry.days, start_time: entry.from, end_time: entry.to },
      };
    case 'single':
      return {
        ...{ kind: 'single', consequence: 'allow', override: true },
        ...{ starts_at: toText(entry.startsAt), ends_at: toText(entry.endsAt) },
      };
    case 'closed':
      return { kind: 'all_day', consequence: 'deny', override: true, date: entry.date };
    case 'unreadable':
      throw new TypeError('What cannot be read is not written.');
  }
}

function toText(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** The fields of a group that say whether, and in which zone, its schedules hold. */
export function toRestriction(timeZone: string) {
  return { time_restriction_enabled: true, time_restriction_time_zone: timeZone };
}
