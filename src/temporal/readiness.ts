import type { Client } from '@temporalio/client';
import { kisiTaskQueue, WORKFLOW_TASK_QUEUE } from '../../workflows/ids';

/** Temporal API, enum TaskQueueType. */
const WORKFLOWS = 1;
const ACTIVITIES = 2;
const DEADLINE_MS = 2_000;
/** Temporal keeps pollers for minutes after they are gone. */
const POLLED_WITHIN_MS = 75_000;

export interface TemporalReadiness {
  readonly temporal: boolean;
  readonly worker: boolean;
  /** Every connected integration has a worker on its queue. */
  readonly taskQueues: boolean;
}

/** Whether Temporal answers, and whether somebody works on our queues. Never throws. */
export async function checkTemporal(client: Client, integrationIds: readonly string[]): Promise<TemporalReadiness> {
  try {
    const worker = await isPolled(client, WORKFLOW_TASK_QUEUE, WORKFLOWS);
    const queues = await Promise.all(integrationIds.map((id) => isPolled(client, kisiTaskQueue(id), ACTIVITIES)));
    return { temporal: true, worker, taskQueues: queues.every(Boolean) };
  } catch {
    return { temporal: false, worker: false, taskQueues: false };
  }
}

async function isPolled(client: Client, name: string, taskQueueType: number): Promise<boolean> {
  const { pollers } = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name },
      taskQueueType,
    }),
  );
  const last = Math.max(0, ...(pollers ?? []).map((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1_000));
  return Date.now() - last < POLLED_WITHIN_MS;
}
