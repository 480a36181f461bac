import type { EntitlementFact } from '../../../src/domain/entitlement-facts';
import type { BookingFact } from '../../../src/domain/facts';
import type { FactInput } from '../../../src/usecases/receive-fact';

export interface BookingInput {
  readonly id: string;
  readonly member?: { readonly id: string; readonly email: string; readonly name: string };
  readonly guests?: readonly { readonly email: string; readonly name: string }[];
  readonly resource?: string;
  readonly status?: 'pending' | 'confirmed' | 'cancelled' | 'failed';
  readonly payment?: 'not_required' | 'due' | 'paid' | 'refunded';
  /** Minutes from the beginning of the test. */
  readonly from: number;
  readonly until: number;
  readonly version?: number;
}

export const ADA = { id: 'ada', email: 'ada@example.com', name: 'Ada' };
export const BOB = { id: 'bob', email: 'bob@example.com', name: 'Bob' };

export type SaidFact = EntitlementFact & Pick<FactInput, 'member' | 'payload' | 'versionKind'>;

/** The fact that a platform would send for it. */
export function bookingFact(
  input: BookingInput,
  at: (minute: number) => number,
): SaidFact & { readonly kind: 'booking' } {
  const { member = ADA, resource = 'thames', status = 'confirmed', payment = 'paid', version } = input;
  const startsAt = at(input.from);
  const endsAt = at(input.until);
  const fact: BookingFact = {
    kind: 'booking',
    version: version ?? null,
    status,
    payment,
    resourceId: resource,
    memberId: member.id,
    startsAt,
    endsAt,
  };
  const payload = {
    status,
    payment,
    resource,
    member,
    ...(input.guests === undefined ? {} : { guests: [...input.guests] }),
    startsAt,
    endsAt,
    ...(version === undefined ? {} : { version }),
  };
  return { kind: 'booking', fact, member, payload, versionKind: version === undefined ? null : ('integer' as const) };
}
