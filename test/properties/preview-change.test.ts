import fc from 'fast-check';
import { previewChange, type PreviewClaim } from '../../src/domain/preview-change';
import { coversInstant } from '../../src/domain/windows';

const NOW = 20;
const claim: fc.Arbitrary<PreviewClaim> = fc
  .record({
    personKey: fc.constantFrom('ada', 'bob', 'cyd'),
    doorKey: fc.constantFrom('front', 'thames'),
    from: fc.integer({ min: 0, max: 60 }),
    length: fc.option(fc.integer({ min: 0, max: 20 }), { freq: 8 }),
  })
  .map(({ personKey, doorKey, from, length }) => ({
    personKey,
    doorKey,
    window: { from, until: length === null ? null : from + length },
  }));
const claims = fc.array(claim, { maxLength: 12 });
const opens = (all: readonly PreviewClaim[], personKey: string, doorKey: string, at: number): boolean =>
  all.some((one) => one.personKey === personKey && one.doorKey === doorKey && coversInstant(one.window, at));
const PEOPLE = ['ada', 'bob', 'cyd'] as const;
const DOORS = ['front', 'thames'] as const;
/** Every instant at which anything can differ: all numbers are whole, and nothing begins after 80. */
const INSTANTS = Array.from({ length: 100 - NOW }, (_, index) => NOW + index);

describe('previewChange', () => {
  it('names exactly those whose union of claims differs at some instant from now on', () => {
    fc.assert(
      fc.property(claims, claims, (before, after) => {
        const named = previewChange(before, after, NOW);
        for (const person of PEOPLE) {
          const changed = DOORS.filter((door) =>
            INSTANTS.some((at) => opens(before, person, door, at) !== opens(after, person, door, at)),
          );
          const doors = named.find(({ personKey }) => personKey === person)?.doors ?? [];
          expect([...new Set(doors.map(({ doorKey }) => doorKey))]).toEqual(changed);
        }
      }),
    );
  });

  it('says lose where time is only taken away and gain where it is only given', () => {
    fc.assert(
      fc.property(claims, claims, (before, after) => {
        for (const { personKey, effect, doors } of previewChange(before, after, NOW)) {
          const taken = DOORS.some((door) =>
            INSTANTS.some((at) => opens(before, personKey, door, at) && !opens(after, personKey, door, at)),
          );
          const given = DOORS.some((door) =>
            INSTANTS.some((at) => !opens(before, personKey, door, at) && opens(after, personKey, door, at)),
          );
          if (effect === 'lose') expect([taken, given]).toEqual([true, false]);
          if (effect === 'gain') expect([taken, given]).toEqual([false, true]);
          if (effect === 'change') expect(taken || given).toBe(true);
          expect(doors.every((one) => one.before !== null || one.after !== null)).toBe(true);
        }
      }),
    );
  });

  it('knows who is inside now and would have to leave', () => {
    fc.assert(
      fc.property(claims, claims, (before, after) => {
        const leaving = PEOPLE.filter((person) =>
          DOORS.some((door) => opens(before, person, door, NOW) && !opens(after, person, door, NOW)),
        );
        const named = previewChange(before, after, NOW).filter(({ losesNow }) => losesNow);
        expect(named.map(({ personKey }) => personKey)).toEqual(leaving);
        expect(named.every(({ isInsideNow }) => isInsideNow)).toBe(true);
      }),
    );
  });

  it('finds nothing to tell where nothing changes, and does not depend on the order', () => {
    fc.assert(
      fc.property(claims, claims, (before, after) => {
        expect(previewChange(before, before, NOW)).toEqual([]);
        const shuffled = previewChange([...before].reverse(), [...after].reverse(), NOW);
        expect(shuffled).toEqual(previewChange(before, after, NOW));
      }),
    );
  });

  it('leaves out whoever keeps the door for another reason', () => {
    const window = { from: 10, until: 40 };
    const mine = { personKey: 'ada', doorKey: 'front', window };
    const wider = { ...mine, window: { from: 0, until: 50 } };
    expect(previewChange([mine, wider], [wider], NOW)).toEqual([]);
    expect(previewChange([mine], [], NOW)).toMatchObject([
      { personKey: 'ada', effect: 'lose', isInsideNow: true, doors: [{ before: window, after: null }] },
    ]);
  });
});
