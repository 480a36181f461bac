import {
  CancellationScope,
  continueAsNew,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, DoorsOutcome, DoorsStep } from '../activities';
import { kisiTaskQueue, type IntegrationRef } from './ids';
import { isActivityFailure, LEDGER_LOOK, lookOrNull, nextLookAt } from './looking';
import { lookAgain } from './messages';
import { waitUntil } from './waiting';

const ledger = proxyLocalActivities<Pick<Activities, 'refreshDoors'>>(LEDGER_LOOK);
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** What a door waits for comes with the grants, reading after everything else. */
const PRIORITY: Readonly<Record<DoorsStep['kind'], number>> = {
  make_group: 2,
  find_group: 2,
  check_group: 2,
  read_doors: 4,
};

/**
 * One integration's doors: the only writer of the Kisi groups that hold exactly one lock, which it keeps equal to what lock
 * mappings need, and the reader of Kisi's locks and groups by which mappings are verified.
 *
 * Cancelling it means "look again". It ends when the integration is not connected or has no mapping.
 */
export async function doors(integration: IntegrationRef): Promise<void> {
  let changed = false;
  // While Kisi does not answer, nothing is asked of it for a while; whoever wakes us may know better.
  let pauseUntil = 0;
  let failures = 0;
  const wake = (): void => {
    changed = true;
    pauseUntil = 0;
  };
  setHandler(lookAgain, wake);
  CancellationScope.current().cancelRequested.catch(wake);

  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      changed = false;
      const plan = await lookOrNull(() => ledger.refreshDoors(integration, Date.now(), pauseUntil));
      if (plan?.isFinished && !changed) return;
      if (workflowInfo().continueAsNewSuggested && !changed) await continueAsNew<typeof doors>(integration);
      if (plan?.next) {
        const { contact, waitUntil: pause } = await carryOut(integration, plan.next);
        failures = contact === 'answered' ? 0 : failures + 1;
        pauseUntil = failures === 0 ? (pause ?? 0) : Date.now() + pauseAfter(failures);
        continue;
      }
      await waitUntil(nextLookAt(plan), () => changed, 'until the next look');
    }
  });
}

function pauseAfter(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 10), LONGEST_PAUSE_MS);
}

/** One step in the integration's queue. Its outcome is in the ledger, and everything is planned again. */
async function carryOut(integration: IntegrationRef, step: DoorsStep): Promise<DoorsOutcome> {
  setCurrentDetails(`**At Kisi:** ${summarize(step)}`);
  try {
    return await startStep(integration, step);
  } catch (error) {
    // The worker died or the step ran out of time: the open intent in the ledger says what to do next.
    if (isActivityFailure(error)) return { contact: 'silent', waitUntil: null };
    throw error;
  }
}

function startStep(integration: IntegrationRef, step: DoorsStep): Promise<DoorsOutcome> {
  const kisi = proxyActivities<Pick<Activities, 'readDoors' | 'makeLockGroup' | 'findLockGroup' | 'checkLockGroup'>>({
    startToCloseTimeout: step.kind === 'read_doors' ? '60 seconds' : '15 seconds',
    retry: { maximumAttempts: 1 },
    taskQueue: kisiTaskQueue(integration.integrationId),
    priority: { priorityKey: PRIORITY[step.kind] },
    summary: summarize(step),
  });
  switch (step.kind) {
    case 'read_doors':
      return kisi.readDoors(integration);
    case 'make_group':
      return kisi.makeLockGroup(integration, step);
    case 'find_group':
      return kisi.findLockGroup(integration, step);
    case 'check_group':
      return kisi.checkLockGroup(integration, step);
  }
}

function summarize(step: DoorsStep): string {
  switch (step.kind) {
    case 'read_doors':
      return 'read doors and groups';
    case 'make_group':
      return `make the group of lock ${step.lockId}`;
    case 'find_group':
      return `look for the group of lock ${step.lockId}`;
    case 'check_group':
      return `check group ${step.groupId} of lock ${step.lockId}`;
  }
}
