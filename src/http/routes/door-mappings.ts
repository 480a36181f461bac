import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { actorOf } from '../actor';
import {
  kisiId,
  mappingBody,
  mappingId,
  mappingSchema,
  mappingState,
  mappingTag,
  presentMapping,
  refusedMapping,
  subjectType,
  targetType,
} from '../door-mapping-schemas';
import { checkIfMatch } from '../etag';
import { noBody, nothing, route, type AnyRoute } from '../route';
import { externalId, pageOf, pageQuery, presentPage, readPage, searchText, slug } from '../schemas';

const mappingParams = z.strictObject({ id: mappingId });

/** Which resource, plan or pass type opens which door. */
export const doorMappingRoutes: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/door-mappings',
    scope: 'read',
    tag: 'Door mappings',
    summary: 'List which resource, plan or pass type opens which door',
    params: nothing,
    query: z.strictObject({
      ...pageQuery,
      query: searchText.describe('Words, each in a name or an id.'),
      subjectType: subjectType.optional(),
      source: slug.optional(),
      resourceId: externalId.optional().describe('A resource; the same as `subjectType=resource` with `subjectId`.'),
      subjectId: externalId.optional(),
      integrationId: slug.optional(),
      locationId: slug.optional().describe('Of the resource, plan or pass type.'),
      state: mappingState.optional(),
      targetType: targetType.optional(),
      targetId: z.coerce.number().pipe(kisiId).optional(),
    }),
    body: noBody,
    answers: { 200: { description: 'One page, by id.', schema: pageOf(mappingSchema) } },
    handle: async ({ catalogue }, { principal, query }) => {
      const filter = {
        query: query.query,
        subjectType: query.resourceId === undefined ? (query.subjectType ?? null) : ('resource' as const),
        source: query.source ?? null,
        subjectId: query.resourceId ?? query.subjectId ?? null,
        integrationId: query.integrationId ?? null,
        locationId: query.locationId ?? null,
        state: query.state ?? null,
        targetType: query.targetType ?? null,
        targetId: query.targetId ?? null,
      };
      const page = await catalogue.listDoorMappings(principal.organizationId, filter, readPage(query));
      return { status: 200, body: presentPage(page, presentMapping) };
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
      if (mapping === null) throw noMapping();
      return { status: 200, body: presentMapping(mapping), headers: { ETag: mappingTag(mapping) } };
    },
  }),
  route({
    method: 'put',
    path: '/v1/door-mappings/:id',
    scope: 'admin',
    tag: 'Door mappings',
    summary: 'Map a resource, plan or pass type to a door, or change that',
    description:
      'The door must be one that Kisi shows; where Kisi cannot be asked it is verified later. The access of everyone ' +
      'concerned follows within seconds. Send `If-Match` with the `ETag` that you saw: 412 when somebody was faster.',
    params: mappingParams,
    query: nothing,
    body: mappingBody,
    answers: { 200: { description: 'Saved.', schema: mappingSchema } },
    handle: async ({ saveDoorMapping, kick }, { principal, params, body, headers }) => {
      const mapping = { id: params.id, ...body };
      const saved = await saveDoorMapping(actorOf(principal), mapping, (current) =>
        checkIfMatch(headers.ifMatch, current, mappingTag),
      );
      if (typeof saved === 'string') throw refusedMapping(saved, mapping);
      kick();
      return { status: 200, body: presentMapping(saved), headers: { ETag: mappingTag(saved) } };
    },
  }),
  route({
    method: 'delete',
    path: '/v1/door-mappings/:id',
    scope: 'admin',
    tag: 'Door mappings',
    summary: 'Take a door away from a resource, plan or pass type',
    description: 'Whoever has this door only through it loses it within seconds.',
    params: mappingParams,
    query: nothing,
    body: noBody,
    answers: { 204: { description: 'Deleted.' } },
    handle: async ({ catalogue, kick }, { principal, params, headers }) => {
      const wasThere = await catalogue.deleteDoorMapping(actorOf(principal), params.id, (current) =>
        checkIfMatch(headers.ifMatch, current, mappingTag),
      );
      if (!wasThere) throw noMapping();
      kick();
      return { status: 204, body: null };
    },
  }),
];

function noMapping(): AppError {
  return new AppError('not_found', 'There is no door mapping with this id.');
}
