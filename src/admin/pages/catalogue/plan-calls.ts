import type { Plan } from '../../api/catalogue';
import { api, ifMatch, refuseTaken, unwrap, unwrapEmpty, unwrapTagged, type Tagged } from '../../api/client';
import type { Page } from '../../components/paged-list';

export type PlanKind = 'plan' | 'pass_type';

interface ListQuery {
  readonly limit: number;
  readonly cursor?: string;
  readonly query?: string;
  readonly locationId?: string;
  readonly mapped?: 'true' | 'false';
}

interface PlanBody {
  readonly name: string;
  readonly locationId: string | null;
}

/** The calls for one kind; an empty source leaves the choice to the API. */
interface PlanCalls {
  readonly list: (query: ListQuery) => Promise<Page<Plan>>;
  readonly get: (source: string, id: string) => Promise<Tagged<Plan>>;
  /** @throws ApiError at the field `id`, with the message, when there is one already */
  readonly refuseTaken: (source: string, id: string, message: string) => Promise<void>;
  readonly put: (source: string, id: string, body: PlanBody, etag: string | null) => Promise<Plan>;
  readonly remove: (source: string, id: string) => Promise<void>;
}

const paramsOf = (source: string, id: string) => ({ path: { id }, query: source === '' ? {} : { source } });

/** Plans and pass types have the same calls under different addresses. */
export const planCalls: Record<PlanKind, PlanCalls> = {
  plan: {
    list: (query) => unwrap(api.GET('/v1/plans', { params: { query } })),
    get: (source, id) => unwrapTagged(api.GET('/v1/plans/{id}', { params: paramsOf(source, id) })),
    refuseTaken: (source, id, message) =>
      refuseTaken(api.GET('/v1/plans/{id}', { params: paramsOf(source, id) }), message),
    put: (source, id, body, etag) =>
      unwrap(api.PUT('/v1/plans/{id}', { params: paramsOf(source, id), headers: ifMatch(etag), body })),
    remove: (source, id) => unwrapEmpty(api.DELETE('/v1/plans/{id}', { params: paramsOf(source, id) })),
  },
  pass_type: {
    list: (query) => unwrap(api.GET('/v1/pass-types', { params: { query } })),
    get: (source, id) => unwrapTagged(api.GET('/v1/pass-types/{id}', { params: paramsOf(source, id) })),
    refuseTaken: (source, id, message) =>
      refuseTaken(api.GET('/v1/pass-types/{id}', { params: paramsOf(source, id) }), message),
    put: (source, id, body, etag) =>
      unwrap(api.PUT('/v1/pass-types/{id}', { params: paramsOf(source, id), headers: ifMatch(etag), body })),
    remove: (source, id) => unwrapEmpty(api.DELETE('/v1/pass-types/{id}', { params: paramsOf(source, id) })),
  },
};
