import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { readInteger } from '../http/paging';
import { findRow } from '../http/params';
import { idField, parseBody } from '../http/parse-body';
import { organizationIdOf, presentBase } from '../http/present';
import { ok, refuse, unprocessable, type Reply } from '../http/reply';
import { eventTypes } from '../rules/events';
import { presentEvent } from '../rules/webhooks';
import type { EventRow, EventSetRow } from '../store/rows';

const DAY_MS = 86_400_000;
const LONGEST_MS = 90 * DAY_MS;
const PAGE = { standard: 50, most: 250 } as const;

const text = z.union([z.string(), idField.transform(String)]).nullish();
const newSchema = z.object({
  interval: z.string().nullish(),
  event_type: z.string().nullish(),
  event_success: z.union([z.boolean().transform(String), z.enum(['true', 'false'])]).nullish(),
  event_actor_type: text,
  event_actor_id: text,
  event_object_type: text,
  event_object_id: text,
  event_place_id: text,
  place_id: text,
  event_uuid: text,
});

type Filter = (event: EventRow, wanted: string) => boolean;

const FILTERS: Readonly<Record<string, Filter>> = {
  event_type: (event, wanted) => wanted.split(',').includes(event.type),
  event_success: (event, wanted) => String(event.success) === wanted,
  event_actor_type: (event, wanted) => event.actorType === wanted,
  event_actor_id: (event, wanted) => String(event.actorId) === wanted,
  event_object_type: (event, wanted) => event.objectType === wanted,
  event_object_id: (event, wanted) => String(event.objectId) === wanted,
  event_place_id: (event, wanted) => String(event.placeId) === wanted,
  place_id: (event, wanted) => String(event.placeId) === wanted,
  event_uuid: (event, wanted) => event.uuid === wanted,
};

/** Kisi API, event sets: a search is ordered, waited for and then read page by page with a cursor. */
function createEventSet(call: Call): Reply {
  const { simulator, now } = call;
  const { interval, ...given } = parseBody(call, 'event_set', newSchema);
  const filters = Object.entries(given).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, value] as const],
  );
  const row = simulator.store.eventSets.put({
    id: simulator.store.eventSets.nextId(),
    createdAt: now,
    updatedAt: now,
    ...readInterval(interval ?? null, now),
    filters: Object.fromEntries(filters),
    lastEventId: simulator.store.events.lastId,
    pollsLeft: simulator.switches.values.event_set_polls,
  });
  return ok(presentEventSet(call, row));
}

/** `start/end`, 90 days at most; without, the last 90 days. */
function readInterval(interval: string | null, now: number): { from: number; until: number } {
  if (interval === null) return { from: now - LONGEST_MS, until: now };
  const [from = Number.NaN, until = Number.NaN] = interval.split('/').map((one) => Date.parse(one));
  if (!(from < until)) throw unprocessable({ interval: ['is invalid'] });
  if (until - from > LONGEST_MS) throw unprocessable({ interval: ['must not be longer than 90 days'] });
  return { from, until };
}

function readEventSet(call: Call): Reply {
  const { store } = call.simulator;
  const row = findRow(call, store.eventSets);
  // Kept for about a day.
  if (call.now - row.createdAt > DAY_MS) throw refuse(404, '000404', 'The record does not exist.');
  const isReady = row.pollsLeft === 0;
  if (!isReady) store.eventSets.put({ ...row, pollsLeft: row.pollsLeft - 1 });
  return ok(presentEventSet(call, row, isReady));
}

function presentEventSet(call: Call, row: EventSetRow, isReady = false) {
  const base = presentBase('EventSet', row);
  if (!isReady) return { ...base, status: 'in_progress' };
  const limit = Math.min(readInteger(call.query.get('limit'), 'limit', 1) ?? PAGE.standard, PAGE.most);
  const after = readInteger(call.query.get('cursor'), 'cursor', 0) ?? 0;
  const events = call.simulator.store.events.all().filter((event) => event.id > after && isWanted(event, row));
  const page = events.slice(0, limit);
  const organizationId = organizationIdOf(call.simulator.store);
  return {
    ...base,
    status: 'finished',
    events: page.map((event) => presentEvent(event, organizationId)),
    cursor: events.length > limit ? String(page.at(-1)?.id) : null,
  };
}

function isWanted(event: EventRow, { from, until, filters, lastEventId }: EventSetRow): boolean {
  if (event.id > lastEventId || event.createdAt < from || event.createdAt >= until) return false;
  return Object.entries(filters).every(([name, wanted]) => FILTERS[name]?.(event, wanted) === true);
}

export const eventSetRoutes: readonly Route[] = [
  { method: 'post', path: '/event_sets', access: 'admin', isEventSet: true, handle: createEventSet },
  { method: 'get', path: '/event_sets/:id', access: 'admin', handle: readEventSet },
  {
    method: 'get',
    path: '/events/types',
    access: 'admin',
    handle: () => ok(eventTypes.map((type) => ({ id: type, name: type }))),
  },
];
