import { defineQuery, defineSignal } from '@temporalio/workflow';

/**
 * The messages that `bookingAccess` understands.
 *
 * A booking system may signal the workflow itself, with `signalWithStart` and the id and input of `ids.ts`. Messages carry
 * ids, status, payment and times only: people come over HTTP. What arrives is stored in the inbox before it counts.
 *
 * `eventId`: the sender's own id of this message; one that was seen before is ignored. `version`: an integer or an ISO 8601
 * instant with offset, of one kind for all messages of a source; a smaller one than known is stored but does not count.
 */
export interface BookingMessage {
  readonly eventId?: string;
  readonly version?: number | string;
}

/** ISO 8601 with an offset. */
export interface BookingTimesMessage extends BookingMessage {
  readonly startsAt: string;
  readonly endsAt: string;
}

export interface BookingResourceMessage extends BookingMessage {
  readonly resourceId: string;
}

/** Look again at everything: something that concerns you has changed. Sent by Latchkey itself; harmless at any time. */
export const lookAgain = defineSignal('lookAgain');

export const bookingConfirmed = defineSignal<[BookingMessage]>('bookingConfirmed');
export const bookingFailed = defineSignal<[BookingMessage]>('bookingFailed');
export const bookingPaid = defineSignal<[BookingMessage]>('bookingPaid');
export const bookingRefunded = defineSignal<[BookingMessage]>('bookingRefunded');
export const bookingCancelled = defineSignal<[BookingMessage]>('bookingCancelled');
export const bookingRescheduled = defineSignal<[BookingTimesMessage]>('bookingRescheduled');
export const bookingMoved = defineSignal<[BookingResourceMessage]>('bookingMoved');

/** A message as the workflow hands it to the inbox. */
export type ReceivedMessage =
  | (BookingMessage & { readonly kind: 'confirmed' | 'failed' | 'paid' | 'refunded' | 'cancelled' })
  | (BookingTimesMessage & { readonly kind: 'rescheduled' })
  | (BookingResourceMessage & { readonly kind: 'moved' })
  | { readonly kind: 'ended_by_operator'; readonly eventId: string };

/** What an entitlement's workflow knew at its last look. Instants in ISO 8601, UTC. */
export interface EntitlementSnapshot {
  readonly state: string;
  readonly problems: readonly string[];
  readonly lookAgainAt: string | null;
}

/** The last look, for people in the Temporal Web UI. */
export const getState = defineQuery<EntitlementSnapshot | null>('getState');
