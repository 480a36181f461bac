import { z } from 'zod';
import { AppError } from '../../domain/errors';
import type { IntegrationView } from '../../usecases/catalogue';
import { actorOf } from '../actor';
import { wrongField } from '../problems';
import { noBody, nothing, route, type AnyRoute } from '../route';
import { isoText, label, pageOf, pageQuery, presentPage, readPage, slug, toIsoOrNull } from '../schemas';

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
const integrationParams = z.strictObject({ id: slug });
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

/** Connected Kisi organizations. */
export const integrationRoutes: readonly AnyRoute[] = [
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
    params: integrationParams,
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
    params: integrationParams,
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
    params: integrationParams,
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
