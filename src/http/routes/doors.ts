import { z } from 'zod';
import { AppError } from '../../domain/errors';
import type { IntegrationView } from '../../usecases/catalogue';
import { actorOf } from '../actor';
import { checkIfMatch, etagOf } from '../etag';
import { wrongField } from '../problems';
import { noBody, nothing, route, type AnyRoute } from '../route';
import {
  externalId,
  isoText,
  label,
  minutes,
  pageOf,
  pageQuery,
  presentPage,
  readPage,
  slug,
  toIsoOrNull,
} from '../schemas';

const mappingSchema = z
  .object({
    id: z.string(),
    subject: z.object({ type: z.literal('resource'), source: z.string(), id: z.string() }),
    integrationId: z.string(),
    target: z.object({ type: z.literal('group'), id: z.number() }),
    name: z.string(),
    leadMinutes: z.number().nullable(),
    graceMinutes: z.number().nullable(),
    enabled: z.boolean(),
  })
  .meta({ id: 'DoorMapping' });

const mappingBody = z.strictObject({
  subject: z.strictObject({
    type: z.literal('resource', { error: 'expected "resource"' }),
    source: slug.default('default'),
    id: externalId,
  }),
  integrationId: slug,
  target: z.strictObject({
    type: z.literal('group', { error: 'expected "group"' }),
    id: z.int({ error: 'expected the id of a Kisi group' }).positive().max(2_147_483_647),
  }),
  name: label.describe('What people call this door.'),
  leadMinutes: minutes
    .nullable()
    .default(null)
    .describe('Opens so long before the start; null is the policy of the organization.'),
  graceMinutes: minutes.nullable().default(null).describe('Stays open so long after the end; null is the policy.'),
  enabled: z.boolean().default(true),
});
const mappingParams = z.strictObject({ id: slug });

const mappings: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/door-mappings',
    scope: 'read',
    tag: 'Door mappings',
    summary: 'List which resource opens which door',
    params: nothing,
    query: z.strictObject({
      ...pageQuery,
      source: slug.optional(),
      resourceId: externalId.optional(),
      integrationId: slug.optional(),
    }),
    body: noBody,
    answers: { 200: { description: 'One page.', schema: pageOf(mappingSchema) } },
    handle: async ({ catalogue }, { principal, query }) => {
      const { source = null, resourceId = null, integrationId = null } = query;
      const filter = { source, resourceId, integrationId };
      const page = await catalogue.listDoorMappings(principal.organizationId, filter, readPage(query));
      return { status: 200, body: presentPage(page, (one) => one) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/door-mappings/:id',
    scope: 'read',
    tag: 'Door mappings',
    summary: 'See a door mapping',
    params: mappingParams,
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'The mapping.', schema: mappingSchema } },
    handle: async ({ catalogue }, { principal, params }) => {
      const mapping = await catalogue.getDoorMapping(principal.organizationId, params.id);
      if (mapping === null) throw new AppError('not_found', 'There is no door mapping with this id.');
      return { status: 200, body: mapping, headers: { ETag: etagOf(mapping) } };
    },
  }),
  route({
    method: 'put',
    path: '/v1/door-mappings/:id',
    scope: 'admin',
    tag: 'Door mappings',
    summary: 'Map a resource to a door, or change that',
    description: 'The access of everyone concerned follows within seconds.',
    params: mappingParams,
    query: nothing,
    body: mappingBody,
    answers: { 200: { description: 'Saved.', schema: mappingSchema } },
    handle: async ({ catalogue, kick }, { principal, params, body, headers }) => {
      checkIfMatch(headers.ifMatch, await catalogue.getDoorMapping(principal.organizationId, params.id));
      const mapping = { id: params.id, ...body };
      const saved = await catalogue.saveDoorMapping(actorOf(principal), mapping);
      if (saved === 'unknown_resource') throw wrongField('subject.id', 'expected the id of a resource of that source');
      if (saved === 'unknown_integration')
        throw wrongField('integrationId', 'expected the id of an integration that exists');
      kick();
      return { status: 200, body: mapping, headers: { ETag: etagOf(mapping) } };
    },
  }),
  route({
    method: 'delete',
    path: '/v1/door-mappings/:id',
    scope: 'admin',
    tag: 'Door mappings',
    summary: 'Take a door away from a resource',
    description: 'Whoever has this door only through it loses it within seconds.',
    params: mappingParams,
    query: nothing,
    body: noBody,
    answers: { 204: { description: 'Deleted.' } },
    handle: async ({ catalogue, kick }, { principal, params, headers }) => {
      if (headers.ifMatch !== null) {
        checkIfMatch(headers.ifMatch, await catalogue.getDoorMapping(principal.organizationId, params.id));
      }
      const wasThere = await catalogue.deleteDoorMapping(actorOf(principal), params.id);
      if (!wasThere) throw new AppError('not_found', 'There is no door mapping with this id.');
      kick();
      return { status: 204, body: null };
    },
  }),
];

const integrationSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    mode: z.enum(['enforce', 'observe']),
    locationIds: z.array(z.string()),
    status: z.enum(['connected', 'disconnected']),
    baseUrl: z.string().nullable(),
    apiKeyLastFour: z.string().nullable(),
    kisiOrganizationId: z.number().nullable(),
    health: z.enum(['ok', 'unavailable', 'key_invalid']),
    healthSince: isoText.nullable(),
    clockOffsetMs: z.number(),
  })
  .meta({ id: 'Integration' });

const integrationBody = z.strictObject({
  name: label,
  mode: z
    .enum(['enforce', 'observe'], { error: 'expected enforce or observe' })
    .default('enforce')
    .describe('observe: everything is decided and shown, nothing is written to Kisi.'),
  locationIds: z.array(slug).min(1, 'expected at least one location').max(200),
});
const connectionBody = z.strictObject({
  apiKey: z
    .string({ error: 'expected a text' })
    .regex(/^[\x21-\x7e]{8,200}$/, 'expected an API key of 8 to 200 characters'),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http or https address' })
    .transform((url) => url.replace(/\/+$/, ''))
    .nullable()
    .default(null)
    .describe('Null is Kisi itself.'),
});

const presentIntegration = (one: IntegrationView) => ({ ...one, healthSince: toIsoOrNull(one.healthSince) });
const unknownLocation = (): AppError => wrongField('locationIds', 'expected ids of locations that exist');
const noIntegration = (): AppError => new AppError('not_found', 'There is no integration with this id.');

const integrations: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/integrations',
    scope: 'read',
    tag: 'Integrations',
    summary: 'List connected Kisi organizations',
    params: nothing,
    query: z.strictObject(pageQuery),
    body: noBody,
    answers: { 200: { description: 'One page.', schema: pageOf(integrationSchema) } },
    handle: async ({ catalogue }, { principal, query }) => {
      const page = await catalogue.listIntegrations(principal.organizationId, readPage(query));
      return { status: 200, body: presentPage(page, presentIntegration) };
    },
  }),
  route({
    method: 'post',
    path: '/v1/integrations',
    scope: 'admin',
    tag: 'Integrations',
    summary: 'Make an integration',
    params: nothing,
    query: nothing,
    body: integrationBody,
    answers: { 201: { description: 'Made; connect it next.', schema: integrationSchema } },
    handle: async ({ catalogue, newId }, { principal, body }) => {
      const id = newId();
      const saved = await catalogue.createIntegration(actorOf(principal), { id, ...body });
      if (saved === 'unknown_location') throw unknownLocation();
      const made = await catalogue.getIntegration(principal.organizationId, id);
      if (made === null) throw noIntegration();
      return { status: 201, body: presentIntegration(made), headers: { Location: `/v1/integrations/${id}` } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/integrations/:id',
    scope: 'read',
    tag: 'Integrations',
    summary: 'See an integration',
    params: mappingParams,
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'The integration.', schema: integrationSchema } },
    handle: async ({ catalogue }, { principal, params }) => {
      const found = await catalogue.getIntegration(principal.organizationId, params.id);
      if (found === null) throw noIntegration();
      return { status: 200, body: presentIntegration(found) };
    },
  }),
  route({
    method: 'put',
    path: '/v1/integrations/:id',
    scope: 'admin',
    tag: 'Integrations',
    summary: 'Change an integration',
    params: mappingParams,
    query: nothing,
    body: integrationBody,
    answers: { 200: { description: 'Saved.', schema: integrationSchema } },
    handle: async ({ catalogue, kick }, { principal, params, body }) => {
      const saved = await catalogue.saveIntegration(actorOf(principal), { id: params.id, ...body });
      if (saved === 'unknown_integration') throw noIntegration();
      if (saved === 'unknown_location') throw unknownLocation();
      if (saved === 'conflict') {
        throw new AppError(
          'conflict',
          'This integration holds access at Kisi, so it cannot only observe. Disconnect it first.',
        );
      }
      kick();
      const found = await catalogue.getIntegration(principal.organizationId, params.id);
      if (found === null) throw noIntegration();
      return { status: 200, body: presentIntegration(found) };
    },
  }),
  route({
    method: 'put',
    path: '/v1/integrations/:id/connection',
    scope: 'admin',
    tag: 'Integrations',
    summary: 'Connect an integration with an API key',
    description:
      'The key is tried first, stored encrypted, and never shown again. Another key of the same Kisi organization replaces it.',
    params: mappingParams,
    query: nothing,
    body: connectionBody,
    answers: { 200: { description: 'Connected.', schema: integrationSchema } },
    handle: async ({ catalogue, connectIntegration }, { principal, params, body }) => {
      await connectIntegration(actorOf(principal), { integrationId: params.id, ...body });
      const found = await catalogue.getIntegration(principal.organizationId, params.id);
      if (found === null) throw noIntegration();
      return { status: 200, body: presentIntegration(found) };
    },
  }),
];

export const doorRoutes: readonly AnyRoute[] = [...mappings, ...integrations];
