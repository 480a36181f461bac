import type { Instant } from '../domain/time';

/** Counts wrong attempts by whoever makes them. */
export interface AttemptLimit {
  /** Milliseconds to wait before the next attempt; 0: go on. */
  waitMs(who: string): number;
  noteWrong(who: string): void;
}

/** So many strangers are remembered; more than that only come with an attack. */
const MOST_REMEMBERED = 10_000;

/** At most `most` wrong attempts in a window that begins with the first. In memory: each process counts for itself. */
export function createAttemptLimit(options: {
  readonly most: number;
  readonly windowMs: number;
  readonly clock: () => Instant;
}): AttemptLimit {
  const { most, windowMs, clock } = options;
  const known = new Map<string, { readonly until: Instant; readonly wrong: number }>();
  return {
    waitMs(who) {
      const entry = known.get(who);
      return entry === undefined || entry.wrong < most ? 0 : Math.max(0, entry.until - clock());
    },
    noteWrong(who) {
      const now = clock();
      if (known.size >= MOST_REMEMBERED) forget(known, now);
      const entry = known.get(who);
      const isOpen = entry !== undefined && entry.until > now;
      known.set(who, isOpen ? { ...entry, wrong: entry.wrong + 1 } : { until: now + windowMs, wrong: 1 });
    },
  };
}

function forget(known: Map<string, { readonly until: Instant }>, now: Instant): void {
  for (const [who, { until }] of known) if (until <= now) known.delete(who);
  const [oldest] = known.keys();
  if (known.size >= MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
}
