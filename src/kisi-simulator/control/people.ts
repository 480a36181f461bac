import { z } from 'zod';
import { refuse } from '../http/reply';
import type { Actor } from '../http/call';
import { emit } from '../rules/events';
import { findUserByEmail } from '../rules/make-user';
import { decideForUser, unlock } from '../rules/unlock';
import type { Simulator } from '../simulator';
import type { UserRow } from '../store/rows';
import type { ControlInput } from './control-routes';

const unlockSchema = z.strictObject({ email: z.string(), lockId: z.number().int() });
const acceptSchema = z.strictObject({ email: z.string() });

/** The person herself, with her phone: a login that is not kept. */
function asPerson(user: UserRow): Actor {
  const { id, createdAt, updatedAt } = user;
  const login = {
    id: 0,
    createdAt,
    updatedAt,
    userId: id,
    type: 'device' as const,
    name: null,
    secret: '',
    expire: false,
  };
  return { kind: 'login', user, login: { ...login, lastUsedAt: createdAt }, isAdmin: false };
}

function findPerson(simulator: Simulator, email: string): UserRow {
  const user = findUserByEmail(simulator, email);
  if (user === undefined) throw refuse(404, '000404', 'There is no user with this e-mail address.');
  return user;
}

/** Somebody stands at the door and asks: writes an event, which webhooks get. @throws Refusal 404 */
export function unlockAtTheDoor(simulator: Simulator, { body }: ControlInput) {
  const { email, lockId } = unlockSchema.parse(body);
  const user = findPerson(simulator, email);
  const lock = simulator.store.locks.get(lockId);
  if (lock === undefined) throw refuse(404, '000404', 'There is no lock with this id.');
  const decision = decideForUser(simulator, user, lock, simulator.clock.now());
  unlock(simulator, asPerson(user), lock, decision);
  return { allowed: decision.allowed, reason: decision.reason, message: decision.message };
}

/** The person signs in to Kisi for the first time. @throws Refusal 404 */
export function emitSignIn(simulator: Simulator, { body }: ControlInput): undefined {
  const user = findPerson(simulator, acceptSchema.parse(body).email);
  simulator.store.users.put({ ...user, confirmed: true, updatedAt: simulator.clock.now() });
  emit(simulator, asPerson(user), 'user.show_confirmation', { type: 'User', id: user.id, name: user.name });
}
