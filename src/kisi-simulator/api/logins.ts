import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { parseBody } from '../http/parse-body';
import { organizationOf, presentBase } from '../http/present';
import { accessDenied, noContent, ok, refuse, unprocessable, type Reply } from '../http/reply';
import { findUserByEmail } from '../rules/make-user';
import type { LoginRow, UserRow } from '../store/rows';

const loginSchema = z.object({
  type: z.enum(['device', 'api']),
  name: z.string().nullish(),
  expire: z.boolean().default(true),
  email: z.string().optional(),
});
const credentialsSchema = z.object({ domain: z.string(), email: z.string(), password: z.string() });

/** Kisi API, logins: 40 devices, of which the oldest goes, and 10 API keys, of which the eleventh is refused. */
const MOST_DEVICES = 40;
const MOST_API_KEYS = 10;

/** Kisi API: with e-mail and password by anybody; by an administrator for another user (`login.email`), for devices only. */
function createLogin(call: Call): Reply {
  const wanted = parseBody(call, 'login', loginSchema);
  const user = wanted.email === undefined ? signIn(call) : onBehalf(call, wanted.type, wanted.email);
  const { store } = call.simulator;
  const known = store.logins.by('user', String(user.id)).filter((login) => login.type === wanted.type);
  if (wanted.type === 'api' && known.length >= MOST_API_KEYS) throw unprocessable({ base: ['too many API logins'] });
  const oldest = known[0];
  if (wanted.type === 'device' && known.length >= MOST_DEVICES && oldest) store.logins.delete(oldest.id);
  const row = store.logins.put({
    id: store.logins.nextId(),
    createdAt: call.now,
    updatedAt: call.now,
    userId: user.id,
    type: wanted.type,
    name: wanted.name ?? null,
    secret: randomBytes(16).toString('hex'),
    expire: wanted.expire,
    lastUsedAt: call.now,
  });
  if (wanted.email === undefined && !user.confirmed) store.users.put({ ...user, confirmed: true });
  return ok({ ...presentLogin(row), secret: row.secret });
}

function signIn(call: Call): UserRow {
  const { simulator } = call;
  const { domain, email, password } = parseBody(call, 'user', credentialsSchema);
  const user = findUserByEmail(simulator, email);
  const isDomain = organizationOf(simulator.store)?.domain === domain;
  if (isDomain && user?.password === password) return user;
  throw refuse(401, 'afc496', 'Access denied.');
}

function onBehalf({ actor, simulator }: Call, type: LoginRow['type'], email: string): UserRow {
  if (actor.kind === 'nobody') throw refuse(401, simulator.switches.values.invalid_key_code, 'Access denied.');
  if (actor.kind !== 'login' || !actor.isAdmin || type === 'api') throw accessDenied();
  const user = findUserByEmail(simulator, email);
  if (user === undefined) throw unprocessable({ email: ['is invalid'] });
  return user;
}

function presentLogin(row: LoginRow) {
  return {
    ...presentBase('Login', row),
    user_id: row.userId,
    type: row.type,
    name: row.name,
    primary: false,
    expire: row.expire,
  };
}

function listLogins(call: Call): Reply {
  const { actor, simulator } = call;
  const rows = actor.kind === 'login' ? simulator.store.logins.by('user', String(actor.user.id)) : [];
  return answerList(call, rows, usualPages, presentLogin);
}

function deleteLogin({ actor, simulator }: Call): Reply {
  if (actor.kind === 'login') simulator.store.logins.delete(actor.login.id);
  return noContent;
}

export const loginRoutes: readonly Route[] = [
  { method: 'get', path: '/logins', access: 'user', isList: true, handle: listLogins },
  { method: 'post', path: '/logins', access: 'open', handle: createLogin },
  { method: 'delete', path: '/login', access: 'user', handle: deleteLogin },
];
