import type { Actor } from '../http/call';
import type { Simulator } from '../simulator';
import type { UserRow } from '../store/rows';
import { emit } from './events';

export type NewUser = Pick<UserRow, 'email' | 'name' | 'managed' | 'confirmed'> &
  Partial<Pick<UserRow, 'accessEnabled' | 'passwordFlowEnabled' | 'password' | 'notes' | 'metadata' | 'image'>>;

/** Makes a user whose address is free, and writes the event. */
export function makeUser(simulator: Simulator, actor: Actor, wanted: NewUser): UserRow {
  const { store, clock, usersMadeAt } = simulator;
  const now = clock.now();
  const user = store.users.put({
    id: store.users.nextId(),
    createdAt: now,
    updatedAt: now,
    accessEnabled: true,
    passwordFlowEnabled: true,
    password: null,
    notes: null,
    metadata: {},
    image: null,
    lastAccessedAt: null,
    ...wanted,
  });
  usersMadeAt.set(user.id, Date.now());
  emit(simulator, actor, 'user.create', { type: 'User', id: user.id, name: user.name });
  return user;
}

/** Compared without regard to case, as Kisi does. */
export function findUserByEmail({ store }: Simulator, email: string): UserRow | undefined {
  return store.users.first('email', email.trim().toLowerCase());
}
