import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from '../../src/project-root';

const localSchema = z.object({
  pid: z.number(),
  apiUrl: z.string(),
  simulatorUrl: z.string(),
  temporalAddress: z.string(),
  organizationId: z.string(),
  token: z.string(),
  demo: z.object({ integrationId: z.string() }),
});

export interface BenchService extends z.output<typeof localSchema> {
  /** From the start of the process until everything answered. */
  readonly readyMs: number;
  /** Resident memory now, in megabytes, without Temporal's own process; null where it cannot be read. */
  memoryMb(): number | null;
  send(method: string, path: string, body?: unknown): Promise<unknown>;
  simulator(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Kisi's API, as an administrator who is not the service. */
  kisi(method: string, path: string, body?: unknown): Promise<unknown>;
  restart(): Promise<BenchService>;
  stop(): Promise<void>;
}

/** Starts the embedded default on a folder and ports of its own, without limits on either side. */
export async function startService(home = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))): Promise<BenchService> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(projectRoot(), 'dist', 'standalone.cjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      LATCHKEY_HOME: home,
      PORT: '0',
      TEMPORAL_PORT: '0',
      TEMPORAL_UI_PORT: '0',
      SIMULATOR_PORT: '0',
      KISI_REQUESTS_PER_SECOND: '0',
      MALLOC_ARENA_MAX: '2',
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const file = join(home, 'local.json');
  while (!existsSync(file)) {
    if (child.exitCode !== null) throw new Error('The service ended before it was ready.');
    await sleep(20);
  }
  const readyMs = performance.now() - startedAt;
  const local = localSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
  };
  return {
    ...local,
    readyMs,
    memoryMb: () => residentMb(local.pid),
    send: (method, path, body) => call(method, local.apiUrl + path, { Authorization: `Bearer ${local.token}` }, body),
    simulator: (method, path, body) => call(method, `${local.simulatorUrl}/_simulator${path}`, {}, body),
    kisi: (method, path, body) =>
      call(method, local.simulatorUrl + path, { Authorization: 'KISI-LOGIN simulated-key-of-olivia' }, body),
    async restart() {
      await stop();
      return startService(home);
    },
    async stop() {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function residentMb(pid: number): number | null {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1_000);
  } catch {
    return null;
  }
}

async function call(method: string, url: string, headers: Record<string, string>, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  return parsed;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
