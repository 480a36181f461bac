import { seededRandom } from '../../../src/kisi-simulator/faults/random';
import { makeScenario, type Scenario } from '../../../scripts/rehearse/mixed/scenario';

const DAY_MS = 4_000;
const DAYS = 30;
const draw = (seed: number): Scenario =>
  makeScenario(
    {
      runId: 'run',
      days: DAYS,
      random: seededRandom(seed),
      at: (day) => Math.round(day * DAY_MS),
      graceMs: 7 * 86_400_000,
    },
    200,
  );
const coursesOf = ({ members, teams, subscriptions, passes, bookings }: Scenario) => [
  ...members,
  ...teams,
  ...subscriptions,
  ...passes,
  ...bookings,
];

describe('a drawn month', () => {
  const scenario = draw(1);

  it('is the same for the same seed and another one for another', () => {
    expect(draw(1)).toEqual(scenario);
    expect(draw(2)).not.toEqual(scenario);
  });

  it('tells each thing under its own id, in order, and within the month', () => {
    const courses = coursesOf(scenario);
    expect(new Set(courses.map(({ id }) => id)).size).toBe(courses.length);
    for (const { steps } of courses) {
      const instants = steps.map(({ at }) => at);
      expect(instants).toEqual([...instants].sort((a, b) => a - b));
      expect(Math.max(...instants)).toBeLessThanOrEqual(DAYS * DAY_MS);
    }
  });

  it('ends everything by the last day', () => {
    for (const { steps } of scenario.subscriptions) {
      const last = steps.at(-1)?.state;
      const isOver = last?.status === 'ended' || last?.status === 'cancelled' || last?.endsAt !== null;
      expect(isOver).toBe(true);
    }
    const ends = [...scenario.passes, ...scenario.bookings].map(({ steps }) => steps.at(-1)?.state.endsAt ?? Infinity);
    expect(Math.max(...ends)).toBeLessThanOrEqual(DAYS * DAY_MS);
  });

  it('has some of everything', () => {
    const said = scenario.subscriptions.flatMap(({ steps }) => steps.map(({ state }) => state.status));
    expect(new Set(said)).toEqual(new Set(['trialing', 'active', 'past_due', 'paused', 'cancelled', 'ended']));
    const passes = scenario.passes.flatMap(({ steps }) => steps.map(({ state }) => state));
    expect(new Set(passes.map(({ status }) => status))).toEqual(new Set(['active', 'used_up', 'cancelled']));
    expect(passes.some(({ totalUses }) => totalUses === 10)).toBe(true);
    const members = scenario.members.map(({ steps }) => steps.map(({ state }) => state.status).join(' '));
    expect(new Set(members)).toEqual(new Set(['active', 'active left', 'active left active']));
    expect(scenario.teams.every(({ steps }) => steps.length === 4)).toBe(true);
    const guests = scenario.bookings.flatMap(({ steps }) => steps.flatMap(({ state }) => state.guests));
    const known = new Set(scenario.members.flatMap(({ steps }) => steps.map(({ state }) => state.email)));
    expect(guests.some((email) => known.has(email))).toBe(true);
    expect(guests.some((email) => !known.has(email))).toBe(true);
  });

  it('never names a member among their own guests, nor a guest twice', () => {
    for (const { steps } of scenario.bookings) {
      for (const { state } of steps)
        expect(new Set([state.memberEmail, ...state.guests]).size).toBe(1 + state.guests.length);
    }
  });
});
