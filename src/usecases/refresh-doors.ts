import { planDoors, type DoorsPlan, type DoorsView } from '../domain/plan-doors';
import type { Instant } from '../domain/time';
import type { IntegrationKey } from './kisi-doors';

/** One transaction of a look at an integration's doors: its row is locked from `load` to the end. */
export interface DoorsLookTx {
  /** Makes the rows of one-lock groups that lock mappings need and do not have; null when there is no such integration. */
  load(): Promise<(DoorsView & { readonly dirtySeq: number }) | null>;
  write(look: { readonly seenSeq: number; readonly lookAgainAt: Instant | null }): Promise<void>;
}

/**
 * Plans the next step for the doors of one integration from the ledger. Level, not edge: it looks at every mapping each time.
 *
 * @param now epoch milliseconds, from the workflow
 * @param pauseUntil Kisi did not answer: nothing is asked of it before that
 */
export function createRefreshDoors(deps: {
  readonly inDoorsTransaction: <T>(key: IntegrationKey, look: (tx: DoorsLookTx) => Promise<T>) => Promise<T>;
}): (key: IntegrationKey, now: Instant, pauseUntil: Instant) => Promise<DoorsPlan> {
  return (key, now, pauseUntil) =>
    deps.inDoorsTransaction(key, async (tx) => {
      const view = await tx.load();
      if (view === null) return { next: null, lookAgainAt: null, isFinished: true };
      const plan = planDoors(view, now, pauseUntil);
      await tx.write({ seenSeq: view.dirtySeq, lookAgainAt: plan.lookAgainAt });
      return plan;
    });
}
