/** A point in time as epoch milliseconds, UTC. */
export type Instant = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The earliest of the instants given, or null when there is none. */
export function earliest(instants: readonly (Instant | null | undefined)[]): Instant | null {
  let first: Instant | null = null;
  for (const at of instants) if (at !== null && at !== undefined && (first === null || at < first)) first = at;
  return first;
}

/** ISO 8601 in UTC, for texts that people and other systems read. */
export function toIso(at: Instant): string {
  return new Date(at).toISOString();
}
