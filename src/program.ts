import { ConfigError } from './config';

/** What a program does until it is told to stop. */
export type Program = (stop: { readonly signal: AbortSignal }) => Promise<void>;

/** A clean end takes at most this long; then the process ends all the same, which is safe at any moment. */
const STOP_WITHIN_MS = 25_000;

/** Runs a program until it ends, fails, or SIGINT or SIGTERM ask for a clean end; a second signal ends it at once. */
export function runProgram(program: Program): void {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  program({ signal: stop.signal })
    .then(() => process.exit(0))
    .catch((error: unknown) => {
      process.stderr.write(`${describe(error)}\n`);
      process.exit(1);
    });
}

function describe(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Resolves when the program is told to stop. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
