import fc from 'fast-check';
import {
  BOOKING_STATUSES,
  effectivePayment,
  effectiveStatus,
  mergeFact,
  NO_FACTS,
  PAYMENT_FACTS,
  PAYMENT_STATES,
  type BookingFact,
} from '../../src/domain/facts';

const fact = (version: number): fc.Arbitrary<BookingFact> =>
  fc.oneof(
    fc.record({
      kind: fc.constant('booking' as const),
      version: fc.constant(version),
      status: fc.constantFrom(...BOOKING_STATUSES),
      payment: fc.constantFrom(...PAYMENT_STATES),
      resourceId: fc.constantFrom('a', 'b'),
      memberId: fc.constantFrom('m', 'n'),
      startsAt: fc.constant(1_000 * version),
      endsAt: fc.constant(2_000 * version),
    }),
    fc.record({
      kind: fc.constant('payment' as const),
      version: fc.constant(version),
      payment: fc.constantFrom(...PAYMENT_FACTS),
    }),
    fc.record({ kind: fc.constant('cancellation' as const), version: fc.constant(version) }),
  );
const facts = fc
  .integer({ min: 1, max: 6 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => fact(i + 1))));

const merge = (all: readonly BookingFact[]) => {
  const merged = all.reduce((known, one, index) => mergeFact(known, one, index + 1).facts, NO_FACTS);
  return {
    status: effectiveStatus(merged),
    payment: effectivePayment(merged.payment),
    room: merged.resource?.value,
    member: merged.member?.value,
    times: merged.times?.value,
  };
};

describe('mergeFact', () => {
  it('ends the same for any order of versioned facts', () => {
    const shuffled = facts.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(fc.property(shuffled, ([all, other]) => expect(merge(other)).toEqual(merge(all))));
  });

  it('ends the same when every fact comes twice', () => {
    fc.assert(fc.property(facts, (all) => expect(merge(all.flatMap((one) => [one, one]))).toEqual(merge(all))));
  });

  it('never revives what was cancelled', () => {
    const cancel: BookingFact = { kind: 'cancellation', version: 1 };
    fc.assert(fc.property(facts, (all) => expect(merge([cancel, ...all]).status).toBe('cancelled')));
  });
});
