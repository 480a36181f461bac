import type {
  ConnectionTest,
  DisconnectMode,
  DisconnectPreview,
  Integration,
  IntegrationMode,
  Observation,
  Page,
} from './api-types';

interface Answers<Status extends number, Body> {
  readonly responses: Readonly<Record<Status, { content: { 'application/json': Body } }>>;
}
interface AnswersNothing {
  readonly responses: { 204: { content?: never } };
}
interface Sends<Body> {
  readonly requestBody: { content: { 'application/json': Body } };
}
interface Takes<Path, Query = never> {
  readonly parameters: { path: Path; query?: Query };
}
interface TakesQuery<Query> {
  readonly parameters: { query?: Query };
}
interface ById {
  id: string;
}
interface Paging {
  limit?: number;
  cursor?: string;
}
interface IntegrationBody {
  readonly name: string;
  readonly mode: IntegrationMode;
  readonly locationIds: string[];
}
interface KeyBody {
  readonly apiKey?: string;
  readonly baseUrl?: string | null;
}

/** Routes of integrations that the description of the API does not have yet. */
export interface DoorPaths {
  '/v1/integrations': {
    get: TakesQuery<Paging> & Answers<200, Page<Integration>>;
    post: Sends<IntegrationBody> & Answers<201, Integration>;
  };
  '/v1/integrations/{id}': {
    get: Takes<ById> & Answers<200, Integration>;
    put: Takes<ById> & Sends<IntegrationBody> & Answers<200, Integration>;
    delete: Takes<ById> & AnswersNothing;
  };
  '/v1/integrations/{id}/test': { post: Takes<ById> & Sends<KeyBody> & Answers<200, ConnectionTest> };
  '/v1/integrations/{id}/connection': {
    put: Takes<ById> & Sends<KeyBody & { readonly apiKey: string }> & Answers<200, Integration>;
    delete: Takes<ById, { mode: DisconnectMode; until?: string; reason?: string }> & Answers<202, Integration>;
  };
  '/v1/integrations/{id}/connection/disconnect-preview': { get: Takes<ById> & Answers<200, DisconnectPreview> };
  '/v1/integrations/{id}/observations': { get: Takes<ById, Paging> & Answers<200, Page<Observation>> };
}
