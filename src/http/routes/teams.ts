import { z } from 'zod';
import { answerFact, factAnswers, factReceiptShape } from '../fact-answers';
import { route, type AnyRoute } from '../route';
import { externalId, label, readVersion, resolveSource, slug, version, versionText } from '../schemas';

const tag = 'Teams';
const params = z.strictObject({ id: externalId.describe("The team's id in its platform.") });
const sourceQuery = z.strictObject({
  source: slug
    .optional()
    .describe('The source the id belongs to. Without, the one of the token, else `default`, else the only one.'),
});

const MOST_MEMBERS = 2_000;

const teamBody = z
  .strictObject({
    version: version
      .optional()
      .describe('Rises with each change: an integer or an instant, of one kind for all facts of a source.'),
    name: label,
    memberIds: z
      .array(externalId)
      .max(MOST_MEMBERS, `expected at most ${MOST_MEMBERS} members`)
      .describe('All who are in the team now. Whoever is not named has left it.'),
  })
  .meta({ id: 'TeamFact' });

const teamReceipt = z
  .object({
    ...factReceiptShape,
    unknownMemberIds: z
      .array(z.string())
      .describe('Who is in the team and was not described yet. Their access follows once they are.'),
  })
  .meta({ id: 'TeamFactReceipt' });

const putTeam = route({
  method: 'put',
  path: '/v1/teams/:id',
  scope: 'events',
  tag,
  summary: 'Say who is in a team now',
  description:
    'The whole team as it is now, each time anything about it changes. Sending the same again is harmless. Whoever joins gets what the team holds, whoever leaves loses it.',
  params,
  query: sourceQuery,
  body: teamBody,
  takesIdempotencyKey: true,
  answers: factAnswers(teamReceipt),
  handle: async (deps, { principal, params: { id }, query, body, headers }) => {
    const sourceId = await resolveSource(deps.catalogue, principal, query.source);
    const { version: given, ...team } = body;
    const result = await deps.receiveTeam({
      organizationId: principal.organizationId,
      sourceId,
      id,
      ...readVersion(given),
      team,
      payload: { ...versionText(given), ...team },
      idempotencyKey: headers.idempotencyKey,
      eventId: null,
    });
    return answerFact('/v1/teams', id, sourceId, { ...result });
  },
});

export const teamRoutes: readonly AnyRoute[] = [putTeam];
