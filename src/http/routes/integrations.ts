import { z } from 'zod';
import { AppError } from '../../domain/errors';
import type { IntegrationSettings, IntegrationView } from '../../usecases/catalogue';
import { actorOf } from '../actor';
import { checkIfMatch, etagOf } from '../etag';
import { wrongField } from '../problems';
import { noBody, nothing, route, type AnyRoute } from '../route';
import { isoText, label, pageOf, pageQuery, presentPage, readPage, slug, toIsoOrNull } from '../schemas';

/** An integration as the API answers it. */
export const integrationSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    mode: z.enum(['enforce', 'observe']),
    locationIds: z.array(z.string()),
    status: z.enum(['connected', 'disconnecting', 'disconnected']),
    baseUrl: z.string().nullable(),
    apiKeyLastFour: z.string().nullable(),
    kisiOrganizationId: z.number().nullable(),
    health: z.enum(['ok', 'unavailable', 'key_invalid']),
    healthSince: isoText.nullable(),
    clockOffsetMs: z.number().describe("How far Kisi's clock is ahead of ours."),
    doorsReadAt: isoText.nullable().describe('When its doors were last read to the end.'),
    disconnect: z
      .object({
        mode: z.enum(['revoke', 'expire', 'write_off']),
        until: isoText.nullable().describe('With `expire`: no access lasts longer.'),
        by: z.string(),
        reason: z.string().nullable(),
        askedAt: isoText,
        peopleLeft: z.number().describe('For whom something is still to be done at Kisi.'),
      })
      .nullable()
      .describe('How the connection ends or has ended.'),
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
export const integrationParams = z.strictObject({ id: slug });
/** Never with its key: the last four characters are all that is told. */
export function presentIntegration({ healthSince, doorsReadAt, disconnect, ...rest }: IntegrationView) {
  return {
    ...rest,
    healthSince: toIsoOrNull(healthSince),
    doorsReadAt: toIsoOrNull(doorsReadAt),
    disconnect:
      disconnect === null
        ? null
        : { ...disconnect, until: toIsoOrNull(disconnect.until), askedAt: new Date(disconnect.askedAt).toISOString() },
  };
}

/** What people edit: whether Kisi answers just now changes no tag. */
const editedOf = ({ id, name, mode, locationIds }: IntegrationSettings) => ({ id, name, mode, locationIds });
const WHY_NOT_DELETED = {
  is_connected: 'This integration is connected. Disconnect it first.',
  has_mappings: 'Door mappings use this integration. Delete them or map them to another one first.',
  has_bookings: 'Bookings that have not ended hold access here. Wait for their receipts, or cancel them.',
} as const;
const unknownLocation = (): AppError => wrongField('locationIds', 'expected ids of locations that exist');

export function noIntegration(): AppError {
  return new AppError('not_found', 'There is no integration with this id.');
}

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
      return { status: 200, body: presentIntegration(found), headers: { ETag: etagOf(editedOf(found)) } };
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
    handle: async ({ catalogue, kick }, { principal, params, body, headers }) => {
      if (headers.ifMatch !== null) {
        const before = await catalogue.getIntegration(principal.organizationId, params.id);
        checkIfMatch(headers.ifMatch, before === null ? null : editedOf(before));
      }
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
      return { status: 200, body: presentIntegration(found), headers: { ETag: etagOf(editedOf(found)) } };
    },
  }),
  route({
    method: 'delete',
    path: '/v1/integrations/:id',
    scope: 'admin',
    tag: 'Integrations',
    summary: 'Delete an integration',
    description: 'Only one that is disconnected, has no door mappings and no booking that has not ended.',
    params: integrationParams,
    query: nothing,
    body: noBody,
    answers: { 204: { description: 'Deleted.' } },
    handle: async ({ catalogue }, { principal, params }) => {
      const deleted = await catalogue.deleteIntegration(actorOf(principal), params.id);
      if (deleted === 'unknown_integration') throw noIntegration();
      if (deleted !== 'deleted') throw new AppError('conflict', WHY_NOT_DELETED[deleted]);
      return { status: 204, body: null };
    },
  }),
];
