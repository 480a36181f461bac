import { z } from 'zod';
import { ENTITLEMENT_KINDS } from '../../domain/entitlement';
import { normalizeEmail } from '../../domain/email';
import { MEMBER_STATUSES } from '../../usecases/receive-member';
import { answerFact, factAnswers, factReceiptShape } from '../fact-answers';
import { route, type AnyRoute } from '../route';
import { emailAddress, externalId, label, readVersion, resolveSource, slug, version, versionText } from '../schemas';

const tag = 'Members';
const params = z.strictObject({ id: externalId.describe("The member's id in its platform.") });
const sourceQuery = z.strictObject({
  source: slug
    .optional()
    .describe('The source the id belongs to. Without, the one of the token, else `default`, else the only one.'),
});

const locale = z
  .string({ error: 'expected a text' })
  .max(35, 'expected at most 35 characters')
  .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, 'expected a language tag, like en or de-AT');

const memberBody = z
  .strictObject({
    version: version
      .optional()
      .describe('Rises with each change: an integer or an instant, of one kind for all facts of a source.'),
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

export const memberRoutes: readonly AnyRoute[] = [putMember];
