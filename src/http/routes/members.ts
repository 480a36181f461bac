import { z } from 'zod';
import { ENTITLEMENT_KINDS } from '../../domain/entitlement';
import { normalizeEmail } from '../../domain/email';
import { AppError } from '../../domain/errors';
import { PROBLEM_CODES } from '../../domain/problems';
import { MEMBER_STATUSES } from '../../usecases/receive-member';
import { answerFact, factAnswers, factReceiptShape } from '../fact-answers';
import {
  listedMemberSchema,
  memberEntitlementSchema,
  memberSchema,
  presentEntry,
  presentListed,
  presentMember,
  presentMemberEntitlement,
  timelineEntrySchema,
} from '../present-member';
import { noBody, nothing, route, type AnyRoute } from '../route';
import {
  emailAddress,
  externalId,
  factVersion,
  flag,
  label,
  pageOf,
  pageQuery,
  presentPage,
  readPage,
  readVersion,
  resolveSource,
  searchText,
  slug,
  sourceQuery,
  versionText,
} from '../schemas';

const tag = 'Members';
const params = z.strictObject({ id: externalId.describe("The member's id in its platform.") });
const locale = z
  .string({ error: 'expected a text' })
  .max(35, 'expected at most 35 characters')
  .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, 'expected a language tag, like en or de-AT');

const memberBody = z
  .strictObject({
    version: factVersion,
    email: emailAddress,
    name: label,
    status: z
      .enum(MEMBER_STATUSES, { error: `expected one of ${MEMBER_STATUSES.join(', ')}` })
      .describe('`left`: nothing is given to this member any more, whatever is still booked or paid.'),
    locale: locale.optional().describe('A language tag, like `de-AT`.'),
  })
  .meta({ id: 'MemberFact' });

const memberReceipt = z
  .object({
    ...factReceiptShape,
    ended: z
      .array(z.object({ kind: z.enum(ENTITLEMENT_KINDS), id: z.string(), source: z.string() }))
      .describe('What was open and ends because the member leaves, at most 100.'),
    endedCount: z.number().describe('How many end because the member leaves.'),
    teamIds: z.array(z.string()).describe('The teams whose access the member loses by leaving; the teams keep theirs.'),
  })
  .meta({ id: 'MemberFactReceipt' });

const putMember = route({
  method: 'put',
  path: '/v1/members/:id',
  scope: 'events',
  tag,
  summary: 'Say who a member is now',
  description:
    'The whole member as they are now, each time anything about them changes. Sending the same again is harmless. `left` takes everything at once; `active` again gives back what still lives.',
  params,
  query: sourceQuery,
  body: memberBody,
  takesIdempotencyKey: true,
  answers: factAnswers(memberReceipt),
  handle: async (deps, { principal, params: { id }, query, body, headers }) => {
    const sourceId = await resolveSource(deps.catalogue, principal, query.source);
    const { version: given, email, locale: spoken, ...rest } = body;
    const said = { ...rest, email: normalizeEmail(email) };
    const result = await deps.receiveMember({
      organizationId: principal.organizationId,
      sourceId,
      id,
      ...readVersion(given),
      member: { ...said, locale: spoken ?? null },
      payload: { ...versionText(given), ...said, ...(spoken === undefined ? {} : { locale: spoken }) },
      idempotencyKey: headers.idempotencyKey,
      eventId: null,
    });
    return answerFact('/v1/members', id, sourceId, { ...result });
  },
});

const UNKNOWN = 'No fact about a member with this id has arrived from this source.';

const listMembers = route({
  method: 'get',
  path: '/v1/members',
  scope: 'read',
  tag,
  summary: 'List members by name',
  params: nothing,
  query: z.strictObject({
    ...pageQuery,
    source: slug.optional(),
    status: z
      .enum(MEMBER_STATUSES, { error: `expected one of ${MEMBER_STATUSES.join(', ')}` })
      .optional()
      .describe('Only these.'),
    hasAccessNow: flag.describe('Only those for whom a door opens at this moment, or for whom none does.'),
    problem: z
      .enum(PROBLEM_CODES, { error: `expected one of ${PROBLEM_CODES.join(', ')}` })
      .optional()
      .describe('Only those with this problem in anything that has not ended.'),
    query: searchText.describe('A part of the name, the e-mail address or the id.'),
  }),
  body: noBody,
  answers: { 200: { description: 'One page.', schema: pageOf(listedMemberSchema) } },
  handle: async (deps, { principal, query }) => {
    const filter = {
      source: principal.sourceId ?? query.source ?? null,
      status: query.status ?? null,
      hasAccessNow: query.hasAccessNow,
      problem: query.problem ?? null,
      query: query.query,
    };
    const page = await deps.members.list(principal.organizationId, filter, readPage(query), deps.clock());
    return { status: 200, body: presentPage(page, presentListed) };
  },
});

const getMember = route({
  method: 'get',
  path: '/v1/members/:id',
  scope: 'read',
  tag,
  summary: 'See a member: why they may enter, which doors open, and what is in the way',
  params,
  query: sourceQuery,
  body: noBody,
  answers: { 200: { description: 'The member.', schema: memberSchema } },
  handle: async (deps, { principal, params: { id }, query }) => {
    const { organizationId } = principal;
    const source = await resolveSource(deps.catalogue, principal, query.source);
    const member = await deps.members.get({ organizationId, source, id }, deps.clock());
    if (member === null) throw new AppError('not_found', UNKNOWN);
    return { status: 200, body: presentMember(member, organizationId, deps.temporalUi) };
  },
});

const listEntitlements = route({
  method: 'get',
  path: '/v1/members/:id/entitlements',
  scope: 'read',
  tag,
  summary: 'List all reasons a member may or might enter, the newest first',
  params,
  query: sourceQuery.extend({ ...pageQuery, ended: flag.describe('Only those that ended, or that did not.') }),
  body: noBody,
  answers: { 200: { description: 'One page.', schema: pageOf(memberEntitlementSchema) } },
  handle: async (deps, { principal, params: { id }, query }) => {
    const { organizationId } = principal;
    const source = await resolveSource(deps.catalogue, principal, query.source);
    const key = { organizationId, source, id };
    const page = await deps.members.listEntitlements(key, { ended: query.ended }, readPage(query), deps.clock());
    if (page === null) throw new AppError('not_found', UNKNOWN);
    const body = presentPage(page, (one) => presentMemberEntitlement(one, organizationId, deps.temporalUi));
    return { status: 200, body };
  },
});

const timelineKind = z
  .string({ error: 'expected a text' })
  .regex(/^[a-z_]{1,64}$/, 'expected a kind of entry, like access_granted');

const getTimeline = route({
  method: 'get',
  path: '/v1/members/:id/timeline',
  scope: 'read',
  tag,
  summary: 'See what happened to a member, the newest first',
  params,
  query: sourceQuery.extend({
    ...pageQuery,
    kinds: z
      .union([timelineKind, z.array(timelineKind).max(50, 'expected at most 50 kinds')])
      .transform((given) => (Array.isArray(given) ? given : [given]))
      .optional()
      .describe('Only these kinds of entries. May be given several times.'),
  }),
  body: noBody,
  answers: { 200: { description: 'One page.', schema: pageOf(timelineEntrySchema) } },
  handle: async (deps, { principal, params: { id }, query }) => {
    const source = await resolveSource(deps.catalogue, principal, query.source);
    const key = { organizationId: principal.organizationId, source, id };
    const page = await deps.members.listTimeline(key, query.kinds ?? [], readPage(query));
    if (page === null) throw new AppError('not_found', UNKNOWN);
    return { status: 200, body: presentPage(page, presentEntry) };
  },
});

export const memberRoutes: readonly AnyRoute[] = [putMember, listMembers, getMember, listEntitlements, getTimeline];
