import type { Actor } from '../http/call';
import type { Simulator } from '../simulator';
import type { GuestRow } from '../store/rows';
import { emit } from './events';

/** Makes a guest and writes the event. Kisi API, guests: two may have the same address. */
export function makeGuest(
  simulator: Simulator,
  actor: Actor,
  wanted: Pick<GuestRow, 'name' | 'email' | 'phoneNumber'>,
): GuestRow {
  const { store, clock } = simulator;
  const now = clock.now();
  const guest = store.guests.put({ id: store.guests.nextId(), createdAt: now, updatedAt: now, ...wanted });
  emit(simulator, actor, 'guest.create', { type: 'Guest', id: guest.id, name: guest.name });
  return guest;
}
