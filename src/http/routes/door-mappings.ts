import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { actorOf } from '../actor';
import { checkIfMatch, etagOf } from '../etag';
import { wrongField } from '../problems';
import { noBody, nothing, route, type AnyRoute } from '../route';
import { externalId, label, minutes, pageOf, pageQuery, presentPage, readPage, slug } from '../schemas';

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

/** Which resource opens which door. */
export const doorMappingRoutes: readonly AnyRoute[] = [
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
