import { between, pick, unfold, type Change, type Draw } from './draw';
import type { Course, Holder, SubscriptionState } from './facts';

/** After so many compressed days the grace of an overdue subscription is over. */
export const GRACE_DAYS = 7;

type Life = (draw: Draw, day: number, made: SubscriptionState) => readonly Change<SubscriptionState>[];

const NO_DATES = { pastDueAt: null, pausedFrom: null, resumesAt: null } as const;
const PAID = { status: 'active', ...NO_DATES } as const;

const LIVES: readonly [Life, ...Life[]] = [
  () => [],
  (_draw, day) => [[day + 3, PAID]],
  (draw, day) => [
    [day, overdue(draw, day)],
    [day + between(draw, 1, GRACE_DAYS - 2), PAID],
  ],
  (draw, day) => [
    [day, overdue(draw, day)],
    [day + GRACE_DAYS + between(draw, 2, 4), PAID],
  ],
  (draw, day) => [
    [day, overdue(draw, day)],
    [day + GRACE_DAYS + 3, { status: 'ended', ...NO_DATES }],
  ],
  (draw, day) => [[day, { status: 'paused', pausedFrom: draw.at(day + 1.5), resumesAt: draw.at(day + 5) }]],
  (_draw, day) => [
    [day, { status: 'paused' }],
    [day + 4, PAID],
  ],
  (_draw, day) => [
    [day, { planId: 'office' }],
    [day + 5, { planId: 'desk' }],
  ],
  (draw, day) => [[day, { status: 'cancelled', endsAt: draw.at(Math.min(day + 3, draw.days)) }]],
  (_draw, day) => [[day, { status: 'cancelled' }]],
];

/**
 * A subscription from some day on: left alone, a trial, overdue (paid in time, too late or never), paused (from a date, or at
 * once), changed to another plan and back, cancelled (to a date, or at once). What is open near the last day ends there.
 */
export function drawSubscription(
  draw: Draw,
  id: string,
  holder: Holder,
  needs: readonly string[],
  madeDay: number,
  planId: 'desk' | 'team',
): Course<SubscriptionState> {
  const startsAt = draw.at(madeDay + pick(draw, [0, 0, 0.8, 2]));
  const life = planId === 'team' ? pick(draw, TEAM_LIVES) : pick(draw, LIVES);
  const status = life === LIVES[1] ? 'trialing' : 'active';
  const made = { kind: 'subscription', status, planId, holder, startsAt, endsAt: null, ...NO_DATES } as const;
  const steps = unfold<SubscriptionState>(draw, madeDay, made, life(draw, madeDay + between(draw, 4, 9), made));
  return { id, needs, steps: finish(draw, steps) };
}

/** Teams keep their plan, and end on the last day. */
const TEAM_LIVES: readonly [Life, ...Life[]] = [LIVES[0], ...LIVES.slice(2, 7)];

/**
 * The platform says since when it is overdue. Days of grace are real ones and time is compressed, so it says an instant that
 * lies as much earlier as the grace is longer: the grace ends after seven compressed days, to the instant.
 */
function overdue(draw: Draw, day: number): Partial<SubscriptionState> {
  return { status: 'past_due', pastDueAt: draw.at(day + GRACE_DAYS) - draw.graceMs };
}

function finish(draw: Draw, steps: Course<SubscriptionState>['steps']): Course<SubscriptionState>['steps'] {
  const last = steps.at(-1);
  if (last === undefined || last.state.endsAt !== null) return steps;
  if (last.state.status === 'cancelled' || last.state.status === 'ended') return steps;
  const end = draw.random() < 0.5 ? { status: 'ended', ...NO_DATES } : { ...PAID, endsAt: draw.at(draw.days) };
  return [...steps, { at: draw.at(draw.days - 1), state: { ...last.state, ...end } as SubscriptionState }];
}
