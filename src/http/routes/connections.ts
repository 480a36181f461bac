import { z } from 'zod';
import { RIGHTS } from '../../usecases/check-key';
import { CONNECTION_PROBLEMS } from '../../usecases/connection-problems';
import { OBSERVED_EFFECTS, type Observation } from '../../usecases/connections';
import type { HttpDeps } from '../deps';
import { actorOf } from '../actor';
import { noBody, nothing, route, type AnyRoute } from '../route';
import { instant, isoText, label, pageOf, pageQuery, presentPage, readPage, toIsoOrNull } from '../schemas';
import { integrationParams, integrationSchema, noIntegration, presentIntegration } from './integrations';

const apiKey = z
  .string({ error: 'expected a text' })
  .regex(/^[\x21-\x7e]{8,200}$/, 'expected an API key of 8 to 200 characters');
const baseUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http or https address' })
  .transform((url) => url.replace(/\/+$/, ''))
  .nullable()
  .default(null)
  .describe('Null is Kisi itself.');
const connectionBody = z.strictObject({ apiKey, baseUrl });
const testBody = z.strictObject({
  apiKey: apiKey.nullable().default(null).describe('Without it the stored key is tested.'),
  baseUrl,
});

const named = z.object({ id: z.number(), name: z.string().nullable() });
const connectionTestSchema = z
  .object({
    ok: z.boolean().describe('Whether this key could connect this integration.'),
    organization: named.nullable(),
    user: named.nullable().describe('The Kisi user behind the key.'),
    rights: z.array(z.object({ right: z.enum(RIGHTS), ok: z.boolean(), message: z.string().nullable() })),
    clockOffsetMs: z.number().nullable().describe("How far Kisi's clock is ahead of ours."),
    clockOk: z.boolean(),
    problem: z.object({ code: z.enum(CONNECTION_PROBLEMS), message: z.string(), remedy: z.string() }).nullable(),
  })
  .meta({ id: 'ConnectionTest' });
const previewSchema = z
  .object({
    peopleWithAccessNow: z.number(),
    peopleWithAccessLater: z.number().describe('Who have none now and would have it later.'),
    assignments: z.number().describe('Role assignments of ours at Kisi.'),
    openEnded: z.number().describe('Access without an end.'),
  })
  .meta({ id: 'DisconnectPreview' });
const disconnectQuery = z.strictObject({
  mode: z.enum(['revoke', 'expire', 'write_off'], { error: 'expected revoke, expire or write_off' }),
  until: instant.optional().describe('With `expire`: no access lasts longer. In 30 days without.'),
  reason: label.optional().describe('Needed with `write_off`.'),
});
const observationSchema = z
  .object({
    at: isoText,
    what: z.enum(OBSERVED_EFFECTS),
    memberId: z.string(),
    memberName: z.string().nullable(),
    groupId: z.number(),
    groupName: z.string().nullable(),
    from: isoText,
    until: isoText.nullable(),
    entitlement: z.object({ kind: z.string(), id: z.string(), source: z.string() }),
  })
  .meta({ id: 'Observation' });

const presentObservation = ({ at, from, until, entitlement, ...rest }: Observation) => ({
  ...rest,
  at: new Date(at).toISOString(),
  from: new Date(from).toISOString(),
  until: toIsoOrNull(until),
  entitlement: { ...entitlement },
});

async function show({ catalogue }: HttpDeps, organizationId: string, id: string) {
  const found = await catalogue.getIntegration(organizationId, id);
  if (found === null) throw noIntegration();
  return presentIntegration(found);
}

/** The connection of an integration: its key, what it may do, and how it ends. */
export const connectionRoutes: readonly AnyRoute[] = [
  route({
    method: 'post',
    path: '/v1/integrations/:id/test',
    scope: 'admin',
    tag: 'Integrations',
    summary: 'Test an API key, or the stored one',
    description: 'Says who the key is, what it may see and what keeps it from connecting. Nothing is stored.',
    params: integrationParams,
    query: nothing,
    body: testBody,
    answers: { 200: { description: 'What Kisi says of the key.', schema: connectionTestSchema } },
    handle: async ({ testConnection }, { principal, params, body }) => {
      const { organizationId } = principal;
      const result = await testConnection({ organizationId, integrationId: params.id, ...body });
      return { status: 200, body: result };
    },
  }),
  route({
    method: 'put',
    path: '/v1/integrations/:id/connection',
    scope: 'admin',
    tag: 'Integrations',
    summary: 'Connect an integration with an API key',
    description:
      'The key is tried first, stored encrypted, and never shown again. Another key of the same Kisi organization replaces it, and after a disconnect revives everything. While disconnecting, it cancels that.',
    params: integrationParams,
    query: nothing,
    body: connectionBody,
    answers: { 200: { description: 'Connected.', schema: integrationSchema } },
    handle: async (deps, { principal, params, body }) => {
      await deps.connectIntegration(actorOf(principal), { integrationId: params.id, ...body });
      return { status: 200, body: await show(deps, principal.organizationId, params.id) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/integrations/:id/connection/disconnect-preview',
    scope: 'read',
    tag: 'Integrations',
    summary: 'Count whom a disconnect concerns',
    params: integrationParams,
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'Counted now.', schema: previewSchema } },
    handle: async ({ connections, clock }, { principal, params }) => {
      const preview = await connections.previewDisconnect(principal.organizationId, params.id, clock());
      if (preview === null) throw noIntegration();
      return { status: 200, body: preview };
    },
  }),
  route({
    method: 'delete',
    path: '/v1/integrations/:id/connection',
    scope: 'admin',
    tag: 'Integrations',
    summary: 'Disconnect an integration',
    description:
      'revoke: all access is taken away first. expire: access keeps its end, at most until the given time, and Kisi refuses then by itself. write_off: for a key that no longer works, refused while Kisi accepts it; at once, and receipts say that nobody could look. The key is erased in the end. Another order replaces one under way; connecting again cancels it.',
    params: integrationParams,
    query: disconnectQuery,
    body: noBody,
    answers: { 202: { description: 'Ordered; see `disconnect` for how far it is.', schema: integrationSchema } },
    handle: async (deps, { principal, params, query }) => {
      const { mode, until = null, reason = null } = query;
      await deps.disconnectIntegration(actorOf(principal), params.id, { mode, until, reason });
      return { status: 202, body: await show(deps, principal.organizationId, params.id) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/integrations/:id/observations',
    scope: 'read',
    tag: 'Integrations',
    summary: 'See what an integration that only observes would have done',
    params: integrationParams,
    query: z.strictObject(pageQuery),
    body: noBody,
    answers: { 200: { description: 'One page, newest first.', schema: pageOf(observationSchema) } },
    handle: async ({ connections }, { principal, params, query }) => {
      const page = await connections.listObservations(principal.organizationId, params.id, readPage(query));
      if (page === null) throw noIntegration();
      return { status: 200, body: presentPage(page, presentObservation) };
    },
  }),
];
