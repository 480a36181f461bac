import type { IncomingMessage } from 'node:http';
import type { Simulator } from '../simulator';
import { isAdministrator } from '../rules/roles';
import type { Access, Actor } from './call';
import { accessDenied, refuse } from './reply';

const DAY_MS = 86_400_000;
/** How exact the last use of a login is kept, so that reading does not write all the time. */
const LAST_USE_PRECISION_MS = 3_600_000;

/** Who the request says it is; whoever cannot be recognised is nobody. Kisi API, authentication. */
export function identify(simulator: Simulator, request: IncomingMessage): Actor {
  const header = request.headers.authorization ?? '';
  const space = header.indexOf(' ');
  const scheme = header.slice(0, space).toUpperCase();
  const secret = header.slice(space + 1).trim();
  if (scheme === 'KISI-LOGIN') return identifyLogin(simulator, secret);
  if (scheme === 'KISI-GROUP-LINK') {
    const link = simulator.store.groupLinks.first('secret', secret);
    return link === undefined ? { kind: 'nobody' } : { kind: 'group_link', link };
  }
  return { kind: 'nobody' };
}

function identifyLogin({ store, clock, switches }: Simulator, secret: string): Actor {
  const login = store.logins.first('secret', secret);
  const user = login === undefined ? undefined : store.users.get(login.userId);
  if (login === undefined || user === undefined) return { kind: 'nobody' };
  const now = clock.now();
  const days = switches.values.api_key_unused_days;
  if (login.expire && days > 0 && now - login.lastUsedAt > days * DAY_MS) return { kind: 'nobody' };
  if (login.expire && now - login.lastUsedAt > LAST_USE_PRECISION_MS) store.logins.put({ ...login, lastUsedAt: now });
  return { kind: 'login', user, login, isAdmin: isAdministrator(store, user.id) };
}

/**
 * Lets through whoever may call such a route. Kisi API: 401 without a valid credential, 403 `fcd8ef` without the right.
 *
 * @throws Refusal
 */
export function authorize(simulator: Simulator, actor: Actor, access: Access): void {
  if (access === 'open') return;
  if (actor.kind === 'nobody') throw refuse(401, simulator.switches.values.invalid_key_code, 'Access denied.');
  if (access === 'door') return;
  if (actor.kind === 'group_link') throw accessDenied();
  if (access === 'admin' && !actor.isAdmin) throw accessDenied();
}
