import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { answerList, userPages } from '../http/paging';
import { findRow, idFilter, textMatches } from '../http/params';
import { parseBody } from '../http/parse-body';
import { alreadyExists, noContent, ok, refuse, unprocessable, type Reply } from '../http/reply';
import { emit } from '../rules/events';
import { recordHistory } from '../rules/history';
import { sendMail } from '../rules/mails';
import { findUserByEmail, makeUser } from '../rules/make-user';
import { removeUser } from '../rules/remove';
import { metadataSchema, type UserRow } from '../store/rows';
import { keyOf } from '../store/store';
import { presentUser } from './users-present';

const changeable = {
  name: z.string().nullish(),
  access_enabled: z.boolean().optional(),
  password_flow_enabled: z.boolean().optional(),
  notes: z.string().nullish(),
  image: z.string().nullish(),
  metadata: metadataSchema.refine((metadata) => Object.keys(metadata).length <= 50).optional(),
};

const newUserSchema = z.object({
  ...changeable,
  email: z.email(),
  send_emails: z.boolean().default(true),
  confirm: z.boolean().default(false),
  password: z.string().optional(),
  terms_and_conditions: z.boolean().optional(),
});

const changedUserSchema = z.object(changeable);

function listUsers(call: Call): Reply {
  const { store } = call.simulator;
  return answerList(call, findUsers(call), userPages, (row) => presentUser(store, row), {
    name: (row) => row.name ?? '',
    access_enabled: (row) => String(row.accessEnabled),
    unlock: (row) => String(row.lastAccessedAt ?? 0).padStart(16, '0'),
  });
}

function findUsers(call: Call): readonly UserRow[] {
  const { usersMadeAt, switches } = call.simulator;
  const lagMs = switches.values.user_search_lag_ms;
  const isIndexed = (row: UserRow): boolean => lagMs === 0 || Date.now() - (usersMadeAt.get(row.id) ?? 0) >= lagMs;
  const isWanted = userFilter(call);
  const rows = candidates(call).filter((row) => isIndexed(row) && isWanted(row));
  return rows.filter((row) => textMatches(call, [row.email, row.name, row.notes]));
}

/** By address through the index when it must be exact, otherwise all who fit. */
function candidates({ query, lists, simulator }: Call): readonly UserRow[] {
  const email = query.get('email')?.trim().toLowerCase();
  if (email === undefined || email === '') return lists.users.all();
  const wanted = simulator.switches.values.user_email_filter;
  if (wanted === 'exact') return lists.users.by('email', email);
  return lists.users.all().filter((row) => {
    const known = row.email.toLowerCase();
    return wanted === 'prefix' ? known.startsWith(email) : known.includes(email);
  });
}

function userFilter(call: Call): (row: UserRow) => boolean {
  const me = call.query.get('user_id') === 'me' && call.actor.kind === 'login' ? call.actor.user.id : null;
  const userId = me ?? idFilter(call, 'user_id');
  const groupId = idFilter(call, 'group_id');
  const placeId = idFilter(call, 'place_id');
  const holds = (row: UserRow, type: string, id: number): boolean =>
    call.lists.roleAssignments.count('pair', `${keyOf('User', row.id)}|${keyOf(type, id)}`) > 0;
  return (row) =>
    (userId === null || row.id === userId) &&
    (groupId === null || holds(row, 'Group', groupId)) &&
    (placeId === null || holds(row, 'Place', placeId));
}

/** Kisi API, users: `send_emails: false, confirm: true` makes a managed user, whom Kisi never writes to. */
function createUser(call: Call): Reply {
  const { simulator, actor } = call;
  const wanted = parseBody(call, 'user', newUserSchema);
  const isSignUp = actor.kind === 'nobody';
  if (isSignUp && wanted.terms_and_conditions !== true) {
    throw refuse(401, simulator.switches.values.invalid_key_code, 'Access denied.');
  }
  if (actor.kind === 'login' && !actor.isAdmin) throw refuse(403, 'fcd8ef', 'Access denied.');
  if (findUserByEmail(simulator, wanted.email) !== undefined) {
    if (simulator.switches.values.duplicate_user === 'conflict') throw alreadyExists();
    throw unprocessable({ email: ['has already been taken'] });
  }
  const isManaged = !wanted.send_emails && wanted.confirm;
  const user = makeUser(simulator, actor, {
    email: wanted.email.trim(),
    managed: isManaged,
    confirmed: wanted.confirm && simulator.switches.values.managed_user_confirmed === 'at_once',
    ...toColumns(wanted),
    name: wanted.name ?? null,
    password: wanted.password ?? null,
  });
  if (wanted.send_emails && !isSignUp) {
    sendMail(simulator, 'onboarding', user.email, 'You have been added to Kisi. Get the app and sign in.');
  }
  return ok(presentUser(simulator.store, user));
}

function toColumns(wanted: z.output<typeof changedUserSchema>) {
  return {
    ...(wanted.name === undefined ? {} : { name: wanted.name }),
    ...(wanted.access_enabled === undefined ? {} : { accessEnabled: wanted.access_enabled }),
    ...(wanted.password_flow_enabled === undefined ? {} : { passwordFlowEnabled: wanted.password_flow_enabled }),
    ...(wanted.notes === undefined ? {} : { notes: wanted.notes }),
    ...(wanted.image === undefined ? {} : { image: wanted.image }),
    ...(wanted.metadata === undefined ? {} : { metadata: wanted.metadata }),
  };
}

/** Kisi API, users: the address cannot be changed; `access_enabled: false` shuts all doors and keeps the assignments. */
function updateUser(call: Call): Reply {
  const { simulator, actor, now } = call;
  const { store } = simulator;
  const before = findRow(call, store.users);
  const wanted = parseBody(call, 'user', changedUserSchema);
  const user = store.users.put({ ...before, ...toColumns(wanted), updatedAt: now });
  if (user.accessEnabled !== before.accessEnabled) {
    const kind = user.accessEnabled ? 'user_enabled' : 'user_disabled';
    for (const row of store.roleAssignments.by('assignee', keyOf('User', user.id)))
      recordHistory(store, row, kind, now);
  }
  emit(simulator, actor, 'user.update', { type: 'User', id: user.id, name: user.name });
  return noContent;
}

function deleteUser(call: Call): Reply {
  const { simulator, actor } = call;
  const user = findRow(call, simulator.store.users);
  const isSelf = actor.kind === 'login' && actor.user.id === user.id;
  const isRefused =
    simulator.switches.values.user_deletion === 'refused' &&
    simulator.store.roleAssignments.count('assignee', keyOf('User', user.id)) > 0;
  if (isSelf || isRefused) throw unprocessable({ base: ['cannot be deleted'] });
  removeUser(simulator, actor, user);
  return noContent;
}

export const userRoutes: readonly Route[] = [
  { method: 'get', path: '/users', access: 'admin', isList: true, handle: listUsers },
  { method: 'post', path: '/users', access: 'open', handle: createUser },
  {
    method: 'get',
    path: '/users/:id',
    access: 'admin',
    handle: (call) => ok(presentUser(call.simulator.store, findRow(call, call.simulator.store.users))),
  },
  { method: 'patch', path: '/users/:id', access: 'admin', handle: updateUser },
  { method: 'delete', path: '/users/:id', access: 'admin', handle: deleteUser },
];
