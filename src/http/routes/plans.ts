import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { toOpeningHours } from '../../domain/opening-hours';
import type { ListedPlan, Plans, PlanView } from '../../usecases/plans';
import { actorOf } from '../actor';
import { answerDeletion, deletionAnswers } from '../deletion';
import type { HttpDeps } from '../deps';
import { checkIfMatch, etagOf } from '../etag';
import {
  needsLocation,
  openingHoursBody,
  openingHoursSchema,
  passEndsBody,
  passEndsSchema,
  usesCountedByBody,
  usesCountedBySchema,
} from '../opening-hours-schemas';
import { noBody, nothing, route, type Answer, type AnyRoute } from '../route';
import { externalId, label, pageOf, pageQuery, presentPage, readPage, resolveSource, slug } from '../schemas';
import { refuseUnsaved, subjectQuery } from './subjects';

const planShape = {
  source: z.string(),
  id: z.string(),
  name: z.string(),
  locationId: z.string().nullable().describe('Null: of every location.'),
  openingHours: openingHoursSchema.nullable().describe('Null: always.'),
  mappings: z.number().describe('How many door mappings it has.'),
};
const bodyShape = {
  name: label,
  locationId: slug.nullable().default(null).describe('Null: of every location.'),
  openingHours: openingHoursBody,
};
const planBody = z.strictObject(bodyShape).superRefine(needsLocation);
const passTypeBody = z
  .strictObject({ ...bodyShape, ends: passEndsBody, usesCountedBy: usesCountedByBody })
  .superRefine(needsLocation);
const params = z.strictObject({ id: externalId.describe('The id in its platform.') });
const sourceQuery = z.strictObject({ source: slug.optional() });

/** The tag stands for what people edit: a new door mapping is no change of the plan. */
const tagOf = (plan: PlanView): string => {
  const { mappings: _mappings, ...edited } = present({ ...plan, mappings: 0 });
  return etagOf(edited);
};

/** In one order of fields, whatever the database made of them. */
function present({ source, id, name, locationId, openingHours, ends, usesCountedBy, mappings }: ListedPlan) {
  return {
    ...{ source, id, name, locationId },
    openingHours: openingHours === null ? null : toOpeningHours(openingHours),
    ...(ends === undefined ? {} : { ends: passEndsSchema.parse(ends) }),
    ...(usesCountedBy === undefined ? {} : { usesCountedBy }),
    mappings,
  };
}

/** Plans and pass types are kept in the same way. */
export function createPlanRoutes(kind: {
  readonly path: '/v1/plans' | '/v1/pass-types';
  readonly schemaId: string;
  readonly tag: string;
  /** What people call one of them, and several. */
  readonly one: string;
  readonly several: string;
  readonly plansOf: (deps: HttpDeps) => Plans;
  readonly shape: z.ZodRawShape;
  readonly body: typeof planBody | typeof passTypeBody;
}): readonly AnyRoute[] {
  const { path, tag, one, several, plansOf } = kind;
  const onePath = `${path}/:id`;
  const schema = z.object({ ...planShape, ...kind.shape }).meta({ id: kind.schemaId });
  const withTag = (plan: ListedPlan | null): Answer => {
    if (plan === null) throw new AppError('not_found', `There is no ${one} with this id.`);
    return { status: 200, body: present(plan), headers: { ETag: tagOf(plan) } };
  };
  const check =
    (ifMatch: string | null) =>
    (current: PlanView | null): void =>
      checkIfMatch(ifMatch, current, tagOf);
  return [
    route({
      method: 'get',
      path,
      scope: 'read',
      tag,
      summary: `List ${several}`,
      params: nothing,
      query: z.strictObject({ ...pageQuery, ...subjectQuery }),
      body: noBody,
      answers: { 200: { description: 'One page.', schema: pageOf(schema) } },
      handle: async (deps, { principal, query }) => {
        const source = principal.sourceId ?? query.source ?? null;
        const filter = { source, locationId: query.locationId ?? null, mapped: query.mapped, query: query.query };
        const page = await plansOf(deps).list(principal.organizationId, filter, readPage(query));
        return { status: 200, body: presentPage(page, present) };
      },
    }),
    route({
      method: 'get',
      path: onePath,
      scope: 'read',
      tag,
      summary: `See a ${one}`,
      params,
      query: sourceQuery,
      body: noBody,
      answers: { 200: { description: `The ${one}.`, schema } },
      handle: async (deps, { principal, params: { id }, query }) => {
        const source = await resolveSource(deps.catalogue, principal, query.source);
        return withTag(await plansOf(deps).get(principal.organizationId, source, id));
      },
    }),
    route({
      method: 'put',
      path: onePath,
      scope: 'admin',
      tag,
      summary: `Make or change a ${one}`,
      params,
      query: sourceQuery,
      body: kind.body,
      answers: { 200: { description: 'Saved.', schema } },
      handle: async (deps, { principal, params: { id }, query, body, headers }) => {
        const source = await resolveSource(deps.catalogue, principal, query.source);
        const plans = plansOf(deps);
        refuseUnsaved(await plans.save(actorOf(principal), { source, id, ...body }, check(headers.ifMatch)));
        deps.kick();
        return withTag(await plans.get(principal.organizationId, source, id));
      },
    }),
    route({
      method: 'delete',
      path: onePath,
      scope: 'admin',
      tag,
      summary: `Delete a ${one}`,
      description: 'Only one to which no door mapping refers.',
      params,
      query: sourceQuery,
      body: noBody,
      answers: deletionAnswers,
      handle: async (deps, { principal, params: { id }, query, headers }) => {
        const source = await resolveSource(deps.catalogue, principal, query.source);
        return answerDeletion(one, await plansOf(deps).delete(actorOf(principal), source, id, check(headers.ifMatch)));
      },
    }),
  ];
}

/** What a subscription subscribes to. */
export const planRoutes = createPlanRoutes({
  path: '/v1/plans',
  schemaId: 'Plan',
  tag: 'Plans',
  one: 'plan',
  several: 'plans',
  plansOf: ({ plans }) => plans,
  shape: {},
  body: planBody,
});

/** What a pass is an instance of. */
export const passTypeRoutes = createPlanRoutes({
  path: '/v1/pass-types',
  schemaId: 'PassType',
  tag: 'Pass types',
  one: 'pass type',
  several: 'pass types',
  plansOf: ({ passTypes }) => passTypes,
  shape: { ends: passEndsSchema, usesCountedBy: usesCountedBySchema },
  body: passTypeBody,
});
