import fc from 'fast-check';
import { coversInstant, mergeWindows, type AccessWindow } from '../../src/domain/windows';

const window: fc.Arbitrary<AccessWindow> = fc
  .record({ from: fc.integer({ min: 0, max: 50 }), length: fc.option(fc.integer({ min: 0, max: 20 })) })
  .map(({ from, length }) => ({ from, until: length === null ? null : from + length }));
const windows = fc.array(window, { maxLength: 8 });

describe('mergeWindows', () => {
  it('covers exactly the instants that any of the windows covers', () => {
    fc.assert(
      fc.property(windows, fc.integer({ min: 0, max: 80 }), (all, at) => {
        const isCovered = all.some((one) => coversInstant(one, at));
        expect(mergeWindows(all).some((one) => coversInstant(one, at))).toBe(isCovered);
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(fc.property(windows, (all) => expect(mergeWindows(mergeWindows(all))).toEqual(mergeWindows(all))));
  });
});
