import type { Instant } from './time';

/** A half-open span `[from, until)` in epoch milliseconds; an `until` of null is open. */
export interface AccessWindow {
  readonly from: Instant;
  readonly until: Instant | null;
}

/** True when the window contains that instant: its first one counts, its end does not. */
export function coversInstant(window: AccessWindow, at: Instant): boolean {
  return window.from <= at && (window.until === null || at < window.until);
}

/** True when every instant of `inner` is also one of `outer`. */
export function coversWindow(outer: AccessWindow, inner: AccessWindow): boolean {
  if (outer.from > inner.from) return false;
  if (outer.until === null) return true;
  return inner.until !== null && inner.until <= outer.until;
}

/** True when the window lies wholly in the past: nothing of it is left at `now`. */
export function isOver(window: AccessWindow, now: Instant): boolean {
  return window.until !== null && window.until <= now;
}

/**
 * The union of the windows, as few windows as possible, by start.
 *
 * Windows that touch or overlap become one, so back-to-back bookings keep one unbroken assignment. Empty windows
 * (an end at or before the start) cover nothing and disappear. Merging twice changes nothing.
 */
export function mergeWindows(windows: readonly AccessWindow[]): AccessWindow[] {
  const sorted = windows
    .filter((window) => window.until === null || window.from < window.until)
    .sort((left, right) => left.from - right.from);
  const merged: AccessWindow[] = [];
  for (const window of sorted) {
    const last = merged.at(-1);
    if (last && (last.until === null || window.from <= last.until)) {
      merged[merged.length - 1] = { from: last.from, until: laterEnd(last.until, window.until) };
    } else {
      merged.push(window);
    }
  }
  return merged;
}

/** The later of two ends, where null (open) is later than any instant. */
export function laterEnd(left: Instant | null, right: Instant | null): Instant | null {
  return left === null || right === null ? null : Math.max(left, right);
}

/** The earlier of two ends, where null (open) is later than any instant. */
export function earlierEnd(left: Instant | null, right: Instant | null): Instant | null {
  if (left === null) return right;
  return right === null ? left : Math.min(left, right);
}
