import type { Instant } from '../domain/time';
import type { EntitlementKey, IntegrationWake, PersonKey, Waker } from './ports';

interface Found {
  readonly entitlements: readonly EntitlementKey[];
  readonly persons: readonly PersonKey[];
  readonly integrations: readonly IntegrationWake[];
}

export interface RelayDeps {
  readonly findLate: (now: Instant, lateMs: number) => Promise<Omit<Found, 'integrations'>>;
  readonly findLateIntegrations: (now: Instant, lateMs: number) => Promise<readonly IntegrationWake[]>;
  readonly findProbers: (now: Instant, lateMs: number) => Promise<readonly PersonKey[]>;
  readonly fanOutPage: (now: Instant) => Promise<Found | null>;
  readonly waker: Waker;
  readonly clock: () => Instant;
  readonly lateMs: number;
}

export interface Relay {
  /** Marks everybody dirty whom changes concern, page by page, and wakes them. */
  fanOut(): Promise<void>;
  /** One whole round: fan-outs, then whoever was not looked at in time. */
  tick(): Promise<void>;
}

/** A probe that is this much overdue is given to somebody else. */
const PROBE_LATE_MS = 5_000;

/**
 * Wakes what should have looked and did not: after a lost signal, a terminated workflow or a day without Temporal.
 *
 * Any number of processes may run it; each row is found by one of them.
 */
export function createRelay(deps: RelayDeps): Relay {
  const wake = (found: Found): void => {
    deps.waker.wakeEntitlements(found.entitlements);
    deps.waker.wakePersons(found.persons);
    deps.waker.wakeIntegrations(found.integrations);
  };
  const fanOut = async (): Promise<void> => {
    for (;;) {
      const page = await deps.fanOutPage(deps.clock());
      if (page === null) return;
      wake(page);
    }
  };
  return {
    fanOut,
    async tick() {
      await fanOut();
      const { entitlements, persons } = await deps.findLate(deps.clock(), deps.lateMs);
      const probers = await deps.findProbers(deps.clock(), PROBE_LATE_MS);
      // Together: whoever is late and probes is woken once.
      const integrations = await deps.findLateIntegrations(deps.clock(), deps.lateMs);
      wake({ entitlements, persons: [...persons, ...probers], integrations });
    },
  };
}

/** Runs the relay every so often until it is stopped; a round that fails is reported and the next one runs all the same. */
export function startRelay(
  relay: Relay,
  options: { readonly intervalMs: number; readonly onError: (error: unknown) => void },
): { kick(): void; stop(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const round = (): void => {
    timer = null;
    running = relay
      .tick()
      .catch(options.onError)
      .finally(() => {
        if (!isStopped) timer = setTimeout(round, options.intervalMs);
      });
  };
  timer = setTimeout(round, options.intervalMs);
  return {
    kick: () => void relay.fanOut().catch(options.onError),
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
