/** When a booking that is not paid gives access all the same. */
export type UnpaidBookingPolicy = 'never' | 'always' | { readonly untilStartPlusMinutes: number };

/** The organization's rules that decide about access. Minutes may be fractions (a rehearsal compresses time). */
export interface AccessPolicy {
  readonly leadMinutes: number;
  readonly graceMinutes: number;
  readonly unpaidBookings: UnpaidBookingPolicy;
  /** How long a subscription whose payment is overdue still gives access. */
  readonly pastDueGraceDays: number;
  /** How many people a booking may let in beside its member. */
  readonly guestsPerBooking: number;
}

export const DEFAULT_POLICY: AccessPolicy = {
  leadMinutes: 15,
  graceMinutes: 0,
  unpaidBookings: 'never',
  pastDueGraceDays: 7,
  guestsPerBooking: 10,
};
