import { uncovered, union, type Interval } from './intervals';

/** Access that was due this long before its window must be there at the window's first instant. */
export const KNOWN_BEFORE_MS = 2_000;

/** How much later than the fact that asks for it a door may open or close, with Kisi reachable. */
export interface Limits {
  readonly openedWithinMs: number;
  readonly closedWithinMs: number;
}

/** An instant at which a door did what it should not have. */
export interface Finding {
  /** Which booking, subscription or pass it should have opened for; null for a leak. */
  readonly entitlementId: string | null;
  readonly door: string;
  readonly from: string;
  readonly ms: number;
}

export interface Verdict {
  readonly leaks: readonly Finding[];
  readonly gaps: readonly Finding[];
  readonly thefts: readonly Finding[];
  /** Doors that opened at the first instant, of those that had to. */
  readonly openedOnTime: number;
  readonly closedOnTime: number;
  /** From accepted fact to open door, where the window had begun or was about to. Milliseconds. */
  readonly openingDelays: readonly number[];
  /** From accepted fact to closed door, where access ended early. Milliseconds. */
  readonly closingDelays: readonly number[];
}

/** From when something was said and accepted until something else was. Epoch milliseconds. */
export interface Stretch {
  readonly sentAt: number;
  readonly acceptedAt: number;
  readonly nextSentAt: number;
  readonly nextAcceptedAt: number;
}

/** What one state of an entitlement asks of one door for one person, as long as nothing else is said. */
export interface Demand extends Stretch {
  readonly entitlementId: string;
  /** Person and door, see doorKey. */
  readonly key: string;
  readonly window: Interval;
}

/** Compares what the doors did with what was asked of them, instant by instant. */
export function judgeDoors(
  demands: readonly Demand[],
  emails: ReadonlySet<string>,
  openings: ReadonlyMap<string, readonly Interval[]>,
  limits: Limits,
): Verdict {
  const byDoor = new Map<string, Demand[]>();
  for (const demand of demands) {
    const ofDoor = byDoor.get(demand.key);
    if (ofDoor === undefined) byDoor.set(demand.key, [demand]);
    else ofDoor.push(demand);
  }
  const verdict: Draft = {
    leaks: findLeaks(byDoor, openings, emails, limits),
    gaps: [],
    thefts: [],
    openedOnTime: 0,
    closedOnTime: 0,
    openingDelays: [],
    closingDelays: [],
  };
  for (const [key, ofDoor] of byDoor) {
    const open = openings.get(key) ?? [];
    for (const demand of ofDoor) {
      judgeOpen(demand, ofDoor, open, limits, verdict);
      judgeEnd(demand, ofDoor, open, verdict);
    }
  }
  return verdict;
}

type Draft = { -readonly [Key in keyof Verdict]: Verdict[Key] extends readonly (infer Item)[] ? Item[] : Verdict[Key] };

function judgeOpen(
  demand: Demand,
  ofDoor: readonly Demand[],
  open: readonly Interval[],
  limits: Limits,
  verdict: Draft,
): void {
  const { window, acceptedAt, nextSentAt, key, entitlementId } = demand;
  const openSince = heldBefore(demand, ofDoor, limits);
  const span = {
    from: openSince ?? Math.max(window.from, acceptedAt),
    until: Math.min(window.until, nextSentAt),
  };
  if (span.until <= span.from) return;
  const missing = uncovered(span, open);
  const report = (hole: Interval): Finding => finding(hole, key, entitlementId);
  if (openSince !== null) {
    verdict.thefts.push(...missing.map(report));
    return;
  }
  const [first] = missing;
  const isLateStart = first?.from === span.from;
  const hadTime = acceptedAt <= window.from - KNOWN_BEFORE_MS && !wasBusy(demand, ofDoor);
  const delayMs = isLateStart ? first.until - first.from : 0;
  if (isLateStart && (hadTime || delayMs > limits.openedWithinMs)) verdict.gaps.push(report(first));
  else if (hadTime) verdict.openedOnTime += 1;
  else verdict.openingDelays.push(delayMs);
  verdict.thefts.push(...missing.slice(isLateStart ? 1 : 0).map(report));
}

/**
 * Since when the door was to be open all the same: the fact that brought this demand ended another one that covered its
 * beginning, so the door must not close in between. Null where nothing did, or not for long enough to be open.
 */
function heldBefore(demand: Demand, ofDoor: readonly Demand[], limits: Limits): number | null {
  if (demand.acceptedAt <= demand.window.from) return null;
  const before = ofDoor.find(
    (other) =>
      other !== demand &&
      other.nextAcceptedAt === demand.acceptedAt &&
      other.window.until >= demand.acceptedAt &&
      Math.max(other.window.from, other.acceptedAt) + limits.openedWithinMs <= other.nextSentAt &&
      demand.window.from <= other.nextSentAt,
  );
  return before?.nextSentAt ?? null;
}

/** The one assignment held another window until just before: its move to this one needs a moment with Kisi. */
function wasBusy(demand: Demand, ofDoor: readonly Demand[]): boolean {
  return ofDoor.some((other) => {
    if (other === demand) return false;
    const end = Math.min(other.window.until, other.nextAcceptedAt);
    const held = other.sentAt < end && other.window.from < end;
    return held && end < demand.window.from && end > demand.window.from - KNOWN_BEFORE_MS;
  });
}

/** How long after an early end the door still opened, where nothing else kept it open or opened it again. */
function judgeEnd(demand: Demand, ofDoor: readonly Demand[], open: readonly Interval[], verdict: Draft): void {
  const { window, nextAcceptedAt } = demand;
  const isEarly = nextAcceptedAt < window.until && nextAcceptedAt > window.from;
  const at = isEarly ? nextAcceptedAt : window.until;
  const isKept = ofDoor.some(
    (other) => other.window.from <= at && at < other.window.until && other.sentAt <= at && at < other.nextAcceptedAt,
  );
  if (!Number.isFinite(at) || isKept || demand.sentAt >= at) return;
  const last = open.find((one) => one.from <= at && at < one.until);
  if (last === undefined) verdict.closedOnTime += 1;
  if (!isEarly || last === undefined) return;
  const begins = ofDoor.map((other) => Math.max(other.window.from, other.sentAt)).filter((begin) => begin > at);
  verdict.closingDelays.push(Math.min(last.until, ...begins) - at);
}

function findLeaks(
  byDoor: ReadonlyMap<string, readonly Demand[]>,
  openings: ReadonlyMap<string, readonly Interval[]>,
  emails: ReadonlySet<string>,
  limits: Limits,
): Finding[] {
  const leaks: Finding[] = [];
  for (const [key, open] of openings) {
    const [email = ''] = key.split(' ');
    if (!emails.has(email)) continue;
    const allowed = union((byDoor.get(key) ?? []).map((demand) => allowedBy(demand, limits)));
    for (const interval of open) for (const leak of uncovered(interval, allowed)) leaks.push(finding(leak, key, null));
  }
  return leaks;
}

/** A natural end closes to the instant; an early one may take its time on the way. */
function allowedBy({ window, sentAt, nextAcceptedAt }: Demand, { closedWithinMs }: Limits): Interval {
  return { from: Math.max(window.from, sentAt), until: Math.min(window.until, nextAcceptedAt + closedWithinMs) };
}

function finding(interval: Interval, door: string, entitlementId: string | null): Finding {
  return { entitlementId, door, from: new Date(interval.from).toISOString(), ms: interval.until - interval.from };
}
