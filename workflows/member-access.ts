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
import type { Activities, PersonPlan, PlannedStep } from '../activities';
import { kisiTaskQueue, type PersonRef } from './ids';
import { lookAgain } from './messages';
import { waitUntil } from './waiting';

const ledger = proxyLocalActivities<Pick<Activities, 'planPerson'>>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '2 seconds', maximumAttempts: 4 },
});
const RETRY_LOOK_MS = 5_000;
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
      const plan = await planOnce(person);
      if (plan?.next) {
        await carryOut(person, plan.next, () => changed);
        continue;
      }
      if (plan?.isFinished && !changed) return;
      if (workflowInfo().continueAsNewSuggested && !changed) await continueAsNew<typeof memberAccess>(person);
      await waitUntil(
        plan === null ? Date.now() + RETRY_LOOK_MS : plan.lookAgainAt,
        () => changed,
        'until the next look',
      );
    }
  });
}

async function planOnce(person: PersonRef): Promise<PersonPlan | null> {
  try {
    return await ledger.planPerson(person, Date.now());
  } catch (error) {
    if (error instanceof Error && error.name === 'ActivityFailure') return null;
    throw error;
  }
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
      const isExpected = isCancellation(error) || (error instanceof Error && error.name === 'ActivityFailure');
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
