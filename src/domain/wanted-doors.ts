import type { DoorRule, EntitlementDecision, WantedDoor } from './entitlement';
import type { AccessPolicy } from './policy';
import { isBlocking, type ProblemCode } from './problems';
import { MINUTE_MS, type Instant } from './time';
import { earlierEnd, isOver, laterEnd, mergeWindows, type AccessWindow } from './windows';

/** From when until when something is booked, subscribed to or valid, without lead and grace; an `endsAt` of null is open. */
export interface Times {
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
}

/** A span of time that no door goes beyond, not even for lead and grace minutes; null is no bound on that side. */
export interface Bounds {
  readonly from: Instant | null;
  readonly until: Instant | null;
}

/** Lead and grace where a mapping says nothing itself. */
type DefaultMinutes = Pick<AccessPolicy, 'leadMinutes' | 'graceMinutes'>;

/** For what begins and ends at the times it says, unless a mapping has minutes of its own. */
export const NO_MINUTES: DefaultMinutes = { leadMinutes: 0, graceMinutes: 0 };

export interface DoorsInput {
  readonly rules: readonly DoorRule[];
  readonly times: Times;
  readonly defaults: DefaultMinutes;
  /** When doors may be open at all, in order; each door gets its part of the first that is not over for it. */
  readonly bounds: readonly Bounds[];
  readonly now: Instant;
}

/**
 * Says which doors the mappings give, when, and what is wrong with the mappings.
 *
 * Without a mapping there is no door. Two mappings to one group are one door. A door whose group is not as it should be is
 * only held.
 */
export function decideDoors(
  input: DoorsInput,
): Pick<EntitlementDecision, 'doors' | 'heldDoors' | 'isPending' | 'waitsFor' | 'problems'> {
  if (input.rules.length === 0) {
    return { doors: [], heldDoors: [], isPending: false, waitsFor: 'mending', problems: ['mapping_missing'] };
  }
  const problems = problemsOfRules(input.rules);
  const doors = wantedDoors(input, (rule) => !rule.problem);
  const heldDoors = wantedDoors(input, (rule) => Boolean(rule.problem)).filter(
    (held) => !doors.some((door) => isSameGroup(door, held)),
  );
  const isMaimed = problems.some((code) => code !== 'integration_disconnected' && isBlocking(code));
  return {
    doors,
    heldDoors,
    isPending: problems.includes('door_group_pending'),
    waitsFor: isMaimed || (doors.length === 0 && problems.some(isBlocking)) ? 'mending' : null,
    problems,
  };
}

/** The whole time that is asked for, over all doors that are connected, lead and grace included. */
export function wholeWindow({
  rules,
  times,
  defaults,
}: Pick<DoorsInput, 'rules' | 'times' | 'defaults'>): AccessWindow {
  const windows = rules.filter((rule) => rule.isConnected).map((rule) => doorWindow(rule, times, defaults));
  const [first, ...rest] = windows;
  if (!first) return doorWindow({ leadMinutes: null, graceMinutes: null }, times, defaults);
  return rest.reduce(
    (whole, window) => ({ from: Math.min(whole.from, window.from), until: laterEnd(whole.until, window.until) }),
    first,
  );
}

/** True when the window leaves nothing to give: it is over, or ends before it begins. */
export function isSpent(window: AccessWindow, now: Instant): boolean {
  return isOver(window, Math.max(now, window.from));
}

/** The window's part within the first of the bounds that leaves something which is not over, or null. */
export function firstOpenPart(window: AccessWindow, bounds: readonly Bounds[], now: Instant): AccessWindow | null {
  for (const { from, until } of bounds) {
    const part = { from: Math.max(window.from, from ?? window.from), until: earlierEnd(window.until, until) };
    if (!isSpent(part, now)) return part;
  }
  return null;
}

function wantedDoors(input: DoorsInput, isMeant: (rule: DoorRule) => boolean): WantedDoor[] {
  const windows = new Map<string, WantedDoor>();
  const isThere = (rule: DoorRule): boolean => (rule.isConnected || Boolean(rule.ending)) && isMeant(rule);
  for (const rule of input.rules.filter(isThere)) {
    if (rule.groupId === null) continue;
    const key = `${rule.integrationId}/${rule.groupId}`;
    const window = doorWindow(rule, input.times, input.defaults);
    const known = windows.get(key);
    // Both contain the times themselves, so their union is one window.
    const union = known ? mergeWindows([known.window, window])[0] : window;
    windows.set(key, { integrationId: rule.integrationId, groupId: rule.groupId, window: union ?? window });
  }
  return [...windows.values()].flatMap((door) => {
    const window = firstOpenPart(door.window, input.bounds, input.now);
    return window === null ? [] : [{ ...door, window }];
  });
}

function doorWindow(
  rule: Pick<DoorRule, 'leadMinutes' | 'graceMinutes'>,
  times: Times,
  defaults: DefaultMinutes,
): AccessWindow {
  const graceMs = (rule.graceMinutes ?? defaults.graceMinutes) * MINUTE_MS;
  return {
    from: Math.round(times.startsAt - (rule.leadMinutes ?? defaults.leadMinutes) * MINUTE_MS),
    until: times.endsAt === null ? null : Math.round(times.endsAt + graceMs),
  };
}

function problemsOfRules(rules: readonly DoorRule[]): ProblemCode[] {
  const found = rules.flatMap((rule): ProblemCode[] => {
    if (!rule.isConnected) return ['integration_disconnected'];
    return rule.problem ? [rule.problem] : [];
  });
  return [...new Set(found)];
}

function isSameGroup(left: WantedDoor, right: WantedDoor): boolean {
  return left.integrationId === right.integrationId && left.groupId === right.groupId;
}
