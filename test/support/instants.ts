import fc from 'fast-check';

/** Nights and days on which calendars are easily wrong, in London and New York. */
const ANCHORS = [
  '2027-03-14T07:00Z', // New York's clocks go forward
  '2027-03-28T01:00Z', // London's too
  '2027-10-31T01:00Z', // London's clocks go back
  '2027-11-07T06:00Z', // New York's too
  '2027-01-31T23:00Z',
  '2027-02-28T23:00Z',
  '2028-02-29T12:00Z',
  '2027-12-31T23:45Z',
].map((text) => Date.parse(text));

export const QUARTER_MS = 15 * 60_000;

/** An instant on a quarter of an hour, within some days of one of the anchors. @param days how far away at most */
export function nearAnchor(days: number): fc.Arbitrary<number> {
  const quarters = fc.integer({ min: -days * 96, max: days * 96 });
  return fc.tuple(fc.constantFrom(...ANCHORS), quarters).map(([anchor, count]) => anchor + count * QUARTER_MS);
}

/** What a clock on the wall shows, as if it were UTC: Node's own data, and no arithmetic with days. */
export function wallClockOf(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  });
  const known = new Map<number, number>();
  const read = (at: number): number => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? NaN;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  };
  return (at) => {
    const shown = known.get(at) ?? read(at);
    known.set(at, shown);
    return shown;
  };
}
