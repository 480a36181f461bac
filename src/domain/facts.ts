import type { Instant } from './time';

export const BOOKING_STATUSES = ['pending', 'confirmed', 'cancelled', 'failed'] as const;
export type BookingStatus = (typeof BOOKING_STATUSES)[number];

export const PAYMENT_STATES = ['not_required', 'due', 'paid', 'refunded'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** What a payment fact of its own (not the whole booking) may say. */
export const PAYMENT_FACTS = ['due', 'paid', 'refunded'] as const;
export type PaymentFactValue = (typeof PAYMENT_FACTS)[number];

/** What a source said about one booking. Times are instants; ids are the platform's own; no names, no addresses. */
export type BookingFact =
  | {
      readonly kind: 'booking';
      readonly version: number | null;
      readonly status: BookingStatus;
      readonly payment: PaymentState;
      readonly resourceId: string;
      readonly memberId: string;
      readonly startsAt: Instant;
      readonly endsAt: Instant;
    }
  | { readonly kind: 'payment'; readonly version: number | null; readonly payment: PaymentFactValue }
  | { readonly kind: 'cancellation'; readonly version: number | null }
  | { readonly kind: 'status'; readonly version: number | null; readonly status: BookingStatus }
  | { readonly kind: 'times'; readonly version: number | null; readonly startsAt: Instant; readonly endsAt: Instant }
  | { readonly kind: 'resource'; readonly version: number | null; readonly resourceId: string }
  | { readonly kind: 'ended_by_operator'; readonly version: null; readonly reason: string };

/** Which of two facts of one group is the later one: by version where both have one, else by order of receipt. */
export interface Stamp {
  readonly version: number | null;
  readonly seq: number;
}

export interface Stamped<T> {
  readonly value: T;
  readonly stamp: Stamp;
}

/** Everything that the sources and operators said about one booking, merged. Plain JSON: it is a column of the ledger. */
export interface BookingFacts {
  readonly status: Stamped<BookingStatus> | null;
  /** Absorbing: the number of the fact that cancelled, or null. */
  readonly cancelledSeq: number | null;
  readonly payment: {
    readonly byBooking: Stamped<PaymentState> | null;
    readonly byPayment: Stamped<PaymentFactValue> | null;
    /** The last refund that a whole-booking fact reported; it undoes payment facts before it, even when a later PUT says something else. */
    readonly refundByBooking: Stamp | null;
  };
  readonly resource: Stamped<string> | null;
  readonly member: Stamped<string> | null;
  readonly times: Stamped<{ readonly startsAt: Instant; readonly endsAt: Instant }> | null;
  /** Absorbing until an operator lifts it. */
  readonly endedByOperator: { readonly reason: string; readonly seq: number } | null;
}

export const NO_FACTS: BookingFacts = {
  status: null,
  cancelledSeq: null,
  payment: { byBooking: null, byPayment: null, refundByBooking: null },
  resource: null,
  member: null,
  times: null,
  endedByOperator: null,
};

/** What merging did: `stale` means that every group already knew something newer. */
export interface MergeResult {
  readonly facts: BookingFacts;
  readonly stale: boolean;
  /** True when the member this fact names is the one that now counts. */
  readonly memberWon: boolean;
}

/** True when a fact with the stamp `next` may replace one with the stamp `known`; of equal versions the later received counts. */
export function isNewer(next: Stamp, known: Stamp | null): boolean {
  if (known === null) return true;
  if (next.version !== null && known.version !== null && next.version !== known.version) {
    return next.version > known.version;
  }
  return next.seq > known.seq;
}

/**
 * Merges one fact into what is known of a booking.
 *
 * Status, payment, details and "ended by operator" are merged apart, each by the versions of its own group, so versioned
 * facts give the same result in any order and however often they come. Cancelled counts whatever its version and is
 * absorbing.
 *
 * @param seq the fact's place in the order of receipt, unique for this booking
 */
export function mergeFact(known: BookingFacts, fact: BookingFact, seq: number): MergeResult {
  const stamp: Stamp = { version: fact.version, seq };
  switch (fact.kind) {
    case 'booking':
      return mergeBooking(known, fact, stamp);
    case 'payment':
      return applied(known, isNewer(stamp, known.payment.byPayment?.stamp ?? null), {
        payment: { ...known.payment, byPayment: { value: fact.payment, stamp } },
      });
    case 'cancellation':
      return { facts: { ...known, cancelledSeq: known.cancelledSeq ?? seq }, stale: false, memberWon: false };
    case 'status':
      return mergeStatus(known, fact.status, stamp);
    case 'times':
      return applied(known, isNewer(stamp, known.times?.stamp ?? null), {
        times: { value: { startsAt: fact.startsAt, endsAt: fact.endsAt }, stamp },
      });
    case 'resource':
      return applied(known, isNewer(stamp, known.resource?.stamp ?? null), {
        resource: { value: fact.resourceId, stamp },
      });
    case 'ended_by_operator':
      return applied(known, true, { endedByOperator: known.endedByOperator ?? { reason: fact.reason, seq } });
  }
}

function applied(known: BookingFacts, isWinner: boolean, change: Partial<BookingFacts>): MergeResult {
  return { facts: isWinner ? { ...known, ...change } : known, stale: !isWinner, memberWon: false };
}

function mergeStatus(known: BookingFacts, status: BookingStatus, stamp: Stamp): MergeResult {
  const isWinner = isNewer(stamp, known.status?.stamp ?? null);
  const cancels = status === 'cancelled';
  return {
    facts: {
      ...known,
      status: isWinner ? { value: status, stamp } : known.status,
      cancelledSeq: cancels ? (known.cancelledSeq ?? stamp.seq) : known.cancelledSeq,
    },
    stale: !isWinner && !cancels,
    memberWon: false,
  };
}

function mergeBooking(known: BookingFacts, fact: Extract<BookingFact, { kind: 'booking' }>, stamp: Stamp): MergeResult {
  const status = mergeStatus(known, fact.status, stamp);
  const payment = mergeBookingPayment(known.payment, fact.payment, stamp);
  const times = isNewer(stamp, known.times?.stamp ?? null);
  const resource = isNewer(stamp, known.resource?.stamp ?? null);
  const member = isNewer(stamp, known.member?.stamp ?? null);
  return {
    facts: {
      ...status.facts,
      payment,
      times: times ? { value: { startsAt: fact.startsAt, endsAt: fact.endsAt }, stamp } : known.times,
      resource: resource ? { value: fact.resourceId, stamp } : known.resource,
      member: member ? { value: fact.memberId, stamp } : known.member,
    },
    stale: status.stale && payment === known.payment && !times && !resource && !member,
    memberWon: member,
  };
}

function mergeBookingPayment(
  known: BookingFacts['payment'],
  value: PaymentState,
  stamp: Stamp,
): BookingFacts['payment'] {
  const isWinner = isNewer(stamp, known.byBooking?.stamp ?? null);
  const isRefund = value === 'refunded' && isNewer(stamp, known.refundByBooking);
  if (!isWinner && !isRefund) return known;
  return {
    ...known,
    byBooking: isWinner ? { value, stamp } : known.byBooking,
    refundByBooking: isRefund ? stamp : known.refundByBooking,
  };
}

/**
 * What the merged facts say of the payment now.
 *
 * A payment fact is undone only by a refund or a later payment fact, never by the `due` of a whole-booking fact; a payment
 * that was withdrawn (`due`) gives way to a newer whole-booking fact.
 */
export function effectivePayment(payment: BookingFacts['payment']): PaymentState | null {
  const { byBooking, byPayment, refundByBooking } = payment;
  if (byPayment === null) return byBooking?.value ?? null;
  if (byBooking === null) return byPayment.value;
  if (byPayment.value === 'paid') {
    const isRefunded = refundByBooking !== null && isNewer(refundByBooking, byPayment.stamp);
    return isRefunded ? byBooking.value : 'paid';
  }
  if (byPayment.value === 'due' && isNewer(byBooking.stamp, byPayment.stamp)) return byBooking.value;
  return byPayment.value;
}

/** The order of receipt of the fact that made the booking paid, or null where it is not paid. */
export function paidSeq(payment: BookingFacts['payment']): number | null {
  if (effectivePayment(payment) !== 'paid') return null;
  if (payment.byPayment?.value === 'paid') return payment.byPayment.stamp.seq;
  return payment.byBooking?.stamp.seq ?? null;
}

/** The status that counts: cancelled absorbs everything else. */
export function effectiveStatus(facts: BookingFacts): BookingStatus | null {
  return facts.cancelledSeq !== null ? 'cancelled' : (facts.status?.value ?? null);
}
