import { z } from 'zod';
import { PROBLEM_CODES } from '../../domain/problems';
import { LOCK_GROUP_STATUSES } from '../../domain/plan-doors';
import { actorOf } from '../actor';
import { noBody, nothing, route, type AnyRoute } from '../route';
import { isoText, pageQuery, presentPage, readPage, slug, toIsoOrNull } from '../schemas';

const LARGEST_ID = 2_147_483_647;

/** An id of Kisi in an address. */
export const kisiId = z
  .string()
  .regex(/^\d{1,10}$/, 'expected the id of a Kisi lock or group, a number')
  .transform(Number)
  .refine((id) => id > 0 && id <= LARGEST_ID, 'expected the id of a Kisi lock or group, a number');

const doorType = z.enum(['lock', 'group'], { error: 'expected lock or group' });

const doorSchema = z
  .object({
    type: doorType,
    id: z.number(),
    name: z.string(),
    placeId: z.number().nullable(),
    placeName: z.string().nullable(),
    floorName: z.string().nullable(),
    isOnline: z.boolean().nullable().describe('Of a lock; null where Kisi does not say.'),
    doorCount: z.number().nullable().describe('Of a group: how many doors it opens.'),
    lockGroup: z
      .object({
        groupId: z.number().nullable().describe('Null until Kisi has it.'),
        origin: z.enum(['made', 'adopted']),
        status: z.enum(LOCK_GROUP_STATUSES),
      })
      .nullable()
      .describe('Of a lock: the Kisi group of exactly this lock, which mappings of the lock give access to.'),
    mappings: z.number().describe('How many door mappings name it.'),
  })
  .meta({ id: 'KisiDoor' });

const pageSchema = z.object({
  items: z.array(doorSchema),
  nextCursor: z.string().nullable().describe('Null on the last page.'),
  readAt: isoText.nullable().describe('When Kisi was last read to the end.'),
  isStale: z.boolean().describe('True when that is more than a minute ago.'),
  problem: z
    .object({ code: z.enum(PROBLEM_CODES), message: z.string(), remedy: z.string(), since: isoText })
    .nullable()
    .describe('Why Kisi could not be read just now; the items are what was known before.'),
});

export const kisiDoorRoutes: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/integrations/:id/doors',
    scope: 'read',
    tag: 'Integrations',
    summary: 'List the locks and groups of a Kisi organization',
    description:
      'What was read from Kisi within a minute is answered at once; otherwise Kisi is read first, for at most ten seconds.',
    params: z.strictObject({ id: slug }),
    query: z.strictObject({
      ...pageQuery,
      type: doorType.optional(),
      query: z
        .string()
        .max(200, 'expected at most 200 characters')
        .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected a text without control characters')
        .optional()
        .describe('Words that must all be in the name, place, floor or id; case does not matter.'),
      refresh: z.enum(['true', 'false'], { error: 'expected true or false' }).optional(),
    }),
    body: noBody,
    answers: { 200: { description: 'One page, by name.', schema: pageSchema } },
    handle: async ({ showDoors }, { principal, params, query }) => {
      const key = { organizationId: principal.organizationId, integrationId: params.id };
      const filter = { type: query.type ?? null, query: query.query ?? null };
      const options = { mustRefresh: query.refresh === 'true' };
      const { readAt, isStale, problem, ...page } = await showDoors.list(key, filter, readPage(query), options);
      const body = {
        ...presentPage(page, (door) => door),
        readAt: toIsoOrNull(readAt),
        isStale,
        problem: problem === null ? null : { ...problem, since: toIsoOrNull(problem.since) },
      };
      return { status: 200, body };
    },
  }),
  route({
    method: 'get',
    path: '/v1/integrations/:id/doors/:type/:kisiId',
    scope: 'read',
    tag: 'Integrations',
    summary: 'See one lock or group, asking Kisi where it is not known',
    params: z.strictObject({ id: slug, type: doorType, kisiId }),
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'The door.', schema: doorSchema } },
    handle: async ({ showDoors }, { principal, params }) => {
      const key = { organizationId: principal.organizationId, integrationId: params.id };
      return { status: 200, body: await showDoors.get(key, params.type, params.kisiId) };
    },
  }),
  route({
    method: 'put',
    path: '/v1/integrations/:id/lock-groups/:lockId',
    scope: 'admin',
    tag: 'Integrations',
    summary: 'Use an existing Kisi group for the mappings of a lock',
    description:
      'Without this we make a group of our own. The group must hold exactly this lock; we never change which doors it holds.',
    params: z.strictObject({ id: slug, lockId: kisiId }),
    query: nothing,
    body: z.strictObject({
      groupId: z.int({ error: 'expected the id of a Kisi group' }).positive().max(LARGEST_ID),
    }),
    answers: { 200: { description: 'The lock with its group.', schema: doorSchema } },
    handle: async ({ adoptLockGroup }, { principal, params, body }) => {
      const input = { integrationId: params.id, lockId: params.lockId, groupId: body.groupId };
      return { status: 200, body: await adoptLockGroup(actorOf(principal), input) };
    },
  }),
];
