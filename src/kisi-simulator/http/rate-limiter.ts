const WINDOW_MS = 1_000;

/** Counts requests over any one second of real time; a refused request does not count. */
export class RateLimiter {
  private readonly seen = new Map<string, number[]>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes one request, or says in how many milliseconds the next one fits. @param limit a second; 0 is no limit */
  take(key: string, limit: number): { readonly isAllowed: boolean; readonly waitMs: number } {
    if (limit === 0) return { isAllowed: true, waitMs: 0 };
    const now = this.now();
    const recent = (this.seen.get(key) ?? []).filter((at) => now - at < WINDOW_MS);
    this.seen.set(key, recent);
    if (recent.length < Math.max(1, limit)) {
      recent.push(now);
      return { isAllowed: true, waitMs: 0 };
    }
    return { isAllowed: false, waitMs: WINDOW_MS - (now - (recent[0] ?? now)) };
  }

  clear(): void {
    this.seen.clear();
  }
}
