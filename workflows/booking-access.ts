import { setHandler } from '@temporalio/workflow';
import { attention } from './entitlement-access';
import type { BookingRef } from './ids';
import {
  bookingCancelled,
  bookingConfirmed,
  bookingFailed,
  bookingMoved,
  bookingPaid,
  bookingRefunded,
  bookingRescheduled,
} from './messages';

/** One booking's attention; a booking system may signal it directly, see `messages.ts`. */
export async function bookingAccess(booking: BookingRef): Promise<{ readonly receiptId: string | null }> {
  const { organizationId, sourceId, bookingId } = booking;
  const { take, attend } = attention({ organizationId, kind: 'booking', sourceId, externalId: bookingId }, booking);
  setHandler(bookingConfirmed, (message) => take({ ...message, kind: 'confirmed' }));
  setHandler(bookingFailed, (message) => take({ ...message, kind: 'failed' }));
  setHandler(bookingPaid, (message) => take({ ...message, kind: 'paid' }));
  setHandler(bookingRefunded, (message) => take({ ...message, kind: 'refunded' }));
  setHandler(bookingCancelled, (message) => take({ ...message, kind: 'cancelled' }));
  setHandler(bookingRescheduled, (message) => take({ ...message, kind: 'rescheduled' }));
  setHandler(bookingMoved, (message) => take({ ...message, kind: 'moved' }));
  return attend();
}
