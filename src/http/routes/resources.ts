import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { RESOURCE_KINDS, type ListedResource, type ResourceView } from '../../usecases/catalogue';
import { actorOf } from '../actor';
import { answerDeletion, deletionAnswers } from '../deletion';
import { checkIfMatch, etagOf } from '../etag';
import { noBody, nothing, route, type Answer, type AnyRoute } from '../route';
import { externalId, label, pageOf, pageQuery, presentPage, readPage, resolveSource, slug } from '../schemas';
import { refuseUnsaved, subjectQuery } from './subjects';

const tag = 'Resources';
const resourceSchema = z
  .object({
    source: z.string(),
    id: z.string(),
    name: z.string(),
    kind: z.enum(RESOURCE_KINDS),
    locationId: z.string(),
    mappings: z.number().describe('How many door mappings it has.'),
  })
  .meta({ id: 'Resource' });
const kind = z.enum(RESOURCE_KINDS, { error: `expected one of ${RESOURCE_KINDS.join(', ')}` });
const params = z.strictObject({ id: externalId.describe("The resource's id in its platform.") });
const sourceQuery = z.strictObject({ source: slug.optional() });

/** The tag stands for what people edit: a new door mapping is no change of the resource. */
const tagOf = ({ source, id, name, kind: kindOf, locationId }: ResourceView): string =>
  etagOf({ source, id, name, kind: kindOf, locationId });
const check =
  (ifMatch: string | null) =>
  (current: ResourceView | null): void =>
    checkIfMatch(ifMatch, current, tagOf);

function withTag(resource: ListedResource | null): Answer {
  if (resource === null) throw new AppError('not_found', 'There is no resource with this id.');
  return { status: 200, body: resource, headers: { ETag: tagOf(resource) } };
}

/** What can be booked. */
export const resourceRoutes: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/resources',
    scope: 'read',
    tag,
    summary: 'List what can be booked',
    params: nothing,
    query: z.strictObject({ ...pageQuery, ...subjectQuery, kind: kind.optional() }),
    body: noBody,
    answers: { 200: { description: 'One page.', schema: pageOf(resourceSchema) } },
    handle: async ({ catalogue }, { principal, query }) => {
      const filter = {
        source: principal.sourceId ?? query.source ?? null,
        locationId: query.locationId ?? null,
        mapped: query.mapped,
        query: query.query,
        kind: query.kind ?? null,
      };
      const page = await catalogue.listResources(principal.organizationId, filter, readPage(query));
      return { status: 200, body: presentPage(page, (one) => one) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/resources/:id',
    scope: 'read',
    tag,
    summary: 'See what can be booked',
    params,
    query: sourceQuery,
    body: noBody,
    answers: { 200: { description: 'The resource.', schema: resourceSchema } },
    handle: async ({ catalogue }, { principal, params: { id }, query }) => {
      const source = await resolveSource(catalogue, principal, query.source);
      return withTag(await catalogue.getResource(principal.organizationId, source, id));
    },
  }),
  route({
    method: 'put',
    path: '/v1/resources/:id',
    scope: 'admin',
    tag,
    summary: 'Make or change what can be booked',
    params,
    query: sourceQuery,
    body: z.strictObject({ name: label, kind, locationId: slug }),
    answers: { 200: { description: 'Saved.', schema: resourceSchema } },
    handle: async ({ catalogue }, { principal, params: { id }, query, body, headers }) => {
      const source = await resolveSource(catalogue, principal, query.source);
      const resource = { source, id, ...body };
      refuseUnsaved(await catalogue.saveResource(actorOf(principal), resource, check(headers.ifMatch)));
      return withTag(await catalogue.getResource(principal.organizationId, source, id));
    },
  }),
  route({
    method: 'delete',
    path: '/v1/resources/:id',
    scope: 'admin',
    tag,
    summary: 'Delete what can be booked',
    description: 'Only one to which no door mapping and no booking that has not ended refers.',
    params,
    query: sourceQuery,
    body: noBody,
    answers: deletionAnswers,
    handle: async ({ catalogue }, { principal, params: { id }, query, headers }) => {
      const source = await resolveSource(catalogue, principal, query.source);
      const actor = actorOf(principal);
      return answerDeletion('resource', await catalogue.deleteResource(actor, source, id, check(headers.ifMatch)));
    },
  }),
];
