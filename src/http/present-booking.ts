import { z } from 'zod';
import { bookingAccessId } from '../../workflows/ids';
import { ENTITLEMENT_STATES } from '../domain/entitlement';
import { OFFLINE_LIMIT } from '../domain/receipts';
import { PROBLEM_CODES } from '../domain/problems';
import type { BookingDoor, BookingView } from '../usecases/bookings';
import { isoText, toIsoOrNull } from './schemas';
import { workflowsUrl } from './temporal-ui';

/** A problem of an entitlement. */
export const problemSchema = z
  .object({
    code: z.enum(PROBLEM_CODES),
    message: z.string(),
    remedy: z.string().describe('What an operator can do about it.'),
    since: isoText,
  })
  .meta({ id: 'ProblemOfBooking' });

/** A claim on one door. */
export const doorSchema = z
  .object({
    integrationId: z.string(),
    groupId: z.number(),
    names: z.array(z.string()).describe('The door mappings that name it.'),
    personId: z.string(),
    from: isoText,
    until: isoText.nullable(),
    state: z.enum(['provisioning', 'scheduled', 'open', 'revoking', 'closed', 'observed', 'blocked']),
    problem: z.enum(PROBLEM_CODES).nullable(),
  })
  .meta({ id: 'DoorOfBooking' });

/** Proof of an end. */
export const receiptSchema = z.object({
  id: z.string(),
  reason: z.string(),
  dueAt: isoText,
  writtenAt: isoText,
  doors: z.array(z.unknown()),
});

export const bookingSchema = z
  .object({
    id: z.string(),
    source: z.string(),
    state: z.enum(ENTITLEMENT_STATES),
    status: z.string().nullable(),
    payment: z.string().nullable(),
    resourceId: z.string().nullable(),
    resourceName: z.string().nullable(),
    memberId: z.string().nullable(),
    memberName: z.string().nullable(),
    startsAt: isoText.nullable(),
    endsAt: isoText.nullable(),
    timeZone: z.string().nullable().describe('Of the location, IANA.'),
    window: z
      .object({ from: isoText, until: isoText.nullable() })
      .nullable()
      .describe('When access is wanted, lead and grace included.'),
    doors: z.array(doorSchema),
    problems: z.array(problemSchema),
    receipt: receiptSchema.nullable().describe(`Proof that access ended. ${OFFLINE_LIMIT}`),
    workflow: z.object({ id: z.string(), url: z.string().nullable() }),
    updatedAt: isoText,
  })
  .meta({ id: 'BookingState' });

/** A booking as the API answers it: instants in UTC with the location's zone beside them. */
export function presentBooking(
  booking: BookingView,
  organizationId: string,
  ui: { readonly baseUrl: string | null; readonly namespace: string },
): z.input<typeof bookingSchema> {
  const { windowFrom, windowUntil, receipt } = booking;
  const workflowId = bookingAccessId({ organizationId, sourceId: booking.source, bookingId: booking.id });
  return {
    id: booking.id,
    source: booking.source,
    state: booking.state,
    status: booking.status,
    payment: booking.payment,
    resourceId: booking.resourceId,
    resourceName: booking.resourceName,
    memberId: booking.memberId,
    memberName: booking.memberName,
    startsAt: toIsoOrNull(booking.startsAt),
    endsAt: toIsoOrNull(booking.endsAt),
    timeZone: booking.timeZone,
    window: windowFrom === null ? null : { from: toIso(windowFrom), until: toIsoOrNull(windowUntil) },
    doors: booking.doors.map(presentDoor),
    problems: booking.problems.map((problem) => ({ ...problem, since: toIso(problem.since) })),
    receipt:
      receipt === null
        ? null
        : { ...receipt, dueAt: toIso(receipt.dueAt), writtenAt: toIso(receipt.writtenAt), doors: [...receipt.doors] },
    workflow: {
      id: workflowId,
      url: workflowsUrl(ui, workflowId),
    },
    updatedAt: toIso(booking.updatedAt),
  };
}

/** A door as the API answers it. */
export function presentDoor({ mappingNames, from, until, ...door }: BookingDoor) {
  return { ...door, names: [...mappingNames], from: toIso(from), until: toIsoOrNull(until) };
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
