import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createKisiActivities, createLedgerActivities } from '../../../activities';
import type { Latchkey } from '../../../src/compose';
import { workflowBundle } from '../../../src/temporal/workflow-bundle';
import { kisiTaskQueue, WORKFLOW_TASK_QUEUE } from '../../../workflows/ids';

/** Time is read before and everybody woken after each activity: otherwise the server would skip what is under way. */
export async function runWorkers(
  env: TestWorkflowEnvironment,
  latchkey: Latchkey,
  integrationId: string,
  sync: () => Promise<number>,
  attendsDoors: boolean,
): Promise<{ readonly workers: readonly Worker[]; readonly running: readonly Promise<void>[] }> {
  const wrap =
    <Args extends readonly unknown[], T>(activity: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await sync();
      try {
        return await activity(...args);
      } finally {
        await latchkey.drain();
      }
    };
  const { refreshEntitlement, storeMessages, planPerson, refreshDisconnect, refreshDoors, ...sweeping } =
    latchkey.workers.ledgerActivities;
  const { grantAccess, readDoors, makeLockGroup, readSweepPage, proveAbsence } = latchkey.workers.kisiActivities;
  const common = { connection: env.nativeConnection, namespace: env.namespace ?? 'default' };
  const main = await Worker.create({
    ...common,
    taskQueue: WORKFLOW_TASK_QUEUE,
    workflowBundle: workflowBundle(),
    activities: {
      ...createLedgerActivities({
        refreshEntitlement: wrap(refreshEntitlement),
        storeMessages: wrap(storeMessages),
        planPerson: wrap(planPerson),
        refreshDisconnect: wrap(refreshDisconnect),
        // Where a test is not about doors they are left alone: weeks of skipped time would be full of readings.
        refreshDoors: wrap(async (...args) => {
          const plan = await refreshDoors(...args);
          return attendsDoors ? plan : { ...plan, next: null, isFinished: true };
        }),
        beginSweep: wrap(sweeping.beginSweep),
        endSweep: wrap(sweeping.endSweep),
        failSweep: wrap(sweeping.failSweep),
      }),
    },
  });
  const kisi = await Worker.create({
    ...common,
    taskQueue: kisiTaskQueue(integrationId),
    activities: {
      ...createKisiActivities({
        carryOut: wrap(grantAccess),
        readDoors: wrap(readDoors),
        keepLockGroup: wrap(makeLockGroup),
        readSweepPage: wrap(readSweepPage),
        proveAbsence: wrap(proveAbsence),
      }),
    },
  });
  const workers = [main, kisi];
  return { workers, running: workers.map((worker) => worker.run()) };
}
