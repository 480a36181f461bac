import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { isTimeZone } from '../../domain/calendar';
import type { LocationView } from '../../usecases/catalogue';
import { actorOf } from '../actor';
import { answerDeletion, deletionAnswers } from '../deletion';
import { checkIfMatch, etagOf } from '../etag';
import { noBody, nothing, route, type Answer, type AnyRoute } from '../route';
import { holidaysBody } from '../opening-hours-schemas';
import { label, pageOf, pageQuery, presentPage, readPage, searchText, slug } from '../schemas';

const tag = 'Locations';
const locationSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    timeZone: z.string(),
    holidays: z.array(z.object({ date: z.string(), name: z.string() })),
  })
  .meta({ id: 'Location' });
const timeZone = z
  .string({ error: 'expected a text' })
  .refine(isTimeZone, 'expected an IANA time zone, like Europe/London');
const params = z.strictObject({ id: slug });

const withTag = (body: LocationView): Answer => ({ status: 200, body, headers: { ETag: etagOf(body) } });

/** Sites of the organization. */
export const locationRoutes: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/locations',
    scope: 'read',
    tag,
    summary: 'List locations',
    params: nothing,
    query: z.strictObject({ ...pageQuery, query: searchText.describe('A part of the name or the id.') }),
    body: noBody,
    answers: { 200: { description: 'One page.', schema: pageOf(locationSchema) } },
    handle: async ({ catalogue }, { principal, query }) => {
      const page = await catalogue.listLocations(principal.organizationId, { query: query.query }, readPage(query));
      return { status: 200, body: presentPage(page, (one) => one) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/locations/:id',
    scope: 'read',
    tag,
    summary: 'See a location',
    params,
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'The location.', schema: locationSchema } },
    handle: async ({ catalogue }, { principal, params: { id } }) => {
      const location = await catalogue.getLocation(principal.organizationId, id);
      if (location === null) throw new AppError('not_found', 'There is no location with this id.');
      return withTag(location);
    },
  }),
  route({
    method: 'put',
    path: '/v1/locations/:id',
    scope: 'admin',
    tag,
    summary: 'Make or change a location',
    params,
    query: nothing,
    body: z.strictObject({ name: label, timeZone, holidays: holidaysBody }),
    answers: { 200: { description: 'Saved.', schema: locationSchema } },
    handle: async ({ catalogue, kick }, { principal, params: { id }, body, headers }) => {
      const location = { id, ...body };
      await catalogue.saveLocation(actorOf(principal), location, (current) => checkIfMatch(headers.ifMatch, current));
      kick();
      return withTag(location);
    },
  }),
  route({
    method: 'delete',
    path: '/v1/locations/:id',
    scope: 'admin',
    tag,
    summary: 'Delete a location',
    description: 'Only one to which no resource, plan, pass type, integration or policy refers.',
    params,
    query: nothing,
    body: noBody,
    answers: deletionAnswers,
    handle: async ({ catalogue }, { principal, params: { id }, headers }) => {
      const check = (current: LocationView): void => checkIfMatch(headers.ifMatch, current);
      return answerDeletion('location', await catalogue.deleteLocation(actorOf(principal), id, check));
    },
  }),
];
