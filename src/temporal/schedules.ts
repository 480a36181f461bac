import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import { integrationSweepId, SWEEP_PREFIX, WORKFLOW_TASK_QUEUE, type IntegrationRef } from '../../workflows/ids';

/** How often everything that Kisi holds is compared with the ledger. */
const EVERY_MS = 5 * 60_000;
const JITTER_MS = 20_000;
/** A sweep that takes longer hangs: the next one begins anew. */
const RUN_TIMEOUT_MS = 10 * 60_000;
/** What was missed while Temporal was away is not made up for: the next one sees it all. */
const CATCH_UP_MS = 60_000;
const UPKEEP_EVERY_MS = 30_000;
const DEADLINE_MS = 10_000;
/** Rises with what a Schedule is made of: those of an older shape are changed. */
const SHAPE = 1;

export interface SchedulesOptions {
  readonly client: Client;
  /** The integrations that are to be swept. */
  readonly listWanted: () => Promise<readonly IntegrationRef[]>;
  readonly taskQueue?: string;
}

export interface Upkeep {
  /** Looks now, not at the next round. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Makes the Schedules of the sweeps what the connections want: one for each integration that is connected, and no other.
 *
 * Level, not edge: it looks at what there is, so it also mends a Temporal that was wiped. Several processes may do it at
 * once: what another made or removed meanwhile is as it should be.
 */
export function createKeepSchedules({
  client,
  listWanted,
  taskQueue = WORKFLOW_TASK_QUEUE,
}: SchedulesOptions): () => Promise<void> {
  return () =>
    client.withDeadline(Date.now() + DEADLINE_MS, async () => {
      const wanted = new Map((await listWanted()).map((one) => [integrationSweepId(one), one]));
      const found = new Map<string, unknown>();
      for await (const { scheduleId, memo } of client.schedule.list()) {
        if (scheduleId.startsWith(SWEEP_PREFIX)) found.set(scheduleId, memo?.['shape']);
      }
      for (const [id, integration] of wanted) {
        if (!found.has(id)) await create(client, toOptions(id, integration, taskQueue));
        else if (found.get(id) !== SHAPE) await replace(client, toOptions(id, integration, taskQueue));
      }
      for (const id of found.keys()) if (!wanted.has(id)) await remove(client, id);
    });
}

function toOptions(scheduleId: string, integration: IntegrationRef, taskQueue: string): ScheduleOptions {
  return {
    scheduleId,
    memo: { shape: SHAPE },
    spec: { intervals: [{ every: EVERY_MS, offset: offsetOf(scheduleId) }], jitter: JITTER_MS },
    action: {
      type: 'startWorkflow',
      workflowType: 'integrationSweep',
      workflowId: scheduleId,
      args: [{ organizationId: integration.organizationId, integrationId: integration.integrationId }],
      taskQueue,
      workflowRunTimeout: RUN_TIMEOUT_MS,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_MS },
    // What there is at Kisi is seen as soon as it is connected.
    state: { triggerImmediately: true },
  };
}

/** Not all integrations at the same second, and each always at its own. */
function offsetOf(id: string): number {
  const hash = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 4_294_967_291, 7);
  return (hash % (EVERY_MS / 1_000)) * 1_000;
}

async function create(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}

/** A memo cannot be changed, so it is made anew. */
async function replace(client: Client, options: ScheduleOptions): Promise<void> {
  await remove(client, options.scheduleId);
  await create(client, options);
}

async function remove(client: Client, id: string): Promise<void> {
  try {
    await client.schedule.getHandle(id).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** Looks every so often until it is stopped; a round that fails is reported and the next one comes all the same. */
export function startUpkeep(
  keep: () => Promise<void>,
  {
    intervalMs = UPKEEP_EVERY_MS,
    onError,
  }: { readonly intervalMs?: number; readonly onError: (error: unknown) => void },
): Upkeep {
  let running: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    running = running.then(keep).catch(onError);
    return running;
  };
  void look();
  const timer = setInterval(() => void look(), intervalMs);
  return {
    look,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
