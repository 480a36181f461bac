import fc from 'fast-check';
import {
  compareHours,
  describeDifference,
  findHolidayErrors,
  findHoursErrors,
  isWithinHours,
  mergePeriods,
  toGroupHours,
  WEEKDAYS,
  type GroupHours,
  type HoursEntry,
  type LocalHours,
  type OpeningHours,
  type Period,
} from '../../src/domain/opening-hours';
import { letsInAt } from '../../src/kisi-simulator/rules/hours';
import { Store } from '../../src/kisi-simulator/store/store';
import { switchesSchema } from '../../src/kisi-simulator/switches';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2028-02-20T12:00:00Z');
const EVENINGS: OpeningHours = {
  weekly: [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '18:00', to: '24:00' },
    { days: ['sat', 'sun'], from: '00:00', to: '24:00' },
  ],
  exceptions: [
    { date: '2028-02-29', periods: [{ from: '10:00', to: '12:00' }] },
    { date: '2028-03-04', periods: [] },
  ],
  onHolidays: 'closed',
};
const london = (hours: OpeningHours, holidays: LocalHours['holidays'] = []): LocalHours => ({
  hours,
  holidays,
  timeZone: 'Europe/London',
});
const isOpen = (text: string, local: LocalHours = london(EVENINGS)): boolean => isWithinHours(local, Date.parse(text));

/** Asks the simulated Kisi, which has its own arithmetic, what a group with these hours does. */
function askKisi({ isRestricted, timeZone, entries }: GroupHours): (at: number) => boolean {
  const store = new Store();
  const dated = { createdAt: 0, updatedAt: 0 };
  store.places.put({ ...dated, id: 1, name: 'P', address: '', timeZone: 'Asia/Tokyo' });
  const flags = { time_restriction_enabled: isRestricted };
  const group = store.groups.put({ ...dated, id: 1, name: 'G', description: null, placeId: 1, flags, timeZone });
  entries.forEach((entry, index) => store.schedules.put({ ...dated, id: index + 1, groupId: 1, ...toRow(entry) }));
  const switches = switchesSchema.parse({});
  return (at) => letsInAt(store, switches, group, { placeId: 1 }, at);
}

function toRow(entry: HoursEntry) {
  const none = { name: null, weekdays: [], startTime: null, endTime: null, startsAt: null, endsAt: null, date: null };
  const allow = { ...none, consequence: 'allow' as const };
  switch (entry.kind) {
    case 'weekly': {
      const row = { ...allow, kind: 'recurring' as const, override: false };
      return { ...row, weekdays: [...entry.days], startTime: entry.from, endTime: entry.to };
    }
    case 'single':
      return { ...allow, kind: 'single' as const, override: true, startsAt: entry.startsAt, endsAt: entry.endsAt };
    case 'closed':
      return { ...none, kind: 'all_day' as const, consequence: 'deny' as const, override: true, date: entry.date };
    case 'unreadable':
      throw new Error('not written');
  }
}

const minutes = fc.integer({ min: 0, max: 96 }).map((quarters) => {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(quarters / 4))}:${two((quarters % 4) * 15)}`;
});
const period: fc.Arbitrary<Period> = fc
  .tuple(minutes, minutes)
  .filter(([from, to]) => from < to)
  .map(([from, to]) => ({ from, to }));
const periods = fc.array(period, { maxLength: 3 }).map(mergePeriods);
/** Around both changes of the clock in both zones, a leap day and the end of the year. */
const FIRST_DAYS = ['2028-02-27', '2028-03-11', '2028-03-25', '2028-10-28', '2028-11-04', '2028-12-30'];
const dates = fc
  .tuple(fc.constantFrom(...FIRST_DAYS), fc.integer({ min: 0, max: 3 }))
  .map(([first, days]) => new Date(Date.parse(first) + days * DAY).toISOString().slice(0, 10));
const local: fc.Arbitrary<LocalHours> = fc.record({
  timeZone: fc.constantFrom('Europe/London', 'America/New_York'),
  holidays: fc.uniqueArray(dates, { maxLength: 4 }).map((given) => given.map((date) => ({ date, name: 'Holiday' }))),
  hours: fc.record({
    weekly: fc
      .tuple(periods, periods)
      .map(([week, weekend]) => [
        ...week.map((one) => ({ days: WEEKDAYS.slice(0, 5), ...one })),
        ...weekend.map((one) => ({ days: WEEKDAYS.slice(5), ...one })),
      ]),
    exceptions: fc
      .uniqueArray(fc.record({ date: dates, periods }), { selector: ({ date }) => date, maxLength: 4 })
      .map((given) => given),
    onHolidays: fc.constantFrom('closed' as const, 'as_usual' as const),
  }),
});
const instants = fc
  .tuple(fc.constantFrom(...FIRST_DAYS), fc.integer({ min: 0, max: 5 * 96 }))
  .map(([first, quarters]) => Date.parse(first) + quarters * 15 * 60_000);

describe('opening hours', () => {
  it('let in by the wall clock of the location', () => {
    expect(isOpen('2028-02-21T17:59:00Z')).toBe(false);
    expect(isOpen('2028-02-21T18:00:00Z')).toBe(true);
    expect(isOpen('2028-02-21T23:59:59Z')).toBe(true);
    expect(isOpen('2028-02-22T00:00:00Z')).toBe(false);
    expect(isOpen('2028-02-26T00:00:00Z')).toBe(true);
    // In summer 18:00 is an hour earlier.
    expect(isOpen('2028-06-05T17:00:00Z')).toBe(true);
    expect(isOpen('2028-06-05T16:59:00Z')).toBe(false);
  });

  it('have other hours on a date of their own, a leap day too, and closed days', () => {
    expect(isOpen('2028-02-29T11:00:00Z')).toBe(true);
    expect(isOpen('2028-02-29T20:00:00Z')).toBe(false);
    expect(isOpen('2028-03-04T12:00:00Z')).toBe(false);
  });

  it('are closed on holidays, unless they are as usual then or the date has hours of its own', () => {
    const holidays = ['2028-02-26', '2028-02-29'].map((date) => ({ date, name: 'Holiday' }));
    expect(isOpen('2028-02-26T12:00:00Z', london(EVENINGS, holidays))).toBe(false);
    expect(isOpen('2028-02-29T11:00:00Z', london(EVENINGS, holidays))).toBe(true);
    expect(isOpen('2028-02-26T12:00:00Z', london({ ...EVENINGS, onHolidays: 'as_usual' }, holidays))).toBe(true);
  });

  it('let in twice in the hour that is shown twice, and never in the one that is left out', () => {
    const night = { weekly: [{ days: WEEKDAYS, from: '01:00', to: '02:00' }], exceptions: [], onHolidays: 'closed' };
    const open = (text: string): boolean => isOpen(text, london(night as OpeningHours));
    expect(open('2028-10-29T00:30:00Z')).toBe(true);
    expect(open('2028-10-29T01:30:00Z')).toBe(true);
    expect(open('2028-03-26T00:59:00Z')).toBe(false);
    expect(open('2028-03-26T01:00:00Z')).toBe(false);
  });

  it('are the same at Kisi at every instant, whatever the clocks do', () => {
    fc.assert(
      fc.property(local, fc.array(instants, { minLength: 8, maxLength: 8 }), (given, ats) => {
        const open = askKisi(toGroupHours(given, NOW));
        for (const at of ats) expect([at, open(at)]).toEqual([at, isWithinHours(given, at)]);
      }),
      { numRuns: 150 },
    );
  });

  it('mean the same at Kisi today however long ago they were written', () => {
    fc.assert(
      fc.property(local, instants, fc.integer({ min: 0, max: 300 * 24 }), (given, at, hours) => {
        const now = at - hours * HOUR;
        expect(askKisi(toGroupHours(given, now))(at)).toBe(isWithinHours(given, at));
      }),
      { numRuns: 150 },
    );
  });

  it('are written in one way, which differs from itself in nothing', () => {
    fc.assert(
      fc.property(local, (given) => {
        const wanted = toGroupHours(given, NOW);
        const shuffled = { ...wanted, entries: [...wanted.entries, ...wanted.entries].reverse() };
        expect(compareHours(wanted, shuffled, NOW)).toEqual([]);
        expect(compareHours(shuffled, wanted, NOW)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('differ exactly where somebody else would be let in', () => {
    fc.assert(
      fc.property(local, local, fc.array(instants, { minLength: 20, maxLength: 20 }), (left, right, ats) => {
        const [wanted, seen] = [toGroupHours(left, NOW), toGroupHours({ ...right, timeZone: left.timeZone }, NOW)];
        if (compareHours(wanted, seen, NOW).length > 0) return;
        const [one, other] = [askKisi(wanted), askKisi(seen)];
        for (const at of ats) expect(one(at)).toBe(other(at));
      }),
      { numRuns: 50 },
    );
  });

  it('say in words what differs', () => {
    const wanted = toGroupHours(london(EVENINGS), NOW);
    const open = { isRestricted: false, timeZone: 'Europe/London', entries: wanted.entries };
    const words = (seen: GroupHours): string[] =>
      compareHours(wanted, seen, NOW).map((one) => describeDifference(one, 'Europe/London'));
    expect(words(open)).toEqual(['Kisi lets in at any time: the time restriction of the group is off.']);
    const entries = wanted.entries.filter(({ kind }) => kind !== 'closed');
    const late: HoursEntry = { kind: 'weekly', days: ['mon'], from: '06:00', to: '08:00' };
    expect(words({ isRestricted: true, timeZone: 'Europe/Berlin', entries: [...entries, late] })).toEqual([
      'Kisi goes by the time of Europe/Berlin, wanted is Europe/London.',
      'Kisi does not hold: closed on 2028-03-04.',
      'Kisi holds besides: mon 06:00-08:00.',
    ]);
  });

  it('are refused where a time, a day or a date is wrong, and where periods overlap', () => {
    const errors = (given: Partial<OpeningHours>): string[] =>
      findHoursErrors({ weekly: [], exceptions: [], onHolidays: 'closed', ...given }).map(({ path }) => path.join('.'));
    const monday = { days: ['mon'] as const };
    expect(errors(EVENINGS)).toEqual([]);
    expect(errors({ weekly: [{ ...monday, from: '9:00', to: '10:00' }] })).toEqual(['weekly.0.from']);
    expect(errors({ weekly: [{ ...monday, from: '24:00', to: '24:00' }] })).toEqual(['weekly.0.from']);
    expect(errors({ weekly: [{ ...monday, from: '22:00', to: '06:00' }] })).toEqual(['weekly.0.to']);
    expect(errors({ weekly: [{ days: [], from: '09:00', to: '10:00' }] })).toEqual(['weekly.0.days']);
    const first = { days: ['mon', 'tue'] as const, from: '09:00', to: '12:00' };
    expect(errors({ weekly: [first, { ...monday, from: '11:00', to: '13:00' }] })).toEqual(['weekly.1.from']);
    expect(errors({ weekly: [first, { ...monday, from: '12:00', to: '13:00' }] })).toEqual([]);
    expect(errors({ weekly: [first, { days: ['wed'], from: '11:00', to: '13:00' }] })).toEqual([]);
    const closed = { date: '2028-02-30', periods: [] };
    expect(errors({ exceptions: [closed] })).toEqual(['exceptions.0.date']);
    const twice = { date: '2028-02-29', periods: [] };
    expect(errors({ exceptions: [twice, twice] })).toEqual(['exceptions.1.date']);
    const both = [
      { from: '09:00', to: '12:00' },
      { from: '10:00', to: '11:00' },
    ];
    expect(errors({ exceptions: [{ date: '2028-02-29', periods: both }] })).toEqual(['exceptions.0.periods.1.from']);
    const holidays = [{ date: '2027-02-29', name: 'A' }, twice, twice].map((one) => ({ date: one.date, name: 'A' }));
    expect(findHolidayErrors(holidays).map(({ path }) => path.join('.'))).toEqual(['0.date', '2.date']);
  });
});
