import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { SCOPES, type ApiTokenView } from '../../usecases/catalogue';
import { actorOf } from '../actor';
import { checkIfMatch, etagOf } from '../etag';
import { wrongField } from '../problems';
import { noBody, nothing, route, type AnyRoute } from '../route';
import { isoText, label, minutes, pageOf, pageQuery, presentPage, readPage, slug, toIsoOrNull } from '../schemas';

const tag = 'Organization';
const unpaidBookings = z
  .union([z.enum(['never', 'always']), z.strictObject({ untilStartPlusMinutes: z.number().min(0).max(10_080) })], {
    error: 'expected "never", "always" or { "untilStartPlusMinutes": minutes }',
  })
  .describe('When a booking that is not paid gives access all the same.');
const newResourcesLocationId = slug
  .nullable()
  .describe('Where resources go that arrive with their first booking; null: a booking of an unknown one is refused.');
const pastDueGraceDays = z
  .int()
  .min(0)
  .max(90)
  .describe('How many days a subscription whose payment is overdue still gives access.');
const guestsPerBooking = z.int().min(0).max(100).describe('How many guests a booking may have.');
const policyShape = {
  name: label,
  leadMinutes: minutes,
  graceMinutes: minutes,
  unpaidBookings,
  pastDueGraceDays,
  guestsPerBooking,
  newResourcesLocationId,
};
const organizationSchema = z.object({ id: z.string(), ...policyShape }).meta({ id: 'Organization' });

const organization: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/organization',
    scope: 'read',
    tag,
    summary: 'See the organization and its policies',
    params: nothing,
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'The organization of the token.', schema: organizationSchema } },
    handle: async ({ catalogue }, { principal }) => {
      const found = await catalogue.getOrganization(principal.organizationId);
      return { status: 200, body: found, headers: { ETag: etagOf(found) } };
    },
  }),
  route({
    method: 'patch',
    path: '/v1/organization',
    scope: 'admin',
    tag,
    summary: 'Change the policies',
    description: 'The access of everyone concerned follows within seconds.',
    params: nothing,
    query: nothing,
    body: z.strictObject(policyShape).partial(),
    answers: { 200: { description: 'Saved.', schema: organizationSchema } },
    handle: async ({ catalogue, kick }, { principal, body, headers }) => {
      const changed = await catalogue.changeOrganization(actorOf(principal), (before) => {
        checkIfMatch(headers.ifMatch, before);
        const { name = before.name, leadMinutes = before.leadMinutes, graceMinutes = before.graceMinutes } = body;
        const { unpaidBookings = before.unpaidBookings, newResourcesLocationId = before.newResourcesLocationId } = body;
        const { pastDueGraceDays = before.pastDueGraceDays, guestsPerBooking = before.guestsPerBooking } = body;
        const policy = { leadMinutes, graceMinutes, unpaidBookings, pastDueGraceDays, guestsPerBooking };
        return { id: before.id, name, ...policy, newResourcesLocationId };
      });
      if (changed === 'unknown_location')
        throw wrongField('newResourcesLocationId', 'expected the id of a location that exists, or null');
      kick();
      return { status: 200, body: changed, headers: { ETag: etagOf(changed) } };
    },
  }),
];

const sourceSchema = z
  .object({ id: z.string(), name: z.string(), versionKind: z.enum(['integer', 'instant']).nullable() })
  .meta({ id: 'Source' });

const sources: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/sources',
    scope: 'read',
    tag,
    summary: 'List the booking platforms that facts come from',
    params: nothing,
    query: z.strictObject(pageQuery),
    body: noBody,
    answers: { 200: { description: 'One page.', schema: pageOf(sourceSchema) } },
    handle: async ({ catalogue }, { principal, query }) => {
      const page = await catalogue.listSources(principal.organizationId, readPage(query));
      return { status: 200, body: presentPage(page, (one) => one) };
    },
  }),
  route({
    method: 'put',
    path: '/v1/sources/:id',
    scope: 'admin',
    tag,
    summary: 'Make or rename a source',
    params: z.strictObject({ id: slug }),
    query: nothing,
    body: z.strictObject({ name: label }),
    answers: { 200: { description: 'Saved.', schema: z.object({ id: z.string(), name: z.string() }) } },
    handle: async ({ catalogue }, { principal, params, body }) => {
      await catalogue.saveSource(actorOf(principal), { id: params.id, name: body.name });
      return { status: 200, body: { id: params.id, name: body.name } };
    },
  }),
];

const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    sourceId: z.string().nullable(),
    createdAt: isoText,
    revokedAt: isoText.nullable(),
  })
  .meta({ id: 'ApiToken' });
const presentToken = (one: ApiTokenView) => ({
  ...one,
  createdAt: toIsoOrNull(one.createdAt),
  revokedAt: toIsoOrNull(one.revokedAt),
});

const tokens: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/api-tokens',
    scope: 'admin',
    tag,
    summary: 'List API tokens',
    params: nothing,
    query: z.strictObject(pageQuery),
    body: noBody,
    answers: {
      200: { description: 'One page; the tokens themselves are never shown again.', schema: pageOf(tokenSchema) },
    },
    handle: async ({ catalogue }, { principal, query }) => {
      const page = await catalogue.listTokens(principal.organizationId, readPage(query));
      return { status: 200, body: presentPage(page, presentToken) };
    },
  }),
  route({
    method: 'post',
    path: '/v1/api-tokens',
    scope: 'admin',
    tag,
    summary: 'Make an API token',
    params: nothing,
    query: nothing,
    body: z.strictObject({
      name: label,
      scopes: z
        .array(z.enum(SCOPES, { error: `expected some of ${SCOPES.join(', ')}` }))
        .min(1, 'expected at least one scope'),
      sourceId: slug.nullable().default(null).describe('Binds the token to one source.'),
    }),
    answers: {
      201: {
        description: 'Made; the token is shown this once.',
        schema: z.object({ id: z.string(), token: z.string() }),
      },
    },
    handle: async ({ makeToken }, { principal, body }) => {
      const made = await makeToken(actorOf(principal), body);
      if (made === 'unknown_source') throw wrongField('sourceId', 'expected the id of a source that exists');
      return { status: 201, body: made };
    },
  }),
  route({
    method: 'delete',
    path: '/v1/api-tokens/:id',
    scope: 'admin',
    tag,
    summary: 'Revoke an API token',
    params: z.strictObject({ id: slug }),
    query: nothing,
    body: noBody,
    answers: { 204: { description: 'Revoked; it lets nobody in any more.' } },
    handle: async ({ catalogue, clock }, { principal, params }) => {
      const wasValid = await catalogue.revokeToken(actorOf(principal), params.id, clock());
      if (!wasValid) throw new AppError('not_found', 'There is no valid token with this id.');
      return { status: 204, body: null };
    },
  }),
];

export const organizationRoutes: readonly AnyRoute[] = [...organization, ...sources, ...tokens];
