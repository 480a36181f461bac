/** A half-open span of epoch milliseconds. */
export interface Interval {
  readonly from: number;
  readonly until: number;
}

/** As few spans as possible that cover the same instants, by start. */
export function union(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => a.from - b.from)) {
    if (next.until <= next.from) continue;
    const last = merged.at(-1);
    if (last !== undefined && next.from <= last.until) {
      merged[merged.length - 1] = { from: last.from, until: Math.max(last.until, next.until) };
    } else merged.push(next);
  }
  return merged;
}

/** What of `span` no interval covers. */
export function uncovered(span: Interval, intervals: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let from = span.from;
  for (const covered of union(intervals)) {
    if (covered.until <= from || covered.from >= span.until) continue;
    if (covered.from > from) left.push({ from, until: covered.from });
    from = Math.max(from, covered.until);
  }
  if (from < span.until) left.push({ from, until: span.until });
  return left;
}
