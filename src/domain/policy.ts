/** When a booking that is not paid gives access all the same. */
export type UnpaidBookingPolicy = 'never' | 'always' | { readonly untilStartPlusMinutes: number };

/** The organization's rules that decide about access. Minutes may be fractions (a rehearsal compresses time). */
export interface AccessPolicy {
  readonly leadMinutes: number;
  readonly graceMinutes: number;
  readonly unpaidBookings: UnpaidBookingPolicy;
}

export const DEFAULT_POLICY: AccessPolicy = { leadMinutes: 15, graceMinutes: 0, unpaidBookings: 'never' };
