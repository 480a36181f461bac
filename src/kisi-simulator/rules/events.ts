import { randomUUID } from 'node:crypto';
import type { Actor } from '../http/call';
import type { EventRow } from '../store/rows';
import type { Simulator } from '../simulator';

export interface EventObject {
  readonly type: string;
  readonly id: number;
  readonly name?: string | null;
  readonly placeId?: number | null;
}

interface EventOutcome {
  readonly code: string;
  readonly message: string;
}

/** Kisi API, event webhooks: the types that this simulator writes. None of them says that a window ended. */
export const eventTypes: readonly string[] = [
  'group.create',
  'group.destroy',
  'group.update',
  'group_link.create',
  'group_link.destroy',
  'group_lock.create',
  'group_lock.destroy',
  'guest.create',
  'guest.destroy',
  'integration.create',
  'integration.destroy',
  'integration.disable_due_to_error',
  'integration.update',
  'invite.create',
  'lock.cancel_lockdown',
  'lock.destroy',
  'lock.lock_down',
  'lock.unlock',
  'lock.update',
  'role_assignment.create',
  'role_assignment.destroy',
  'role_assignment.update',
  'user.create',
  'user.destroy',
  'user.show_confirmation',
  'user.update',
];

/** Writes an event and hands it to the webhooks. @param failure why it did not succeed, for unlocks */
export function emit(
  simulator: Simulator,
  actor: Actor,
  type: string,
  object: EventObject,
  failure: EventOutcome | null = null,
): EventRow {
  const { store, clock, webhooks } = simulator;
  const event: EventRow = store.events.put({
    id: store.events.nextId(),
    createdAt: clock.now(),
    uuid: randomUUID(),
    type,
    ...actorFields(actor),
    objectType: object.type,
    objectId: object.id,
    objectName: object.name ?? null,
    placeId: object.placeId ?? null,
    success: failure === null,
    errorCode: failure?.code ?? null,
    errorMessage: failure?.message ?? null,
  });
  webhooks.enqueue(event);
  return event;
}

type ActorFields = Pick<
  EventRow,
  'actorType' | 'actorId' | 'actorName' | 'actorEmail' | 'authenticatedByType' | 'authenticatedById'
>;

function actorFields(actor: Actor): ActorFields {
  if (actor.kind === 'login') {
    const { user, login } = actor;
    return {
      actorType: 'User',
      actorId: user.id,
      actorName: user.name,
      actorEmail: user.email,
      authenticatedByType: login.id === 0 ? null : 'Login',
      authenticatedById: login.id === 0 ? null : login.id,
    };
  }
  if (actor.kind === 'group_link') {
    const { id, name, email } = actor.link;
    return {
      actorType: 'GroupLink',
      actorId: id,
      actorName: name,
      actorEmail: email,
      authenticatedByType: 'GroupLink',
      authenticatedById: id,
    };
  }
  return {
    actorType: null,
    actorId: null,
    actorName: null,
    actorEmail: null,
    authenticatedByType: null,
    authenticatedById: null,
  };
}
