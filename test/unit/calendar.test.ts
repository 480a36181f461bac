import fc from 'fast-check';
import {
  instantOf,
  isTimeZone,
  localMoment,
  nextDate,
  nextLocalTime,
  type LocalMoment,
} from '../../src/domain/calendar';

const iso = (at: number): string => new Date(at).toISOString().replace(':00.000Z', 'Z');
const at = (text: string): number => Date.parse(text);
const found = (date: string, time: string, zone: string) => {
  const { at: instant, kind } = instantOf(date, time, zone);
  return [iso(instant), kind];
};
const next = (after: string, time: string, zone: string) => {
  const { at: instant, kind } = nextLocalTime(at(after), time, zone);
  return [iso(instant), kind];
};

const pad = (number: number): string => String(number).padStart(2, '0');
const timeOf = (minutes: number): string => `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
const clock = ({ date, minutes }: LocalMoment): string => `${date} ${timeOf(minutes)}`;

describe('the instant of a local time', () => {
  it.each([
    // Clocks go forward: 01:00 becomes 02:00 in London, 02:00 becomes 03:00 in New York.
    ['Europe/London', '2027-03-28', '00:59', '2027-03-28T00:59Z', 'exact'],
    ['Europe/London', '2027-03-28', '01:00', '2027-03-28T01:00Z', 'skipped'],
    ['Europe/London', '2027-03-28', '01:59', '2027-03-28T01:00Z', 'skipped'],
    ['Europe/London', '2027-03-28', '02:00', '2027-03-28T01:00Z', 'exact'],
    ['America/New_York', '2027-03-14', '01:30', '2027-03-14T06:30Z', 'exact'],
    ['America/New_York', '2027-03-14', '02:30', '2027-03-14T07:00Z', 'skipped'],
    ['America/New_York', '2027-03-14', '03:00', '2027-03-14T07:00Z', 'exact'],
    // And back: the hour from 01:00 is there twice in both.
    ['Europe/London', '2027-10-31', '00:59', '2027-10-30T23:59Z', 'exact'],
    ['Europe/London', '2027-10-31', '01:00', '2027-10-31T00:00Z', 'ambiguous'],
    ['Europe/London', '2027-10-31', '01:30', '2027-10-31T00:30Z', 'ambiguous'],
    ['Europe/London', '2027-10-31', '02:00', '2027-10-31T02:00Z', 'exact'],
    ['America/New_York', '2027-11-07', '01:30', '2027-11-07T05:30Z', 'ambiguous'],
    ['America/New_York', '2027-11-07', '02:00', '2027-11-07T07:00Z', 'exact'],
    // Half an hour only.
    ['Australia/Lord_Howe', '2027-10-03', '02:15', '2027-10-02T15:30Z', 'skipped'],
    ['Australia/Lord_Howe', '2027-10-03', '02:30', '2027-10-02T15:30Z', 'exact'],
    ['Australia/Lord_Howe', '2027-04-04', '01:45', '2027-04-03T14:45Z', 'ambiguous'],
    ['Australia/Lord_Howe', '2027-04-04', '02:00', '2027-04-03T15:30Z', 'exact'],
    // Days without a midnight, with two of them, and a day that is not there at all.
    ['America/Havana', '2025-03-09', '00:00', '2025-03-09T05:00Z', 'skipped'],
    ['America/Havana', '2025-03-08', '24:00', '2025-03-09T05:00Z', 'skipped'],
    ['America/Havana', '2025-11-02', '00:00', '2025-11-02T04:00Z', 'ambiguous'],
    ['Asia/Beirut', '2025-03-30', '00:30', '2025-03-29T22:00Z', 'skipped'],
    ['Asia/Beirut', '2025-10-25', '23:30', '2025-10-25T20:30Z', 'ambiguous'],
    ['Asia/Beirut', '2025-10-25', '24:00', '2025-10-25T22:00Z', 'exact'],
    ['Pacific/Apia', '2011-12-30', '12:00', '2011-12-30T10:00Z', 'skipped'],
    // A year's last minute, a leap day, far from UTC.
    ['Asia/Kathmandu', '2027-12-31', '24:00', '2027-12-31T18:15Z', 'exact'],
    ['Pacific/Kiritimati', '2028-02-29', '00:00', '2028-02-28T10:00Z', 'exact'],
    ['Europe/London', '2028-02-29', '24:00', '2028-03-01T00:00Z', 'exact'],
  ])('in %s on %s at %s is %s, %s', (zone, date, time, instant, kind) => {
    expect(found(date, time, zone)).toEqual([instant, kind]);
  });

  it.each([
    ['2027-02-29', '12:00', 'Europe/London'],
    ['27-02-28', '12:00', 'Europe/London'],
    ['2027-02-28', '24:01', 'Europe/London'],
    ['2027-02-28', '12:60', 'Europe/London'],
    ['2027-02-28', '9:00', 'Europe/London'],
    ['2027-02-28', '12:00', 'Europe/Londres'],
  ])('is refused for %s %s %s', (date, time, zone) => {
    expect(() => instantOf(date, time, zone)).toThrow(RangeError);
  });
});

describe('what the clock shows', () => {
  it.each([
    ['2027-03-28T00:59:59.999Z', 'Europe/London', '2027-03-28', 7, 59],
    ['2027-03-28T01:00Z', 'Europe/London', '2027-03-28', 7, 120],
    ['2027-10-31T00:30Z', 'Europe/London', '2027-10-31', 7, 90],
    ['2027-10-31T01:30Z', 'Europe/London', '2027-10-31', 7, 90],
    ['2027-11-08T04:59Z', 'America/New_York', '2027-11-07', 7, 1439],
    ['2028-02-29T12:00Z', 'Pacific/Kiritimati', '2028-03-01', 3, 120],
    ['2025-03-09T05:00Z', 'America/Havana', '2025-03-09', 7, 60],
  ])('at %s in %s', (instant, zone, date, weekday, minutes) => {
    expect(localMoment(at(instant), zone)).toEqual({ date, weekday, minutes });
  });

  it('is the time that was asked for, wherever that time exists', () => {
    const zones = ['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'America/Havana', 'Asia/Beirut', 'UTC'];
    const days = fc.integer({ min: 0, max: 800 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), days, fc.integer({ min: 0, max: 1439 }), (zone, day, minutes) => {
        const date = nextDate('2027-01-01', day);
        const time = timeOf(minutes);
        const answer = instantOf(date, time, zone);
        const shown = localMoment(answer.at, zone);
        if (answer.kind !== 'skipped') {
          expect(shown).toMatchObject({ date, minutes });
        } else {
          // Nothing lies between the two: the clock shows an earlier time just before, and a later one then.
          expect(clock(shown) > `${date} ${time}`).toBe(true);
          expect(clock(localMoment(answer.at - 1, zone)) < `${date} ${time}`).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the next time that the clock shows', () => {
  it.each([
    ['Europe/London', '2027-06-01T11:00Z', '22:00', '2027-06-01T21:00Z', 'exact'],
    ['Europe/London', '2027-06-01T21:00Z', '22:00', '2027-06-02T21:00Z', 'exact'],
    ['Europe/London', '2027-06-01T20:59:59.999Z', '22:00', '2027-06-01T21:00Z', 'exact'],
    ['Europe/London', '2027-06-01T11:00Z', '24:00', '2027-06-01T23:00Z', 'exact'],
    ['Europe/London', '2027-06-01T23:00Z', '24:00', '2027-06-02T23:00Z', 'exact'],
    ['Europe/London', '2027-06-01T11:00Z', '00:00', '2027-06-01T23:00Z', 'exact'],
    // A closing time that does not exist that night is the jump, and after the jump it is the next night's.
    ['Europe/London', '2027-03-28T00:30Z', '01:30', '2027-03-28T01:00Z', 'skipped'],
    ['Europe/London', '2027-03-28T01:00Z', '01:30', '2027-03-29T00:30Z', 'exact'],
    // Of two the first, and the second for whoever comes in between.
    ['America/New_York', '2027-11-07T04:00Z', '01:30', '2027-11-07T05:30Z', 'ambiguous'],
    ['America/New_York', '2027-11-07T05:30Z', '01:30', '2027-11-07T06:30Z', 'ambiguous'],
    ['America/New_York', '2027-11-07T06:30Z', '01:30', '2027-11-08T06:30Z', 'exact'],
    ['America/Havana', '2025-03-08T20:00Z', '24:00', '2025-03-09T05:00Z', 'skipped'],
    ['America/Havana', '2025-11-02T04:00Z', '24:00', '2025-11-02T05:00Z', 'ambiguous'],
    ['Pacific/Apia', '2011-12-30T09:00Z', '08:00', '2011-12-30T10:00Z', 'skipped'],
    ['Europe/London', '2028-02-29T22:30Z', '22:00', '2028-03-01T22:00Z', 'exact'],
  ])('in %s after %s at %s is %s, %s', (zone, after, time, instant, kind) => {
    expect(next(after, time, zone)).toEqual([instant, kind]);
  });
});

describe('the next date', () => {
  it.each([
    ['2028-02-28', 1, '2028-02-29'],
    ['2027-02-28', 1, '2027-03-01'],
    ['2028-03-01', -1, '2028-02-29'],
    ['2027-12-31', 1, '2028-01-01'],
    ['2027-03-28', 1, '2027-03-29'],
    ['2027-03-28', 0, '2027-03-28'],
  ])('of %s after %d days is %s', (date, days, later) => {
    expect(nextDate(date, days)).toBe(later);
  });

  it('is refused for a date that does not exist', () => {
    expect(() => nextDate('2027-02-29', 1)).toThrow(RangeError);
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/London', true],
    ['America/New_York', true],
    ['UTC', true],
    ['Europe/Londres', false],
    ['+01:00', false],
    ['', false],
  ])('%s: %s', (zone, isKnown) => {
    expect(isTimeZone(zone)).toBe(isKnown);
  });

  it('that is not known is refused', () => {
    expect(() => localMoment(0, 'Europe/Londres')).toThrow(RangeError);
  });
});
