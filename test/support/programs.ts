import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** One of our built programs, running as its own process group like an operator's. */
export interface RunningProgram {
  readonly pid: number;
  /** What it printed so far, both streams. */
  output(): string;
  /** Asks for a clean end and waits for it. @returns the exit code */
  stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<number | null>;
  /** Ends the whole group at once, as a power cut would. */
  kill(): Promise<void>;
}

type Program = 'server' | 'worker' | 'standalone' | 'organization-create';

export function startProgram(
  name: Program,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): RunningProgram & { readonly ended: Promise<number | null> } {
  const file = join(__dirname, '..', '..', 'dist', `${name}.cjs`);
  const { PATH = '', HOME = '', TEMPORAL_CLI_PATH = '' } = process.env;
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH, HOME, TEMPORAL_CLI_PATH, TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const pid = child.pid ?? 0;
  return {
    pid,
    ended,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null) process.kill(pid, signal);
      return ended;
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGKILL');
      await ended;
    },
  };
}
