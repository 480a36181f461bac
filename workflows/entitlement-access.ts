import {
  CancellationScope,
  continueAsNew,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, EntitlementKey, EntitlementLook } from '../activities';
import type { EntitlementWorkflow } from './ids';
import { LEDGER_LOOK, lookOrNull, nextLookAt } from './looking';
import { getState, lookAgain, type ReceivedMessage } from './messages';
import { toDetails, toSnapshot } from './present';
import { waitUntil } from './waiting';

const ledger = proxyLocalActivities<Pick<Activities, 'refreshEntitlement' | 'storeMessages'>>(LEDGER_LOOK);

/** One entitlement as its workflow attends to it. */
export interface Attention {
  /** Takes in what was signalled; it is stored in the inbox before it counts. */
  take(message: ReceivedMessage): void;
  /** Looks until nothing is owed. Never inside a `try`: it may continue as new. */
  attend(): Promise<{ readonly receiptId: string | null }>;
}

/**
 * The attention of one entitlement: keeps its claims in the ledger equal to what its facts, the mappings and the policy say.
 * Call it before the first await: it registers the handlers that all entitlements have.
 *
 * It holds nothing that cannot be read again, so it may be terminated, started twice or lose a signal. It ends when the
 * ledger says that nothing is owed. Cancelling the workflow means that an operator ends the entitlement.
 *
 * @param input what the workflow was started with, and continues as new with
 */
export function attention(key: EntitlementKey, input: EntitlementWorkflow['input']): Attention {
  const inbox: ReceivedMessage[] = [];
  let changed = false;
  let look: EntitlementLook | null = null;
  const wake = (): void => void (changed = true);
  const take = (message: ReceivedMessage): void => {
    inbox.push(message);
    wake();
  };
  setHandler(lookAgain, wake);
  setHandler(getState, () => (look === null ? null : toSnapshot(look)));
  CancellationScope.current().cancelRequested.catch(() =>
    take({ kind: 'ended_by_operator', eventId: `cancelled/${workflowInfo().runId}` }),
  );
  const attend = (): Promise<{ readonly receiptId: string | null }> =>
    CancellationScope.nonCancellable(async () => {
      for (;;) {
        changed = false;
        look = await lookOrNull(() => storeAndLook(key, inbox));
        if (look !== null) setCurrentDetails(toDetails(look));
        if (look?.isDone && !changed) return { receiptId: look.receiptId };
        if (workflowInfo().continueAsNewSuggested && inbox.length === 0 && !changed) {
          await continueAsNew<(again: EntitlementWorkflow['input']) => Promise<unknown>>(input);
        }
        await waitUntil(nextLookAt(look), () => changed, 'until the next look');
      }
    });
  return { take, attend };
}

/** Stores what was signalled, then looks. */
async function storeAndLook(key: EntitlementKey, inbox: ReceivedMessage[]): Promise<EntitlementLook> {
  const messages = [...inbox];
  if (messages.length > 0) {
    await ledger.storeMessages(key, messages, Date.now());
    inbox.splice(0, messages.length);
  }
  return ledger.refreshEntitlement(key, Date.now());
}
