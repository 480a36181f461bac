import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { RESOURCE_KINDS, type LocationView, type ResourceView, type SaveResult } from '../../usecases/catalogue';
import { checkIfMatch, etagOf } from '../etag';
import { wrongField } from '../problems';
import { noBody, nothing, route, type Answer, type AnyRoute } from '../route';
import { actorOf } from '../actor';
import { externalId, label, pageOf, pageQuery, presentPage, readPage, resolveSource, slug } from '../schemas';

const locationSchema = z.object({ id: z.string(), name: z.string(), timeZone: z.string() }).meta({ id: 'Location' });
const timeZone = z
  .string({ error: 'expected a text' })
  .refine(isTimeZone, 'expected an IANA time zone, like Europe/London');
const idParams = z.strictObject({ id: slug });

const withTag = (body: LocationView | ResourceView): Answer => ({ status: 200, body, headers: { ETag: etagOf(body) } });
const notFound = (what: string): AppError => new AppError('not_found', `There is no ${what} with this id.`);

const locations: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/locations',
    scope: 'read',
    tag: 'Locations',
    summary: 'List locations',
    params: nothing,
    query: z.strictObject(pageQuery),
    body: noBody,
    answers: { 200: { description: 'One page.', schema: pageOf(locationSchema) } },
    handle: async ({ catalogue }, { principal, query }) => {
      const page = await catalogue.listLocations(principal.organizationId, readPage(query));
      return { status: 200, body: presentPage(page, (one) => one) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/locations/:id',
    scope: 'read',
    tag: 'Locations',
    summary: 'See a location',
    params: idParams,
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'The location.', schema: locationSchema } },
    handle: async ({ catalogue }, { principal, params }) => {
      const location = await catalogue.getLocation(principal.organizationId, params.id);
      if (location === null) throw notFound('location');
      return withTag(location);
    },
  }),
  route({
    method: 'put',
    path: '/v1/locations/:id',
    scope: 'admin',
    tag: 'Locations',
    summary: 'Make or change a location',
    params: idParams,
    query: nothing,
    body: z.strictObject({ name: label, timeZone }),
    answers: { 200: { description: 'Saved.', schema: locationSchema } },
    handle: async ({ catalogue }, { principal, params, body, headers }) => {
      checkIfMatch(headers.ifMatch, await catalogue.getLocation(principal.organizationId, params.id));
      const location = { id: params.id, ...body };
      await catalogue.saveLocation(actorOf(principal), location);
      return withTag(location);
    },
  }),
];

const resourceSchema = z
  .object({
    source: z.string(),
    id: z.string(),
    name: z.string(),
    kind: z.enum(RESOURCE_KINDS),
    locationId: z.string(),
  })
  .meta({ id: 'Resource' });
const resourceParams = z.strictObject({ id: externalId.describe("The resource's id in its platform.") });
const resourceQuery = z.strictObject({ source: slug.optional() });

const resources: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/resources',
    scope: 'read',
    tag: 'Resources',
    summary: 'List what can be booked',
    params: nothing,
    query: z.strictObject({
      ...pageQuery,
      source: slug.optional(),
      locationId: slug.optional(),
      mapped: z.enum(['true', 'false']).optional().describe('Whether a door is mapped to it.'),
    }),
    body: noBody,
    answers: { 200: { description: 'One page.', schema: pageOf(resourceSchema) } },
    handle: async ({ catalogue }, { principal, query }) => {
      const filter = {
        source: principal.sourceId ?? query.source ?? null,
        locationId: query.locationId ?? null,
        mapped: query.mapped === undefined ? null : query.mapped === 'true',
      };
      const page = await catalogue.listResources(principal.organizationId, filter, readPage(query));
      return { status: 200, body: presentPage(page, (one) => one) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/resources/:id',
    scope: 'read',
    tag: 'Resources',
    summary: 'See what can be booked',
    params: resourceParams,
    query: resourceQuery,
    body: noBody,
    answers: { 200: { description: 'The resource.', schema: resourceSchema } },
    handle: async ({ catalogue }, { principal, params, query }) => {
      const source = await resolveSource(catalogue, principal, query.source);
      const resource = await catalogue.getResource(principal.organizationId, source, params.id);
      if (resource === null) throw notFound('resource');
      return withTag(resource);
    },
  }),
  route({
    method: 'put',
    path: '/v1/resources/:id',
    scope: 'admin',
    tag: 'Resources',
    summary: 'Make or change what can be booked',
    params: resourceParams,
    query: resourceQuery,
    body: z.strictObject({
      name: label,
      kind: z.enum(RESOURCE_KINDS, { error: `expected one of ${RESOURCE_KINDS.join(', ')}` }),
      locationId: slug,
    }),
    answers: { 200: { description: 'Saved.', schema: resourceSchema } },
    handle: async ({ catalogue }, { principal, params, query, body, headers }) => {
      const source = await resolveSource(catalogue, principal, query.source);
      checkIfMatch(headers.ifMatch, await catalogue.getResource(principal.organizationId, source, params.id));
      const resource = { source, id: params.id, ...body };
      refuse(await catalogue.saveResource(actorOf(principal), resource));
      return withTag(resource);
    },
  }),
];

function refuse(result: SaveResult): void {
  if (result === 'unknown_location') throw wrongField('locationId', 'expected the id of a location that exists');
  if (result === 'unknown_source') throw wrongField('source', 'expected the id of a source that exists');
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const siteRoutes: readonly AnyRoute[] = [...locations, ...resources];
