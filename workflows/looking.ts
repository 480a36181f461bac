/** How a look at the ledger is asked for: one that failed this often is asked for again, with a new `now`. */
export const LEDGER_LOOK = {
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '2 seconds', maximumAttempts: 4 },
} as const;

const RETRY_LOOK_MS = 5_000;

/** What the look found, or null when the ledger could not be reached: nothing is lost, we look again. */
export async function lookOrNull<Look>(look: () => Promise<Look>): Promise<Look | null> {
  try {
    return await look();
  } catch (error) {
    if (isActivityFailure(error)) return null;
    throw error;
  }
}

/** When to look again (epoch ms): as the look said, or soon after one that did not succeed. */
export function nextLookAt(look: { readonly lookAgainAt: number | null } | null): number | null {
  return look === null ? Date.now() + RETRY_LOOK_MS : look.lookAgainAt;
}

/** True for an activity that failed or ran out of time; anything else is a bug and fails the workflow task. */
export function isActivityFailure(error: unknown): boolean {
  return error instanceof Error && error.name === 'ActivityFailure';
}
