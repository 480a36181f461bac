import { z } from 'zod';
import { answerFact, factAnswers, factReceiptShape } from '../fact-answers';
import { AppError } from '../../domain/errors';
import { listedTeamSchema, presentListedTeam, presentTeam, teamSchema } from '../present-member';
import { noBody, nothing, route, type AnyRoute } from '../route';
import {
  externalId,
  factVersion,
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

const tag = 'Teams';
const params = z.strictObject({ id: externalId.describe("The team's id in its platform.") });
const MOST_MEMBERS = 2_000;

const teamBody = z
  .strictObject({
    version: factVersion,
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

const listTeams = route({
  method: 'get',
  path: '/v1/teams',
  scope: 'read',
  tag,
  summary: 'List teams by name',
  params: nothing,
  query: z.strictObject({
    ...pageQuery,
    source: slug.optional(),
    query: searchText.describe('A part of the name or the id.'),
  }),
  body: noBody,
  answers: { 200: { description: 'One page.', schema: pageOf(listedTeamSchema) } },
  handle: async (deps, { principal, query }) => {
    const filter = { source: principal.sourceId ?? query.source ?? null, query: query.query };
    const page = await deps.teams.list(principal.organizationId, filter, readPage(query));
    return { status: 200, body: presentPage(page, presentListedTeam) };
  },
});

const getTeam = route({
  method: 'get',
  path: '/v1/teams/:id',
  scope: 'read',
  tag,
  summary: 'See a team: who is in it and what it holds',
  params,
  query: sourceQuery,
  body: noBody,
  answers: { 200: { description: 'The team.', schema: teamSchema } },
  handle: async (deps, { principal, params: { id }, query }) => {
    const source = await resolveSource(deps.catalogue, principal, query.source);
    const team = await deps.teams.get({ organizationId: principal.organizationId, source, id }, deps.clock());
    if (team === null)
      throw new AppError('not_found', 'No fact about a team with this id has arrived from this source.');
    return { status: 200, body: presentTeam(team) };
  },
});

export const teamRoutes: readonly AnyRoute[] = [putTeam, listTeams, getTeam];
