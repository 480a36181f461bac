import type { Holiday } from '../domain/opening-hours';
import type { AccessPolicy } from '../domain/policy';
import type { Instant } from '../domain/time';
import type { DoorMappings } from './door-mappings';
import type { ConnectionStatus, DisconnectMode } from './refresh-disconnect';
import type { PlanFilter } from './plans';
import type { DeleteResult } from './references';

/** What operators set up: an organization's sites, sources, resources, integrations, doors and tokens. */

export interface OrganizationView extends AccessPolicy {
  readonly id: string;
  readonly name: string;
  /** Where resources go that arrive with their first booking; null: an unknown resource is refused. */
  readonly newResourcesLocationId: string | null;
}

export interface LocationView {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly holidays: readonly Holiday[];
}

/** Without holidays there are none. */
export type LocationToSave = Omit<LocationView, 'holidays'> & Partial<Pick<LocationView, 'holidays'>>;

export interface SourceView {
  readonly id: string;
  readonly name: string;
  readonly versionKind: 'integer' | 'instant' | null;
}

export const RESOURCE_KINDS = ['room', 'desk', 'coliving_room', 'building'] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

export interface ResourceView {
  readonly source: string;
  readonly id: string;
  readonly name: string;
  readonly kind: ResourceKind;
  readonly locationId: string;
}

/** With how many door mappings it has. */
export interface ListedResource extends ResourceView {
  readonly mappings: number;
}

export interface ResourceFilter extends PlanFilter {
  readonly kind: ResourceKind | null;
}

export interface IntegrationSettings {
  readonly id: string;
  readonly name: string;
  readonly mode: 'enforce' | 'observe';
  readonly locationIds: readonly string[];
}

export interface IntegrationView extends IntegrationSettings {
  readonly status: ConnectionStatus;
  readonly baseUrl: string | null;
  readonly apiKeyLastFour: string | null;
  readonly kisiOrganizationId: number | null;
  readonly health: 'ok' | 'unavailable' | 'key_invalid';
  readonly healthSince: Instant | null;
  readonly clockOffsetMs: number;
  /** When its doors were last read to the end. */
  readonly doorsReadAt: Instant | null;
  /** The end of its connection, ordered or done. */
  readonly disconnect: {
    readonly mode: DisconnectMode;
    readonly until: Instant | null;
    readonly by: string;
    readonly reason: string | null;
    readonly askedAt: Instant;
    /** For whom something is still to be done at Kisi. */
    readonly peopleLeft: number;
  } | null;
}

export const SCOPES = ['events', 'read', 'operate', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiTokenView {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly sourceId: string | null;
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

/** Whoever a token lets in. */
export interface Principal {
  readonly tokenId: string;
  readonly tokenName: string;
  readonly organizationId: string;
  readonly scopes: readonly Scope[];
  readonly sourceId: string | null;
}

/** One page of a list; `after` is the last id of the page before. */
export interface PageRequest {
  readonly limit: number;
  readonly after: string | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly nextAfter: string | null;
}

/** Who does something by hand, for the audit log. */
export interface Actor {
  readonly organizationId: string;
  readonly name: string;
}

export type SaveResult =
  'saved' | 'unknown_location' | 'unknown_source' | 'unknown_integration' | 'unknown_resource' | 'conflict';

/** The ledger's side of it. Every call sees one organization only. */
export interface Catalogue extends DoorMappings {
  findPrincipal(tokenHash: string): Promise<Principal | null>;
  saveToken(
    actor: Actor,
    token: {
      readonly id: string;
      readonly name: string;
      readonly tokenHash: string;
      readonly scopes: readonly Scope[];
      readonly sourceId: string | null;
    },
  ): Promise<'saved' | 'unknown_source'>;
  listTokens(organizationId: string, page: PageRequest): Promise<Page<ApiTokenView>>;
  revokeToken(actor: Actor, id: string, now: Instant): Promise<boolean>;

  getOrganization(id: string): Promise<OrganizationView | null>;
  createOrganization(organization: { readonly id: string; readonly name: string }): Promise<void>;
  /** Changes the actor's organization to what `change` makes of it as it is, locked; what that throws leaves it so. */
  changeOrganization(
    actor: Actor,
    change: (current: OrganizationView) => OrganizationView,
  ): Promise<OrganizationView | 'unknown_location'>;

  listSources(organizationId: string, page: PageRequest): Promise<Page<SourceView>>;
  saveSource(actor: Actor, source: { readonly id: string; readonly name: string }): Promise<SaveResult>;

  getLocation(organizationId: string, id: string): Promise<LocationView | null>;
  listLocations(
    organizationId: string,
    filter: { readonly query: string | null },
    page: PageRequest,
  ): Promise<Page<LocationView>>;
  /** Here and below, `check` sees what is there, locked, and throws to leave it as it is. */
  saveLocation(
    actor: Actor,
    location: LocationToSave,
    check?: (current: LocationView | null) => void,
  ): Promise<SaveResult>;
  deleteLocation(actor: Actor, id: string, check?: (current: LocationView) => void): Promise<DeleteResult>;

  getResource(organizationId: string, source: string, id: string): Promise<ListedResource | null>;
  listResources(organizationId: string, filter: ResourceFilter, page: PageRequest): Promise<Page<ListedResource>>;
  saveResource(
    actor: Actor,
    resource: ResourceView,
    check?: (current: ResourceView | null) => void,
  ): Promise<SaveResult>;
  deleteResource(
    actor: Actor,
    source: string,
    id: string,
    check?: (current: ResourceView) => void,
  ): Promise<DeleteResult>;

  getIntegration(organizationId: string, id: string): Promise<IntegrationView | null>;
  listIntegrations(organizationId: string, page: PageRequest): Promise<Page<IntegrationView>>;
  createIntegration(actor: Actor, integration: IntegrationSettings): Promise<SaveResult>;
  saveIntegration(actor: Actor, integration: IntegrationSettings): Promise<SaveResult>;
  /** Only when disconnected, with no mapping and nothing that still lives there. */
  deleteIntegration(
    actor: Actor,
    id: string,
  ): Promise<'deleted' | 'unknown_integration' | 'is_connected' | 'has_mappings' | 'has_bookings'>;
}
