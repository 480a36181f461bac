import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import type { Logger } from '../logger';

/** True of every worker for one integration, and nothing to warn about. */
const EXPECTED = 'No workflows registered';

/** Sends what Temporal's workers log to our log. Once a process, before the first worker. Signals are ours to handle. */
export function installTemporalRuntime(logger: Logger): void {
  const temporal = logger.child({ part: 'temporal' });
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', (entry) => {
      if (entry.message.startsWith(EXPECTED)) return;
      const { error, ...meta } = fieldsOf(entry);
      temporal[entry.level === 'ERROR' ? 'error' : 'warn']({ ...meta, error }, entry.message);
    }),
  });
}

function fieldsOf({ meta }: LogEntry): Record<string, unknown> {
  const { workflowId, workflowType, activityType, taskQueue, error } = meta ?? {};
  return { workflowId, workflowType, activityType, taskQueue, error };
}
