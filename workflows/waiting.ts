import { condition } from '@temporalio/workflow';

/** Longer timers are cut: a look that comes early does no harm, and the server refuses timers of many years. */
const LONGEST_WAIT_MS = 30 * 24 * 3_600_000;

/**
 * Waits until `isWoken` says so or the instant has come.
 *
 * @param at epoch milliseconds, or null for no timer at all
 */
export async function waitUntil(at: number | null, isWoken: () => boolean, summary: string): Promise<void> {
  if (at === null) {
    await condition(isWoken);
    return;
  }
  const waitMs = Math.min(Math.max(at - Date.now(), 1), LONGEST_WAIT_MS);
  await condition(isWoken, waitMs, { summary });
}
