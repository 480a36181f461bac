import { z } from 'zod';
import { ENTITLEMENT_STATES } from '../../domain/entitlement';
import { describeProblem, PROBLEM_CODES } from '../../domain/problems';
import { noBody, nothing, route, type AnyRoute } from '../route';
import { isoText, toIsoOrNull } from '../schemas';

const count = z.number();
const overviewSchema = z
  .object({
    integrations: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        status: z.enum(['connected', 'disconnecting', 'disconnected']),
        health: z.enum(['ok', 'unavailable', 'key_invalid']),
        healthSince: isoText.nullable(),
        mode: z.enum(['enforce', 'observe']),
        doorsOffline: count.describe('Locks that were offline when the doors were last read.'),
        clockOffsetMs: z.number(),
      }),
    ),
    resources: z.object({ total: count, unmapped: count.describe('Without a door mapping that is switched on.') }),
    mappings: z.object({ total: count, notActive: count }),
    bookings: z.object({
      byState: z.record(z.string(), count).describe(`Only those there are, of ${ENTITLEMENT_STATES.join(', ')}.`),
    }),
    problems: z
      .array(z.object({ code: z.enum(PROBLEM_CODES), message: z.string(), remedy: z.string(), count }))
      .describe('Of bookings that have not ended, the most frequent first.'),
    peopleInsideNow: count.describe('People for whom a door is open now.'),
    firstSteps: z.object({
      hasIntegration: z.boolean(),
      hasConnection: z.boolean(),
      hasLocation: z.boolean(),
      hasResource: z.boolean(),
      hasMapping: z.boolean(),
      hasBooking: z.boolean(),
      hasActive: z.boolean().describe('Somebody was let in once.'),
    }),
  })
  .meta({ id: 'Overview' });

/** Is everything all right? */
export const overviewRoutes: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/overview',
    scope: 'read',
    tag: 'Overview',
    summary: 'See whether everything is all right',
    description: 'A token of one source sees the resources, bookings and people of that source.',
    params: nothing,
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'The figures of this moment.', schema: overviewSchema } },
    handle: async ({ readOverview, clock }, { principal }) => {
      const now = clock();
      const { bookingsByState, ...seen } = await readOverview(principal.organizationId, principal.sourceId, now);
      const body: z.input<typeof overviewSchema> = {
        ...seen,
        integrations: seen.integrations.map((one) => ({ ...one, healthSince: toIsoOrNull(one.healthSince) })),
        resources: { ...seen.resources },
        mappings: { ...seen.mappings },
        bookings: { byState: { ...bookingsByState } },
        problems: seen.problems.map(({ code, count: howMany }) => {
          const { message, remedy } = describeProblem(code, now);
          return { code, message, remedy, count: howMany };
        }),
      };
      return { status: 200, body };
    },
  }),
];
