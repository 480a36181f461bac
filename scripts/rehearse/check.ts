import { doorKey } from './history';
import { uncovered, union, type Interval } from './intervals';
import type { BookingState } from './lives';
import { emailOf, type PlayedLife } from './play';
import type { Site } from './site';

/** A booking that was payable this long before its window must open at its first instant. */
export const KNOWN_BEFORE_MS = 2_000;
/** An end that comes early must be at the door within this, with Kisi reachable. */
export const CLOSED_WITHIN_MS = 60_000;

/** An instant at which a door did what it should not have. */
export interface Finding {
  readonly bookingId: string | null;
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

/** What one state of a booking asks of one door, from when it was accepted until the next state was on its way. */
interface Demand {
  readonly bookingId: string;
  readonly key: string;
  readonly window: Interval;
  readonly sentAt: number;
  readonly acceptedAt: number;
  readonly nextSentAt: number;
  readonly nextAcceptedAt: number;
}

/**
 * Compares what the doors did with what the export says they should have done, instant by instant.
 *
 * It knows the facts, when they were accepted, and the simulator's history; nothing of how the service decides.
 */
export function check(
  lives: readonly PlayedLife[],
  openings: ReadonlyMap<string, readonly Interval[]>,
  site: Site,
): Verdict {
  const demands = lives.flatMap((played) => demandsOf(played, site));
  const byDoor = new Map<string, Demand[]>();
  for (const demand of demands) byDoor.set(demand.key, [...(byDoor.get(demand.key) ?? []), demand]);
  const verdict = {
    leaks: findLeaks(byDoor, openings, lives),
    gaps: [] as Finding[],
    thefts: [] as Finding[],
    openedOnTime: 0,
    closedOnTime: 0,
    openingDelays: [] as number[],
    closingDelays: [] as number[],
  };
  for (const [key, ofDoor] of byDoor) {
    const open = openings.get(key) ?? [];
    for (const demand of ofDoor) judge(demand, ofDoor, open, verdict);
  }
  return verdict;
}

type Draft = { -readonly [Key in keyof Verdict]: Verdict[Key] extends readonly (infer Item)[] ? Item[] : Verdict[Key] };

function judge(demand: Demand, ofDoor: readonly Demand[], open: readonly Interval[], verdict: Draft): void {
  const { window, acceptedAt, nextSentAt, key, bookingId } = demand;
  const span = { from: Math.max(window.from, acceptedAt), until: Math.min(window.until, nextSentAt) };
  if (span.until > span.from) {
    const missing = uncovered(span, open);
    const [first] = missing;
    const isLateStart = first?.from === span.from;
    const hadTime = acceptedAt <= window.from - KNOWN_BEFORE_MS && !wasBusy(demand, ofDoor);
    if (isLateStart && hadTime) verdict.gaps.push(finding(first, key, bookingId));
    else if (isLateStart) verdict.openingDelays.push(first.until - first.from);
    else if (hadTime) verdict.openedOnTime += 1;
    else verdict.openingDelays.push(0);
    for (const hole of missing.slice(isLateStart ? 1 : 0)) verdict.thefts.push(finding(hole, key, bookingId));
  }
  judgeEnd(demand, ofDoor, open, verdict);
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

/** How long after an early end the door still opened, where nothing else kept it open. */
function judgeEnd(demand: Demand, ofDoor: readonly Demand[], open: readonly Interval[], verdict: Draft): void {
  const { window, nextAcceptedAt } = demand;
  const isEarly = nextAcceptedAt < window.until && nextAcceptedAt > window.from;
  const at = isEarly ? nextAcceptedAt : window.until;
  const isKept = ofDoor.some(
    (other) => other.window.from <= at && at < other.window.until && other.sentAt <= at && at < other.nextAcceptedAt,
  );
  if (isKept || demand.sentAt >= at) return;
  const last = open.find((one) => one.from <= at && at < one.until);
  if (last === undefined) verdict.closedOnTime += 1;
  if (isEarly && last !== undefined) verdict.closingDelays.push(last.until - at);
}

function findLeaks(
  byDoor: ReadonlyMap<string, readonly Demand[]>,
  openings: ReadonlyMap<string, readonly Interval[]>,
  lives: readonly PlayedLife[],
): Finding[] {
  const emails = new Set(lives.map(({ life }) => emailOf(life)));
  const leaks: Finding[] = [];
  for (const [key, open] of openings) {
    const [email = ''] = key.split(' ');
    if (!emails.has(email)) continue;
    const allowed = union((byDoor.get(key) ?? []).map(allowedBy));
    for (const interval of open) for (const leak of uncovered(interval, allowed)) leaks.push(finding(leak, key, null));
  }
  return leaks;
}

/** A natural end closes to the instant; an early one may take its time on the way. */
function allowedBy({ window, sentAt, nextAcceptedAt }: Demand): Interval {
  return { from: Math.max(window.from, sentAt), until: Math.min(window.until, nextAcceptedAt + CLOSED_WITHIN_MS) };
}

function demandsOf({ life, deliveries }: PlayedLife, site: Site): Demand[] {
  return deliveries.flatMap(({ step, sentAt, acceptedAt }, index) => {
    if (!isPayable(step.state)) return [];
    const next = deliveries[index + 1];
    const window = { from: step.state.startsAt - site.leadMs, until: step.state.endsAt };
    const since = continues(deliveries, index) ?? { sentAt, acceptedAt };
    return site.groupsOf(step.state.room).map((groupId) => ({
      bookingId: life.bookingId,
      key: doorKey(emailOf(life), groupId),
      window,
      ...since,
      nextSentAt: next?.sentAt ?? Infinity,
      nextAcceptedAt: next?.acceptedAt ?? Infinity,
    }));
  });
}

/** A fact that asks for the same as the one before it changes nothing: what it asks was known since then. */
function continues(
  deliveries: PlayedLife['deliveries'],
  index: number,
): { readonly sentAt: number; readonly acceptedAt: number } | null {
  const own = deliveries[index]?.step.state;
  let since: { readonly sentAt: number; readonly acceptedAt: number } | null = null;
  for (let before = index - 1; before >= 0; before -= 1) {
    const earlier = deliveries[before];
    if (own === undefined || earlier === undefined || !asksTheSame(own, earlier.step.state)) break;
    since = { sentAt: earlier.sentAt, acceptedAt: earlier.acceptedAt };
  }
  return since;
}

function asksTheSame(a: BookingState, b: BookingState): boolean {
  return isPayable(b) && a.room === b.room && a.startsAt === b.startsAt && a.endsAt === b.endsAt;
}

function isPayable({ status, payment }: BookingState): boolean {
  return status === 'confirmed' && payment === 'paid';
}

function finding(interval: Interval, door: string, bookingId: string | null): Finding {
  return { bookingId, door, from: new Date(interval.from).toISOString(), ms: interval.until - interval.from };
}
