import { openProduction } from './production';
import { runProgram, untilStopped } from './program';
import { connectWorkers } from './temporal/connection';
import { installTemporalRuntime } from './temporal/runtime';
import { workflowBundle } from './temporal/workflow-bundle';
import { startWorkers } from './temporal/workers';

/** Workflows and calls to Kisi in production: any number of these may run. */
runProgram(async ({ signal }) => {
  const { logger, latchkey, stop } = await openProduction('worker', installTemporalRuntime);
  const { connection, namespace } = await connectWorkers({});
  const workers = await startWorkers({
    ...latchkey.workers,
    connection,
    namespace,
    workflowBundle: workflowBundle(),
  });
  const upkeep = latchkey.startUpkeep();
  logger.info({ namespace }, 'the worker polls');
  await Promise.race([untilStopped(signal), workers.failed]);
  await upkeep.stop();
  await workers.stop();
  await connection.close();
  await stop();
});
