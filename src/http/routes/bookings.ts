import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { ENTITLEMENT_STATES } from '../../domain/entitlement';
import { BOOKING_STATUSES, PAYMENT_FACTS, PAYMENT_STATES, type BookingFact } from '../../domain/facts';
import { normalizeEmail } from '../../domain/email';
import { PROBLEM_CODES } from '../../domain/problems';
import type { JsonObject, NamedMember } from '../../usecases/ports';
import type { FactResult } from '../../usecases/receive-fact';
import type { HttpDeps } from '../deps';
import { answerFact, factAnswers, factReceiptShape } from '../fact-answers';
import { bookingSchema, presentBooking } from '../present-booking';
import { wrongField } from '../problems';
import { noBody, route, type Answer, type AnyRoute, type Call } from '../route';
import {
  emailAddress,
  externalId,
  factVersion,
  instant,
  label,
  pageOf,
  pageQuery,
  presentPage,
  readPage,
  readVersion,
  resolveSource,
  searchText,
  slug,
  sourceQuery,
  type Version,
  version,
  versionText,
} from '../schemas';

const tag = 'Bookings';
/** The most that an organization can allow a booking; its own policy is checked besides. */
const MOST_GUESTS = 200;
const params = z.strictObject({ id: externalId.describe("The booking's id in its platform.") });
const member = z.strictObject({ id: externalId, email: emailAddress, name: label });
const guests = z
  .array(z.strictObject({ email: emailAddress, name: label }), { error: 'expected a list of guests' })
  .max(MOST_GUESTS, `expected at most ${MOST_GUESTS} guests`)
  .default([]);

const bookingBody = z
  .strictObject({
    version: factVersion,
    status: z.enum(BOOKING_STATUSES, { error: `expected one of ${BOOKING_STATUSES.join(', ')}` }),
    payment: z.enum(PAYMENT_STATES, { error: `expected one of ${PAYMENT_STATES.join(', ')}` }),
    resourceId: externalId,
    member,
    guests: guests.describe(
      'Whom the member brings along: they get the doors of the booking for its time. As many as the organization allows.',
    ),
    startsAt: instant,
    endsAt: instant,
  })
  .refine((body) => body.startsAt < body.endsAt, { path: ['endsAt'], message: 'expected an end after startsAt' })
  .superRefine((body, context) => {
    const seen = new Set([normalizeEmail(body.member.email)]);
    body.guests.forEach((guest, index) => {
      const address = normalizeEmail(guest.email);
      if (seen.has(address)) {
        const message = 'expected an address that neither the member nor another guest has';
        context.addIssue({ code: 'custom', path: ['guests', index, 'email'], message });
      }
      seen.add(address);
    });
  })
  .meta({ id: 'Booking' });

const paymentBody = z.strictObject({
  payment: z.enum(PAYMENT_FACTS, { error: `expected one of ${PAYMENT_FACTS.join(', ')}` }),
  version: version.optional(),
  occurredAt: instant.optional(),
});

const cancellationBody = z
  .strictObject({ version: version.optional(), occurredAt: instant.optional(), reason: label.optional() })
  .default({});

const bookingAnswers = factAnswers(z.object(factReceiptShape).meta({ id: 'FactReceipt' }));

interface Fact {
  readonly fact: BookingFact;
  readonly given: Version | undefined;
  readonly member: NamedMember | null;
  readonly payload: JsonObject;
}

/** Takes in a fact and answers where to look for what became of it. */
async function take(
  deps: HttpDeps,
  call: Call<{ readonly id: string }, { readonly source?: string | undefined }, unknown>,
  { fact, given, member: named, payload }: Fact,
): Promise<Answer> {
  const sourceId = await resolveSource(deps.catalogue, call.principal, call.query.source);
  const { result }: FactResult = await deps.receiveFact({
    organizationId: call.principal.organizationId,
    sourceId,
    kind: 'booking',
    externalId: call.params.id,
    fact,
    versionKind: readVersion(given).versionKind,
    member: named,
    payload,
    idempotencyKey: call.headers.idempotencyKey,
    eventId: null,
  });
  return answerFact('/v1/bookings', call.params.id, sourceId, { result });
}

/** @throws AppError invalid_request when the organization does not allow that many */
async function refuseTooManyGuests(deps: HttpDeps, organizationId: string, count: number): Promise<void> {
  if (count === 0) return;
  const most = (await deps.catalogue.getOrganization(organizationId))?.guestsPerBooking ?? 0;
  if (count > most) throw wrongField('guests', `at most ${most} guests, as this organization allows; got ${count}`);
}

const iso = (at: number): string => new Date(at).toISOString();

const putBooking = route({
  method: 'put',
  path: '/v1/bookings/:id',
  scope: 'events',
  tag,
  summary: 'Say what a booking is now',
  description:
    'The whole booking as it is now, each time anything about it changes. Sending the same again is harmless.',
  params,
  query: sourceQuery,
  body: bookingBody,
  takesIdempotencyKey: true,
  answers: bookingAnswers,
  handle: async (deps, call) => {
    const { version: given, member: named, guests: brought, startsAt, endsAt, ...rest } = call.body;
    await refuseTooManyGuests(deps, call.principal.organizationId, brought.length);
    const known = { ...named, email: normalizeEmail(named.email) };
    const fact: BookingFact = {
      kind: 'booking',
      version: readVersion(given).version,
      ...rest,
      memberId: named.id,
      startsAt,
      endsAt,
    };
    const payload = {
      ...versionText(given),
      ...rest,
      member: known,
      // Without guests the body is as it was before there were any: the same again is still the same.
      ...(brought.length === 0
        ? {}
        : { guests: brought.map((guest) => ({ ...guest, email: normalizeEmail(guest.email) })) }),
      startsAt: iso(startsAt),
      endsAt: iso(endsAt),
    };
    return take(deps, call, { fact, given, member: known, payload });
  },
});

const postPayment = route({
  method: 'post',
  path: '/v1/bookings/:id/payment',
  scope: 'events',
  tag,
  summary: 'Say that a booking was paid, refunded or is due again',
  description: 'May come before the booking itself: it is kept for 30 days and counts when the booking comes.',
  params,
  query: sourceQuery,
  body: paymentBody,
  takesIdempotencyKey: true,
  answers: bookingAnswers,
  handle: (deps, call) => {
    const { version: given, payment, occurredAt } = call.body;
    const fact: BookingFact = { kind: 'payment', version: readVersion(given).version, payment };
    const when = occurredAt === undefined ? {} : { occurredAt: iso(occurredAt) };
    return take(deps, call, { fact, given, member: null, payload: { ...versionText(given), payment, ...when } });
  },
});

const postCancellation = route({
  method: 'post',
  path: '/v1/bookings/:id/cancellation',
  scope: 'events',
  tag,
  summary: 'Say that a booking was cancelled',
  description: 'Final: booking again needs a new id.',
  params,
  query: sourceQuery,
  body: cancellationBody,
  takesIdempotencyKey: true,
  answers: bookingAnswers,
  handle: (deps, call) => {
    const { version: given, occurredAt, reason } = call.body;
    const fact: BookingFact = { kind: 'cancellation', version: readVersion(given).version };
    const payload = {
      ...versionText(given),
      ...(occurredAt === undefined ? {} : { occurredAt: iso(occurredAt) }),
      ...(reason === undefined ? {} : { reason }),
    };
    return take(deps, call, { fact, given, member: null, payload });
  },
});

const getBooking = route({
  method: 'get',
  path: '/v1/bookings/:id',
  scope: 'read',
  tag,
  summary: 'See a booking: its state, its doors, its problems',
  params,
  query: sourceQuery,
  body: noBody,
  answers: { 200: { description: 'The booking.', schema: bookingSchema } },
  handle: async (deps, { principal, params: { id }, query }) => {
    const source = await resolveSource(deps.catalogue, principal, query.source);
    const booking = await deps.bookings.get(principal.organizationId, source, id, deps.clock());
    if (booking === null)
      throw new AppError('not_found', 'No fact about a booking with this id has arrived from this source.');
    return { status: 200, body: presentBooking(booking, principal.organizationId, deps.temporalUi) };
  },
});

const states = z
  .union([z.enum(ENTITLEMENT_STATES), z.array(z.enum(ENTITLEMENT_STATES))], {
    error: `expected one of ${ENTITLEMENT_STATES.join(', ')}`,
  })
  .transform((given) => (Array.isArray(given) ? given : [given]));

const listBookings = route({
  method: 'get',
  path: '/v1/bookings',
  scope: 'read',
  tag,
  summary: 'List bookings, the newest first',
  params: z.strictObject({}),
  query: z.strictObject({
    ...pageQuery,
    source: slug.optional(),
    state: states.optional().describe('May be given several times.'),
    problem: z.enum(PROBLEM_CODES, { error: `expected one of ${PROBLEM_CODES.join(', ')}` }).optional(),
    resourceId: externalId.optional(),
    memberId: externalId.optional(),
    from: instant.optional().describe('Access ends after this instant.'),
    until: instant.optional().describe('Access begins before this instant.'),
    query: searchText.describe(
      "A part of the booking's id, the member's name or e-mail address, or the resource's name.",
    ),
  }),
  body: noBody,
  answers: { 200: { description: 'One page.', schema: pageOf(bookingSchema) } },
  handle: async (deps, { principal, query }) => {
    const filter = {
      source: principal.sourceId ?? query.source ?? null,
      states: query.state ?? [],
      problem: query.problem ?? null,
      resourceId: query.resourceId ?? null,
      memberId: query.memberId ?? null,
      from: query.from ?? null,
      until: query.until ?? null,
      query: query.query,
    };
    const page = await deps.bookings.list(principal.organizationId, filter, readPage(query), deps.clock());
    const present = (one: Parameters<typeof presentBooking>[0]) =>
      presentBooking(one, principal.organizationId, deps.temporalUi);
    return { status: 200, body: presentPage(page, present) };
  },
});

export const bookingRoutes: readonly AnyRoute[] = [putBooking, postPayment, postCancellation, getBooking, listBookings];
