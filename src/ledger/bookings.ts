import { effectivePayment, effectiveStatus } from '../domain/facts';
import type { BookingView, Bookings } from '../usecases/bookings';
import type { Entitlements, EntitlementView } from '../usecases/entitlements';

/** Bookings as people see them. */
export function createBookings(entitlements: Entitlements): Bookings {
  return {
    async get(organizationId, source, id, now) {
      const key = { organizationId, kind: 'booking', sourceId: source, externalId: id } as const;
      const found = await entitlements.get(key, now);
      return found === null ? null : toBooking(found);
    },
    async list(organizationId, filter, page, now) {
      const all = { ...filter, planId: null, passTypeId: null, teamId: null };
      const { items, nextAfter } = await entitlements.list(organizationId, 'booking', all, page, now);
      return { items: items.map(toBooking), nextAfter };
    },
  };
}

function toBooking(view: EntitlementView): BookingView {
  const { said, subjectName, ...rest } = view;
  if (said.kind !== 'booking') throw new Error('This is no booking.');
  return {
    ...rest,
    resourceName: subjectName,
    status: effectiveStatus(said.facts),
    payment: effectivePayment(said.facts.payment),
  };
}
