import type { SimulatedClock } from './clock';
import type { Faults } from './faults/faults';
import type { RateLimiter } from './http/rate-limiter';
import type { RequestLog } from './http/request-log';
import type { Webhooks } from './rules/webhooks';
import type { Store } from './store/store';
import type { Switches } from './switches';

/** The parts of one running simulator, handed to every route. */
export interface Simulator {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly switches: Switches;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly limiter: RateLimiter;
  readonly webhooks: Webhooks;
  /** When each user was made, by real time: how a search index knows what it has not seen yet. */
  readonly usersMadeAt: Map<number, number>;
}
