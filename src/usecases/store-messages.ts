import type { EntitlementFact } from '../domain/entitlement-facts';
import type { BookingFact } from '../domain/facts';
import type { Instant } from '../domain/time';
import type { EntitlementKey, JsonObject } from './ports';
import type { FactInput, ReceiveFact } from './receive-fact';

/** A message that a booking system signalled to the workflow itself; see `workflows/messages.ts`. */
export type BookingSystemMessage = {
  readonly kind:
    'confirmed' | 'failed' | 'paid' | 'refunded' | 'cancelled' | 'rescheduled' | 'moved' | 'ended_by_operator';
  readonly eventId?: string;
  readonly version?: number | string;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly resourceId?: string;
};

/**
 * Stores signalled messages in the inbox, in the order they came, like facts that came over HTTP. A message that says
 * nothing usable (no valid times, an unknown resource) is refused by name and skipped: it must not hold up the others.
 */
export function createStoreMessages(deps: {
  readonly receiveFact: ReceiveFact;
  readonly reportRefused: (key: EntitlementKey, message: BookingSystemMessage, error: unknown) => void;
  readonly isRefusal: (error: unknown) => boolean;
}): (key: EntitlementKey, messages: readonly BookingSystemMessage[], now: Instant) => Promise<void> {
  return async (key, messages) => {
    for (const message of messages) {
      const said = toSaid(key, message);
      if (said === null) {
        deps.reportRefused(key, message, new Error('The message has no valid times or version.'));
        continue;
      }
      try {
        await deps.receiveFact(toInput(key, message, said));
      } catch (error) {
        if (!deps.isRefusal(error)) throw error;
        deps.reportRefused(key, message, error);
      }
    }
  };
}

function toInput(key: EntitlementKey, message: BookingSystemMessage, said: EntitlementFact): FactInput {
  const payload: JsonObject = Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));
  return {
    ...key,
    ...said,
    versionKind: message.version === undefined ? null : typeof message.version === 'number' ? 'integer' : 'instant',
    member: null,
    payload,
    idempotencyKey: null,
    eventId: message.eventId ?? null,
  };
}

function toSaid({ kind }: EntitlementKey, message: BookingSystemMessage): EntitlementFact | null {
  if (kind !== 'booking') return null;
  const fact = toFact(message);
  return fact === null ? null : { kind, fact };
}

function toFact(message: BookingSystemMessage): BookingFact | null {
  const version = toVersion(message.version);
  if (version === undefined) return null;
  switch (message.kind) {
    case 'confirmed':
    case 'failed':
      return { kind: 'status', version, status: message.kind };
    case 'paid':
    case 'refunded':
      return { kind: 'payment', version, payment: message.kind };
    case 'cancelled':
      return { kind: 'cancellation', version };
    case 'rescheduled': {
      const startsAt = toInstant(message.startsAt);
      const endsAt = toInstant(message.endsAt);
      if (startsAt === null || endsAt === null || endsAt < startsAt) return null;
      return { kind: 'times', version, startsAt, endsAt };
    }
    case 'moved':
      return message.resourceId === undefined ? null : { kind: 'resource', version, resourceId: message.resourceId };
    case 'ended_by_operator':
      return { kind: 'ended_by_operator', version: null, reason: 'The workflow was cancelled.' };
  }
}

function toVersion(version: number | string | undefined): number | null | undefined {
  if (version === undefined) return null;
  if (typeof version === 'number') return Number.isSafeInteger(version) && version >= 0 ? version : undefined;
  return toInstant(version) ?? undefined;
}

/** ISO 8601 with an offset, or null: a time without one means another instant on another machine. */
function toInstant(text: string | undefined): Instant | null {
  if (text === undefined || !/T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
