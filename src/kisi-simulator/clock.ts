import { z } from 'zod';
import type { Store } from './store/store';

const clockState = z.object({ frozenAt: z.number().nullable(), offsetMs: z.number() });

/**
 * The time at the simulated Kisi, epoch milliseconds: real time, real time with an offset, or frozen.
 *
 * It decides what doors do, what rows and mails are dated and what the `Date` header says. Rate limits and delays go by real time.
 */
export class SimulatedClock {
  private readonly store: Store;
  private readonly realNow: () => number;
  private state: z.infer<typeof clockState> = { frozenAt: null, offsetMs: 0 };

  constructor(store: Store, realNow: () => number = Date.now) {
    this.store = store;
    this.realNow = realNow;
    this.reload();
  }

  now(): number {
    return this.state.frozenAt ?? this.realNow() + this.state.offsetMs;
  }

  freeze(at: number): void {
    this.save({ frozenAt: at, offsetMs: 0 });
  }

  /** Runs again, this far ahead of real time (negative: behind). */
  shift(offsetMs: number): void {
    this.save({ frozenAt: null, offsetMs });
  }

  run(): void {
    this.shift(0);
  }

  describe(): { readonly now: string; readonly running: boolean; readonly offsetMs: number } {
    const now = this.now();
    const running = this.state.frozenAt === null;
    return {
      now: new Date(now).toISOString(),
      running,
      offsetMs: running ? this.state.offsetMs : now - this.realNow(),
    };
  }

  /** Takes the state from the store again, after a reset or a restart. */
  reload(): void {
    const saved = clockState.safeParse(this.store.setting('clock'));
    this.state = saved.success ? saved.data : { frozenAt: null, offsetMs: 0 };
  }

  private save(state: z.infer<typeof clockState>): void {
    this.state = state;
    this.store.saveSetting('clock', state);
  }
}
