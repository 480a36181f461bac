import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, PlannedStep } from '../activities';
import { kisiTaskQueue, type PersonRef } from './ids';
import { isActivityFailure, LEDGER_LOOK, lookOrNull, nextLookAt } from './looking';
import { lookAgain } from './messages';
import { waitUntil } from './waiting';

const ledger = proxyLocalActivities<Pick<Activities, 'planPerson'>>(LEDGER_LOOK);
/** One bounded attempt: what failed is planned again, so a change that cannot be made never holds up another one. */
const ONE_ATTEMPT = { startToCloseTimeout: '15 seconds', retry: { maximumAttempts: 1 } } as const;

/**
 * One person's attention: the only writer of that person's access at Kisi, which it keeps equal to their live claims.
 *
 * Cancelling it means "look again". It ends when no claim lives, nothing of ours is left at Kisi and nothing is unsettled.
 */
export async function memberAccess(person: PersonRef): Promise<void> {
  let changed = false;
  const wake = (): void => void (changed = true);
  setHandler(lookAgain, wake);
  CancellationScope.current().cancelRequested.catch(wake);

  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      changed = false;
      const plan = await lookOrNull(() => ledger.planPerson(person, Date.now()));
      if (plan?.next) {
        await carryOut(person, plan.next, () => changed);
        continue;
      }
      if (plan?.isFinished && !changed) return;
      if (workflowInfo().continueAsNewSuggested && !changed) await continueAsNew<typeof memberAccess>(person);
      await waitUntil(nextLookAt(plan), () => changed, 'until the next look');
    }
  });
}

/**
 * Carries out one change in the integration's queue. While it still waits there and something changes, it is taken back;
 * once begun it is awaited. Its outcome is in the ledger, and everything is planned again.
 */
async function carryOut(person: PersonRef, step: PlannedStep, isWoken: () => boolean): Promise<void> {
  setCurrentDetails(`**At Kisi:** ${step.summary}`);
  const scope = new CancellationScope({ cancellable: true });
  let isOver = false;
  const attempt = scope
    .run(() => startAttempt(person, step))
    .catch((error: unknown) => {
      // The worker died or the attempt ran out of time: the open intent in the ledger says what to do next.
      const isExpected = isCancellation(error) || isActivityFailure(error);
      if (!isExpected) throw error;
    })
    .finally(() => void (isOver = true));
  await condition(() => isOver || isWoken());
  if (!isOver) scope.cancel();
  await attempt;
}

function startAttempt(person: PersonRef, step: PlannedStep): Promise<void> {
  const kisi = proxyActivities<
    Pick<Activities, 'inviteMember' | 'grantAccess' | 'adjustAccess' | 'revokeAccess' | 'readAccess'>
  >({
    ...ONE_ATTEMPT,
    taskQueue: kisiTaskQueue(person.integrationId),
    priority: { priorityKey: step.priority },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: step.summary,
  });
  const args = [person, step] as const;
  switch (step.change.kind) {
    case 'invite':
      return kisi.inviteMember(...args);
    case 'grant':
      return kisi.grantAccess(...args);
    case 'adjust':
      return kisi.adjustAccess(...args);
    case 'revoke':
      return kisi.revokeAccess(...args);
    case 'read':
      return kisi.readAccess(...args);
  }
}
