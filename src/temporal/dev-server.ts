import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { Connection } from '@temporalio/client';

export interface DevServerOptions {
  readonly cliPath: string;
  readonly port: number;
  readonly uiPort: number;
  /** SQLite; without, in memory. */
  readonly databaseFile?: string;
  readonly logFile: string;
}

export interface DevServer {
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number | undefined;
  /** Rejects when the server ends by itself. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;

/**
 * Starts Temporal's development server as a child process and waits until it answers.
 *
 * One partition per queue: then urgent calls overtake strictly.
 *
 * @throws Error that names the log file when it does not come up
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { cliPath, port, uiPort, databaseFile, logFile } = options;
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--namespace', 'default', '--log-level', 'warn'],
    ...(databaseFile === undefined ? [] : ['--db-filename', databaseFile]),
    ...['matching.numTaskqueueReadPartitions=1', 'matching.numTaskqueueWritePartitions=1'].flatMap((value) => [
      '--dynamic-config-value',
      value,
    ]),
  ];
  // In our own process group: whoever kills the group leaves nothing behind.
  const child = spawn(cliPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  let isStopping = false;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (!isStopping)
        reject(new Error(`Temporal's development server ended by itself (code ${code}); see ${logFile}`));
    });
  });
  failed.catch(() => undefined);
  const stop = async (): Promise<void> => {
    isStopping = true;
    await stopChild(child, ended);
    log.end();
  };
  const address = `127.0.0.1:${port}`;
  try {
    await Promise.race([waitUntilReady(address), failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, uiUrl: `http://127.0.0.1:${uiPort}`, pid: child.pid, failed, stop };
}

async function waitUntilReady(address: string): Promise<void> {
  const deadlineAt = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 1_000 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return;
    } catch (error) {
      if (Date.now() > deadlineAt) {
        throw new Error(`Temporal's development server did not answer within ${READY_WITHIN_MS / 1_000} s.`, {
          cause: error,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}
