import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import type { KisiActivities, LedgerActivities } from '../../activities';
import { kisiTaskQueue, WORKFLOW_TASK_QUEUE } from '../../workflows/ids';

/** What the workers run, whoever runs them. */
export interface WorkerParts {
  readonly ledgerActivities: LedgerActivities;
  readonly kisiActivities: KisiActivities;
  /** The integrations that are connected now. */
  readonly listConnected: () => Promise<readonly string[]>;
  /** For the server's limit of each integration's queue; 0 is none. */
  readonly kisiRequestsPerSecond: number;
  readonly onError: (error: unknown) => void;
}

export interface WorkersOptions extends WorkerParts {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly workflowBundle: WorkflowBundleOption;
  /** How many local activities may run at once; the embedded database has one connection. */
  readonly maxConcurrentLocalActivities?: number;
  /** How many workflows stay in memory; the others are replayed when they wake. */
  readonly maxCachedWorkflows?: number;
  readonly taskQueue?: string;
  readonly superviseEveryMs?: number;
}

export interface RunningWorkers {
  /** Looks for integrations that came or went now, not at the next round. */
  supervise(): Promise<void>;
  /** Ends when what runs has finished; nothing new is taken. */
  stop(): Promise<void>;
  /** Rejects when the workers of the workflows fail. */
  readonly failed: Promise<never>;
}

/** Requests to one Kisi at a time. */
const MOST_AT_ONCE = 8;
const SUPERVISE_EVERY_MS = 2_000;
const SHUTDOWN_GRACE_MS = 10_000;

/**
 * Runs the workflows, and for each connected integration a worker on its own queue: one Kisi that hangs blocks nobody else.
 * Integrations that come get theirs within seconds, those that go lose it after what runs has finished.
 */
export async function startWorkers(options: WorkersOptions): Promise<RunningWorkers> {
  const { connection, namespace, workflowBundle } = options;
  const main = await Worker.create({
    connection,
    namespace,
    taskQueue: options.taskQueue ?? WORKFLOW_TASK_QUEUE,
    workflowBundle,
    activities: { ...options.ledgerActivities },
    maxConcurrentLocalActivityExecutions: options.maxConcurrentLocalActivities ?? 16,
    ...(options.maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows: options.maxCachedWorkflows }),
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
  });
  const running = main.run();
  const failed = new Promise<never>((_resolve, reject) => {
    running.catch(reject);
  });
  // Whoever does not wait for it must not be killed by it.
  failed.catch(() => undefined);
  const supervisor = createSupervisor(options);
  await supervisor.supervise();
  return {
    supervise: supervisor.supervise,
    failed,
    async stop() {
      await supervisor.stop();
      if (main.getState() === 'RUNNING') main.shutdown();
      await running.catch(() => undefined);
    },
  };
}

interface KisiWorker {
  readonly worker: Worker;
  readonly running: Promise<void>;
}

function createSupervisor(options: WorkersOptions): { supervise(): Promise<void>; stop(): Promise<void> } {
  const workers = new Map<string, KisiWorker>();
  let isStopped = false;
  let round: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    if (isStopped) return;
    const wanted = new Set(await options.listConnected());
    for (const [id, { worker }] of workers) if (!wanted.has(id) && worker.getState() === 'RUNNING') worker.shutdown();
    for (const id of wanted) {
      if (isStopped || workers.has(id)) continue;
      const worker = await createKisiWorker(options, id);
      const running = worker
        .run()
        .catch(options.onError)
        .finally(() => void workers.delete(id));
      workers.set(id, { worker, running });
    }
  };
  const supervise = (): Promise<void> => {
    round = round.then(look).catch(options.onError);
    return round;
  };
  const timer = setInterval(() => void supervise(), options.superviseEveryMs ?? SUPERVISE_EVERY_MS);
  return {
    supervise,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await round;
      const last = [...workers.values()];
      for (const { worker } of last) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(last.map(({ running }) => running));
    },
  };
}

function createKisiWorker(options: WorkersOptions, integrationId: string): Promise<Worker> {
  const { connection, namespace, kisiActivities, kisiRequestsPerSecond } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue: kisiTaskQueue(integrationId),
    activities: { ...kisiActivities },
    maxConcurrentActivityTaskExecutions: MOST_AT_ONCE,
    ...(kisiRequestsPerSecond > 0 ? { maxTaskQueueActivitiesPerSecond: kisiRequestsPerSecond } : {}),
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
  });
}
