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
import { LEDGER_LOOK, lookOrNull, nextLookAt } from './looking';
import { lookAgain } from './messages';
import { waitUntil } from './waiting';

const ledger = proxyLocalActivities<Pick<Activities, 'refreshDisconnect'>>(LEDGER_LOOK);

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
      const look = await lookOrNull(() => ledger.refreshDisconnect(integration, Date.now()));
      if (look !== null) setCurrentDetails(toDetails(look));
      if (look?.isDone && !changed) return;
      if (workflowInfo().continueAsNewSuggested && !changed) {
        await continueAsNew<typeof integrationDisconnect>(integration);
      }
      await waitUntil(nextLookAt(look), () => changed, 'until the next look');
    }
  });
}

function toDetails({ status, mode, peopleLeft }: DisconnectLook): string {
  return [`**Connection:** ${status}`, `**How:** ${mode ?? 'not at all'}`, `**People left:** ${peopleLeft}`].join(
    '\n\n',
  );
}
