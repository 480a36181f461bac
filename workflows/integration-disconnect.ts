import {
  CancellationScope,
  continueAsNew,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, DisconnectLook } from '../activities';
import type { IntegrationRef } from './ids';
import { lookAgain } from './messages';
import { waitUntil } from './waiting';

const ledger = proxyLocalActivities<Pick<Activities, 'refreshDisconnect'>>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '2 seconds', maximumAttempts: 4 },
});
const RETRY_LOOK_MS = 5_000;

/**
 * The attention of an integration that is being disconnected: looks until nothing of ours is owed there, then lets the key go.
 *
 * It writes nothing at Kisi itself; each person's workflow does. Cancelling it means "look again".
 */
export async function integrationDisconnect(integration: IntegrationRef): Promise<void> {
  let changed = false;
  const wake = (): void => void (changed = true);
  setHandler(lookAgain, wake);
  CancellationScope.current().cancelRequested.catch(wake);

  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      changed = false;
      const look = await lookOnce(integration);
      if (look !== null) setCurrentDetails(toDetails(look));
      if (look?.isDone && !changed) return;
      if (workflowInfo().continueAsNewSuggested && !changed) {
        await continueAsNew<typeof integrationDisconnect>(integration);
      }
      await waitUntil(
        look === null ? Date.now() + RETRY_LOOK_MS : look.lookAgainAt,
        () => changed,
        'until the next look',
      );
    }
  });
}

/** Null when the ledger could not be reached: nothing is lost, we look again. */
async function lookOnce(integration: IntegrationRef): Promise<DisconnectLook | null> {
  try {
    return await ledger.refreshDisconnect(integration, Date.now());
  } catch (error) {
    if (error instanceof Error && error.name === 'ActivityFailure') return null;
    throw error;
  }
}

function toDetails({ status, mode, peopleLeft }: DisconnectLook): string {
  return [`**Connection:** ${status}`, `**How:** ${mode ?? 'not at all'}`, `**People left:** ${peopleLeft}`].join(
    '\n\n',
  );
}
