import { z } from 'zod';
import type { KisiOutcome } from '../domain/outcomes';
import { normalizeEmail } from '../domain/email';
import type { HoursEntry } from '../domain/opening-hours';
import { readAll } from './paging';
import { groupScheduleSchema, schedulesOf, toRestriction, toScheduleBody } from './schedules';
import {
  assignmentSchema,
  floorSchema,
  groupLockSchema,
  groupSchema,
  lockSchema,
  organizationSchema,
  placeSchema,
  userSchema,
  whoAmISchema,
  type KisiAssignment,
} from './schemas';
import { aboutPages } from './sweep-pages';
import { KisiTransport, type TransportOptions } from './transport';

export type { KisiAssignment } from './schemas';

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Kisi API: users come at most 100 a page, everything else 250. */
const USERS_PAGE = 100;
const PAGE = 250;
const anything = z.unknown();

export type KisiGateway = ReturnType<typeof createKisiGateway>;

/**
 * The gateway to one Kisi organization: each method is one request (or one list, read to its end) and answers an outcome.
 *
 * Nothing that Kisi or the network does is thrown, and no outcome holds a key, a name or an address. Cheap to make: use one
 * for each attempt, because reserved slots are its own.
 */
export function createKisiGateway(options: TransportOptions) {
  const transport = new KisiTransport(options);
  return {
    clockOffsetMs: () => transport.clockOffsetMs(),
    reserve: (count: number) => transport.reserve(count),
    ...aboutTheSite(transport),
    ...aboutGroups(transport),
    ...aboutHours(transport),
    ...aboutUsers(transport),
    ...aboutAssignments(transport),
    ...aboutPages(transport),
  };
}

function aboutTheSite(transport: KisiTransport) {
  return {
    /** Who the key is. Kisi API: `GET /user`. */
    async whoAmI({ signal }: CallOptions = {}): Promise<
      KisiOutcome<{ readonly userId: number; readonly organizationId: number }>
    > {
      const me = await transport.send({ method: 'GET', path: '/user', signal }, whoAmISchema);
      return mapDone(me, ({ value }) => ({ userId: value.id, organizationId: value.organization.id }));
    },
    /** Who the key is, with names. Kisi API: `GET /user`. */
    async whoIsBehindKey({ signal }: CallOptions = {}) {
      const me = await transport.send({ method: 'GET', path: '/user', signal }, whoAmISchema);
      return mapDone(me, ({ value }) => ({
        user: { id: value.id, name: value.name ?? null },
        organization: { id: value.organization.id, name: value.organization.name ?? null },
      }));
    },
    /** One row of a list: whether the key may see it at all. */
    async canList(
      path: '/places' | '/locks' | '/groups' | '/users' | '/role_assignments',
      { signal }: CallOptions = {},
    ) {
      const page = await transport.send({ method: 'GET', path, params: { limit: 1 }, signal }, z.array(anything));
      return mapDone(page, () => undefined);
    },
    listOrganizations: ({ signal }: CallOptions = {}) =>
      readAll(transport, { path: '/organizations', signal }, organizationSchema, PAGE),
    listPlaces: ({ signal }: CallOptions = {}) => readAll(transport, { path: '/places', signal }, placeSchema, PAGE),
    listLocks: ({ signal }: CallOptions = {}) => readAll(transport, { path: '/locks', signal }, lockSchema, PAGE),
    /** Kisi API, floors: `place_id` is required. */
    listFloors: (placeId: number, { signal }: CallOptions = {}) =>
      readAll(transport, { path: '/floors', params: { place_id: placeId }, signal }, floorSchema, PAGE),
    async getLock(id: number, { signal }: CallOptions = {}) {
      const lock = await transport.send({ method: 'GET', path: `/locks/${id}`, signal }, lockSchema);
      return mapDone(lock, ({ value }) => value);
    },
  };
}

function aboutGroups(transport: KisiTransport) {
  return {
    listGroups: ({ lockId, query, signal }: CallOptions & { readonly lockId?: number; readonly query?: string } = {}) =>
      readAll(transport, { path: '/groups', params: { lock_id: lockId, query }, signal }, groupSchema, PAGE),
    /** Kisi API, groups: a place's group holds only that place's doors. Names are not unique, so this is never safe to repeat. */
    async createGroup(
      group: {
        readonly name: string;
        readonly description: string;
        readonly placeId: number | null;
        readonly timeZone?: string | null;
      },
      { signal }: CallOptions = {},
    ): Promise<KisiOutcome<{ readonly id: number }>> {
      const restriction = group.timeZone ? toRestriction(group.timeZone) : {};
      const body = {
        group: { name: group.name, description: group.description, place_id: group.placeId, ...restriction },
      };
      const made = await transport.send({ method: 'POST', path: '/groups', body, signal }, groupSchema);
      return mapDone(made, ({ value }) => ({ id: value.id }));
    },
    async deleteGroup(id: number, { signal }: CallOptions = {}): Promise<KisiOutcome<void>> {
      const done = await transport.send({ method: 'DELETE', path: `/groups/${id}`, signal }, anything);
      return mapDone(done, () => undefined);
    },
    async createGroupLock(
      { groupId, lockId }: { readonly groupId: number; readonly lockId: number },
      { signal }: CallOptions = {},
    ): Promise<KisiOutcome<{ readonly id: number }>> {
      const body = { group_lock: { group_id: groupId, lock_id: lockId } };
      const made = await transport.send({ method: 'POST', path: '/group_locks', body, signal }, groupLockSchema);
      return mapDone(made, ({ value }) => ({ id: value.id }));
    },
    async deleteGroupLock(id: number, { signal }: CallOptions = {}): Promise<KisiOutcome<void>> {
      const done = await transport.send({ method: 'DELETE', path: `/group_locks/${id}`, signal }, anything);
      return mapDone(done, () => undefined);
    },
    /** Kisi API: `group_id` is required. */
    listGroupLocks: (groupId: number, { signal }: CallOptions = {}) =>
      readAll(transport, { path: '/group_locks', params: { group_id: groupId }, signal }, groupLockSchema, PAGE),
    async getGroup(id: number, { signal }: CallOptions = {}) {
      const group = await transport.send({ method: 'GET', path: `/groups/${id}`, signal }, groupSchema);
      return mapDone(group, ({ value }) => value);
    },
  };
}

/** Kisi API, schedules: they hold for a group only while its time restriction is on. */
function aboutHours(transport: KisiTransport) {
  return {
    async getPlace(id: number, { signal }: CallOptions = {}) {
      const place = await transport.send({ method: 'GET', path: `/places/${id}`, signal }, placeSchema);
      return mapDone(place, ({ value }) => value);
    },
    async restrictGroup(groupId: number, timeZone: string, { signal }: CallOptions = {}): Promise<KisiOutcome<void>> {
      const body = { group: toRestriction(timeZone) };
      const done = await transport.send({ method: 'PATCH', path: `/groups/${groupId}`, body, signal }, anything);
      return mapDone(done, () => undefined);
    },
    /** Of this group only, whatever the filter does. */
    async listSchedules(groupId: number, { signal }: CallOptions = {}) {
      const request = { path: '/schedules', params: schedulesOf(groupId), signal };
      const found = await readAll(transport, request, groupScheduleSchema, PAGE);
      return mapDone(found, (all) => all.filter((one) => one.groupId === groupId));
    },
    async createSchedule(groupId: number, entry: HoursEntry, { signal }: CallOptions = {}): Promise<KisiOutcome<void>> {
      const body = toScheduleBody(entry, groupId);
      const made = await transport.send({ method: 'POST', path: '/schedules', body, signal }, groupScheduleSchema);
      return mapDone(made, () => undefined);
    },
    async updateSchedule(id: number, entry: HoursEntry, { signal }: CallOptions = {}): Promise<KisiOutcome<void>> {
      const body = toScheduleBody(entry);
      const done = await transport.send({ method: 'PATCH', path: `/schedules/${id}`, body, signal }, anything);
      return mapDone(done, () => undefined);
    },
    async deleteSchedule(id: number, { signal }: CallOptions = {}): Promise<KisiOutcome<void>> {
      const done = await transport.send({ method: 'DELETE', path: `/schedules/${id}`, signal }, anything);
      return mapDone(done, () => undefined);
    },
  };
}

function aboutUsers(transport: KisiTransport) {
  return {
    /** The user with exactly this address, or null: never the first search hit. */
    async findUserByEmail(
      email: string,
      { signal }: CallOptions = {},
    ): Promise<KisiOutcome<{ readonly id: number } | null>> {
      const wanted = normalizeEmail(email);
      const found = await readAll(
        transport,
        { path: '/users', params: { email: wanted }, signal },
        userSchema,
        USERS_PAGE,
      );
      return mapDone(found, (users) => {
        const user = users.find((one) => normalizeEmail(one.email ?? '') === wanted);
        return user ? { id: user.id } : null;
      });
    },
    async getUser(id: number, { signal }: CallOptions = {}): Promise<KisiOutcome<{ readonly id: number }>> {
      const user = await transport.send({ method: 'GET', path: `/users/${id}`, signal }, userSchema);
      return mapDone(user, ({ value }) => ({ id: value.id }));
    },
    /** Kisi API: `send_emails` makes Kisi send its one invitation. */
    async createUser(
      user: { readonly email: string; readonly name: string; readonly sendEmails: boolean },
      { signal }: CallOptions = {},
    ): Promise<KisiOutcome<{ readonly id: number }>> {
      const body = { user: { email: user.email, name: user.name, send_emails: user.sendEmails } };
      const made = await transport.send({ method: 'POST', path: '/users', body, signal }, userSchema);
      return mapDone(made, ({ value }) => ({ id: value.id }));
    },
  };
}

function aboutAssignments(transport: KisiTransport) {
  return {
    /** The person's assignments on the group: checked here too, because ids of different kinds may look alike. */
    async findAssignments(
      { userId, groupId }: { readonly userId: number; readonly groupId: number },
      { signal }: CallOptions = {},
    ): Promise<KisiOutcome<readonly KisiAssignment[]>> {
      const params = { assignee_type: 'User', assignee_id: userId, applies_to_type: 'Group', applies_to_id: groupId };
      const found = await readAll(transport, { path: '/role_assignments', params, signal }, assignmentSchema, PAGE);
      return mapDone(found, (all) => all.filter((one) => one.userId === userId && one.groupId === groupId));
    },
    listAssignments: ({ signal }: CallOptions = {}) =>
      readAll(transport, { path: '/role_assignments', signal }, assignmentSchema, PAGE),
    async getAssignment(id: number, { signal }: CallOptions = {}): Promise<KisiOutcome<KisiAssignment>> {
      const found = await transport.send({ method: 'GET', path: `/role_assignments/${id}`, signal }, assignmentSchema);
      return mapDone(found, ({ value }) => value);
    },
    /** Kisi API, role assignments: at most one per user and group; a second one is answered 409. */
    async createAssignment(
      wanted: {
        readonly userId: number;
        readonly groupId: number;
        readonly validFrom: number;
        readonly validUntil: number | null;
        readonly notify: boolean;
      },
      { signal }: CallOptions = {},
    ): Promise<KisiOutcome<KisiAssignment>> {
      const body = {
        role_assignment: {
          role_id: 'group_basic',
          applies_to_type: 'Group',
          applies_to_id: wanted.groupId,
          assignee_type: 'User',
          assignee_id: wanted.userId,
          notify: wanted.notify,
          ...toDates(wanted),
        },
      };
      const made = await transport.send({ method: 'POST', path: '/role_assignments', body, signal }, assignmentSchema);
      return mapDone(made, ({ value }) => value);
    },
    async patchAssignment(
      id: number,
      dates: { readonly validFrom: number; readonly validUntil: number | null },
      { signal }: CallOptions = {},
    ): Promise<KisiOutcome<void>> {
      const body = { role_assignment: toDates(dates) };
      const done = await transport.send({ method: 'PATCH', path: `/role_assignments/${id}`, body, signal }, anything);
      return mapDone(done, () => undefined);
    },
    async deleteAssignment(id: number, { signal }: CallOptions = {}): Promise<KisiOutcome<void>> {
      const done = await transport.send({ method: 'DELETE', path: `/role_assignments/${id}`, signal }, anything);
      return mapDone(done, () => undefined);
    },
  };
}

function toDates(dates: { readonly validFrom: number; readonly validUntil: number | null }): {
  readonly valid_from: string;
  readonly valid_until: string | null;
} {
  return {
    valid_from: toRfc3339(dates.validFrom),
    valid_until: dates.validUntil === null ? null : toRfc3339(dates.validUntil),
  };
}

/** Whole seconds without a fraction, as Kisi documents its instants; otherwise with milliseconds. */
function toRfc3339(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

function mapDone<T, U>(outcome: KisiOutcome<T>, map: (value: T) => U): KisiOutcome<U> {
  return outcome.kind === 'done' ? { kind: 'done', value: map(outcome.value) } : outcome;
}
