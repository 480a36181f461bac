import type {
  ConnectionTest,
  DisconnectMode,
  DisconnectPreview,
  DoorMapping,
  DoorMappingBody,
  ImportReport,
  Integration,
  IntegrationMode,
  KisiDoor,
  KisiDoorPage,
  MappingState,
  Observation,
  Page,
  Preview,
  PreviewRequest,
  SubjectType,
  TargetType,
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

export interface MappingQuery extends Paging {
  query?: string;
  subjectType?: SubjectType;
  subjectId?: string;
  source?: string;
  integrationId?: string;
  locationId?: string;
  state?: MappingState;
  targetType?: TargetType;
  targetId?: number;
}

/** The routes of integrations, their doors, door mappings and previews. */
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
  '/v1/integrations/{id}/doors': {
    get: Takes<ById, Paging & { type?: TargetType; query?: string; refresh?: boolean }> & Answers<200, KisiDoorPage>;
  };
  '/v1/integrations/{id}/doors/{type}/{kisiId}': {
    get: Takes<{ id: string; type: TargetType; kisiId: number }> & Answers<200, KisiDoor>;
  };
  '/v1/integrations/{id}/lock-groups/{lockId}': {
    put: Takes<{ id: string; lockId: number }> & Sends<{ readonly groupId: number }> & Answers<200, unknown>;
  };
  '/v1/door-mappings': { get: TakesQuery<MappingQuery> & Answers<200, Page<DoorMapping>> };
  '/v1/door-mappings/import': {
    post: Sends<{ readonly csv: string; readonly dryRun: boolean }> & Answers<200, ImportReport>;
  };
  '/v1/door-mappings/{id}': {
    get: Takes<ById> & Answers<200, DoorMapping>;
    put: Takes<ById> & Sends<DoorMappingBody> & Answers<200, DoorMapping>;
    delete: Takes<ById> & AnswersNothing;
  };
  '/v1/previews': { post: Sends<PreviewRequest> & Answers<200, Preview> };
}
