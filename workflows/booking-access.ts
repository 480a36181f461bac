import {
  CancellationScope,
  continueAsNew,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, EntitlementLook } from '../activities';
import type { BookingRef } from './ids';
import { LEDGER_LOOK, lookOrNull, nextLookAt } from './looking';
import {
  bookingCancelled,
  bookingConfirmed,
  bookingFailed,
  bookingMoved,
  bookingPaid,
  bookingRefunded,
  bookingRescheduled,
  getState,
  lookAgain,
  type ReceivedMessage,
} from './messages';
import { toSnapshot, toDetails } from './present';
import { waitUntil } from './waiting';

const ledger = proxyLocalActivities<Pick<Activities, 'refreshEntitlement' | 'storeMessages'>>(LEDGER_LOOK);

/**
 * One booking's attention: keeps its claims in the ledger equal to what its facts, the mappings and the policy say.
 *
 * It holds nothing that cannot be read again, so it may be terminated, started twice or lose a signal. It ends when the
 * ledger says that nothing is owed. Cancelling it means that an operator ends the booking's access.
 */
export async function bookingAccess(booking: BookingRef): Promise<{ readonly receiptId: string | null }> {
  const inbox: ReceivedMessage[] = [];
  let changed = false;
  let look: EntitlementLook | null = null;
  const wake = (): void => void (changed = true);
  const take = (message: ReceivedMessage): void => {
    inbox.push(message);
    wake();
  };
  setHandler(lookAgain, wake);
  setHandler(bookingConfirmed, (message) => take({ ...message, kind: 'confirmed' }));
  setHandler(bookingFailed, (message) => take({ ...message, kind: 'failed' }));
  setHandler(bookingPaid, (message) => take({ ...message, kind: 'paid' }));
  setHandler(bookingRefunded, (message) => take({ ...message, kind: 'refunded' }));
  setHandler(bookingCancelled, (message) => take({ ...message, kind: 'cancelled' }));
  setHandler(bookingRescheduled, (message) => take({ ...message, kind: 'rescheduled' }));
  setHandler(bookingMoved, (message) => take({ ...message, kind: 'moved' }));
  setHandler(getState, () => (look === null ? null : toSnapshot(look)));
  CancellationScope.current().cancelRequested.catch(() =>
    take({ kind: 'ended_by_operator', eventId: `cancelled/${workflowInfo().runId}` }),
  );

  return CancellationScope.nonCancellable(async () => {
    for (;;) {
      changed = false;
      look = await lookOrNull(() => storeAndLook(booking, inbox));
      if (look !== null) setCurrentDetails(toDetails(look));
      if (look?.isDone && !changed) return { receiptId: look.receiptId };
      if (workflowInfo().continueAsNewSuggested && inbox.length === 0 && !changed) {
        await continueAsNew<typeof bookingAccess>(booking);
      }
      await waitUntil(nextLookAt(look), () => changed, 'until the next look');
    }
  });
}

/** Stores what was signalled, then looks. */
async function storeAndLook(booking: BookingRef, inbox: ReceivedMessage[]): Promise<EntitlementLook> {
  const messages = [...inbox];
  if (messages.length > 0) {
    await ledger.storeMessages(booking, messages, Date.now());
    inbox.splice(0, messages.length);
  }
  return ledger.refreshEntitlement(booking, Date.now());
}
