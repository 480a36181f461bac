import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { findRow, idFilter } from '../http/params';
import { idField, instantField, parseBody } from '../http/parse-body';
import { presentBase, toTimestampOrNull } from '../http/present';
import { noContent, notFound, ok, unprocessable, type Reply } from '../http/reply';
import { weekdays } from '../rules/hours';
import type { ScheduleRow } from '../store/rows';

const time = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/);
const changeable = {
  name: z.string().nullish(),
  kind: z.enum(['recurring', 'single', 'all_day']),
  consequence: z.enum(['allow', 'deny']).optional(),
  override: z.boolean().optional(),
  weekdays: z.array(z.enum(weekdays)).nullish(),
  start_time: time.nullish(),
  end_time: time.nullish(),
  starts_at: instantField.nullish(),
  ends_at: instantField.nullish(),
  date: z.iso.date().nullish(),
};
const newSchema = z.object({ ...changeable, scheduleable_type: z.string(), scheduleable_id: idField });
const changeSchema = z.object({ ...changeable, kind: changeable.kind.optional() });

function presentSchedule(row: ScheduleRow) {
  return {
    ...presentBase('Schedule', row),
    name: row.name,
    scheduleable_type: 'Group',
    scheduleable_id: row.groupId,
    kind: row.kind,
    consequence: row.consequence,
    override: row.override,
    weekdays: row.kind === 'recurring' ? row.weekdays : null,
    start_time: row.startTime,
    end_time: row.endTime,
    starts_at: toTimestampOrNull(row.startsAt),
    ends_at: toTimestampOrNull(row.endsAt),
    date: row.date,
  };
}

/** Kisi API, schedules: of groups, locks and elevator stops; only groups have them here. */
function listSchedules(call: Call): Reply {
  const type = call.query.get('scheduleable_type');
  const groupId = idFilter(call, 'scheduleable_id');
  const rows = type !== null && type !== 'Group' ? [] : call.lists.schedules.all();
  const found = rows.filter((row) => groupId === null || row.groupId === groupId);
  return answerList(call, found, usualPages, presentSchedule);
}

function createSchedule(call: Call): Reply {
  const { simulator, now } = call;
  const { store, switches } = simulator;
  const wanted = parseBody(call, 'schedule', newSchema);
  if (wanted.scheduleable_type !== 'Group') throw unprocessable({ scheduleable_type: ['is not simulated'] });
  if (store.groups.get(wanted.scheduleable_id) === undefined) {
    if (switches.values.unknown_reference === 'not_found') throw notFound();
    throw unprocessable({ scheduleable: ['must exist'] });
  }
  const row = {
    ...{ id: store.schedules.nextId(), createdAt: now, updatedAt: now },
    ...{ groupId: wanted.scheduleable_id, name: wanted.name ?? null, kind: wanted.kind },
    ...{ consequence: wanted.consequence ?? 'allow', override: wanted.override ?? false },
    ...{ weekdays: wanted.weekdays ?? [], startTime: wanted.start_time ?? null, endTime: wanted.end_time ?? null },
    ...{ startsAt: wanted.starts_at ?? null, endsAt: wanted.ends_at ?? null, date: wanted.date ?? null },
  };
  refuseIncomplete(row);
  return ok(presentSchedule(store.schedules.put(row)));
}

function updateSchedule(call: Call): Reply {
  const { schedules } = call.simulator.store;
  const before = findRow(call, schedules);
  const wanted = parseBody(call, 'schedule', changeSchema);
  const keep = <T>(given: T | undefined, known: T): T => (given === undefined ? known : given);
  const row = {
    ...before,
    ...{ name: keep(wanted.name, before.name), kind: keep(wanted.kind, before.kind), updatedAt: call.now },
    ...{ consequence: keep(wanted.consequence, before.consequence), override: keep(wanted.override, before.override) },
    ...{ weekdays: wanted.weekdays ?? before.weekdays },
    ...{ startTime: keep(wanted.start_time, before.startTime), endTime: keep(wanted.end_time, before.endTime) },
    ...{ startsAt: keep(wanted.starts_at, before.startsAt), endsAt: keep(wanted.ends_at, before.endsAt) },
    ...{ date: keep(wanted.date, before.date) },
  };
  refuseIncomplete(row);
  schedules.put(row);
  return noContent;
}

/** @throws Refusal 422 for a schedule without what its kind needs */
function refuseIncomplete({ kind, weekdays: days, startTime, endTime, startsAt, endsAt, date }: ScheduleRow): void {
  switch (kind) {
    case 'recurring':
      if (days.length === 0) throw unprocessable({ weekdays: ["can't be blank"] });
      if (startTime === null) throw unprocessable({ start_time: ["can't be blank"] });
      if (endTime === null || endTime <= startTime) throw unprocessable({ end_time: ['must be after start_time'] });
      return;
    case 'single':
      if (startsAt === null) throw unprocessable({ starts_at: ["can't be blank"] });
      if (endsAt === null || endsAt <= startsAt) throw unprocessable({ ends_at: ['must be after starts_at'] });
      return;
    case 'all_day':
      if (date === null) throw unprocessable({ date: ["can't be blank"] });
  }
}

function deleteSchedule(call: Call): Reply {
  const { schedules } = call.simulator.store;
  schedules.delete(findRow(call, schedules).id);
  return noContent;
}

export const scheduleRoutes: readonly Route[] = [
  { method: 'get', path: '/schedules', access: 'admin', isList: true, handle: listSchedules },
  { method: 'post', path: '/schedules', access: 'admin', handle: createSchedule },
  {
    method: 'get',
    path: '/schedules/:id',
    access: 'admin',
    handle: (call) => ok(presentSchedule(findRow(call, call.simulator.store.schedules))),
  },
  { method: 'patch', path: '/schedules/:id', access: 'admin', handle: updateSchedule },
  { method: 'delete', path: '/schedules/:id', access: 'admin', handle: deleteSchedule },
];
