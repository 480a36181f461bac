/** One API request. Times are real, except `simulatedTime`. */
export interface RequestEntry {
  readonly seq: number;
  readonly time: string;
  readonly simulatedTime: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly route: string;
  apiUser: number | null;
  /** Null while the request runs, and when it never got an answer. */
  status: number | null;
  durationMs: number | null;
  /** The fault that met it. */
  fault: string | null;
}

interface RouteStats {
  readonly method: string;
  readonly route: string;
  count: number;
  readonly byStatus: Record<string, number>;
}

const KEPT = 100_000;

/** The last 100,000 API requests, and counts of all since the start or the last reset. */
export class RequestLog {
  private entries: RequestEntry[] = [];
  private lastSeq = 0;
  private readonly routes = new Map<string, RouteStats>();

  open(request: { method: string; path: string; query: string; route: string; simulatedAt: number }): RequestEntry {
    this.lastSeq += 1;
    const { simulatedAt, ...rest } = request;
    const entry: RequestEntry = {
      seq: this.lastSeq,
      time: new Date().toISOString(),
      simulatedTime: new Date(simulatedAt).toISOString(),
      ...rest,
      apiUser: null,
      status: null,
      durationMs: null,
      fault: null,
    };
    this.entries.push(entry);
    if (this.entries.length > KEPT * 1.1) this.entries = this.entries.slice(-KEPT);
    return entry;
  }

  /** Counts the request under its route; a lost answer counts as `none`. */
  close(entry: RequestEntry, status: number | null, durationMs: number): void {
    entry.status = status;
    entry.durationMs = Math.round(durationMs * 1_000) / 1_000;
    const key = `${entry.method} ${entry.route}`;
    const stats = this.routes.get(key) ?? { method: entry.method, route: entry.route, count: 0, byStatus: {} };
    this.routes.set(key, stats);
    stats.count += 1;
    const label = status === null ? 'none' : String(status);
    stats.byStatus[label] = (stats.byStatus[label] ?? 0) + 1;
  }

  since(seq: number): readonly RequestEntry[] {
    const first = this.entries[0]?.seq ?? 0;
    return this.entries.slice(Math.max(0, seq - first + 1), this.entries.length).slice(-KEPT);
  }

  stats(): { readonly total: number; readonly routes: readonly RouteStats[] } {
    const routes = [...this.routes.values()];
    return { total: routes.reduce((sum, one) => sum + one.count, 0), routes };
  }

  clear(): void {
    this.entries = [];
    this.lastSeq = 0;
    this.routes.clear();
  }
}
