/** What the API says about integrations, doors and mappings, as far as these pages use it. */

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

export type IntegrationStatus = 'connected' | 'disconnecting' | 'disconnected';
export type IntegrationHealth = 'ok' | 'unavailable' | 'key_invalid';
export type IntegrationMode = 'enforce' | 'observe';
export type DisconnectMode = 'revoke' | 'expire' | 'write_off';

export interface Integration {
  readonly id: string;
  readonly name: string;
  readonly mode: IntegrationMode;
  readonly locationIds: string[];
  readonly status: IntegrationStatus;
  readonly baseUrl: string | null;
  readonly apiKeyLastFour: string | null;
  readonly kisiOrganizationId: number | null;
  readonly health: IntegrationHealth;
  readonly healthSince: string | null;
  readonly clockOffsetMs: number;
  readonly doorsReadAt: string | null;
  readonly disconnect: null | {
    readonly mode: DisconnectMode;
    readonly until: string | null;
    readonly by: string;
    readonly reason: string | null;
    readonly askedAt: string;
    readonly peopleLeft: number;
  };
}

export type KisiRight =
  'see_organization' | 'see_places' | 'see_doors' | 'see_groups' | 'see_users' | 'see_assignments';

export interface ConnectionTest {
  readonly ok: boolean;
  readonly organization: { readonly id: number; readonly name: string | null } | null;
  readonly user: { readonly id: number; readonly name: string | null } | null;
  readonly rights: { readonly right: KisiRight; readonly ok: boolean; readonly message: string | null }[];
  readonly clockOffsetMs: number | null;
  readonly clockOk: boolean;
  readonly problem: { readonly code: string; readonly message: string; readonly remedy: string } | null;
}

export interface DisconnectPreview {
  readonly peopleWithAccessNow: number;
  readonly peopleWithAccessLater: number;
  readonly assignments: number;
  readonly openEnded: number;
}

export interface Observation {
  readonly at: string;
  readonly what: 'would_grant' | 'would_keep' | 'would_revoke';
  readonly memberId: string;
  readonly memberName: string | null;
  readonly groupId: number;
  readonly groupName: string | null;
  readonly from: string;
  readonly until: string | null;
  readonly entitlement: { readonly kind: string; readonly id: string; readonly source: string };
}

export type TargetType = 'group' | 'lock';

export interface KisiDoor {
  readonly type: TargetType;
  readonly id: number;
  readonly name: string;
  readonly placeId: number | null;
  readonly placeName: string | null;
  readonly floorName: string | null;
  readonly isOnline: boolean | null;
  readonly doorCount: number | null;
  readonly lockGroup: null | {
    readonly groupId: number | null;
    readonly origin: 'made' | 'adopted';
    readonly status: string;
  };
  readonly mappings: number;
}

export interface KisiDoorPage extends Page<KisiDoor> {
  readonly readAt: string | null;
  readonly isStale: boolean;
  readonly problem: null | { readonly code: string; readonly message: string; readonly remedy: string };
}

export type SubjectType = 'resource' | 'plan' | 'pass_type';
export type MappingState =
  | 'active'
  | 'inactive'
  | 'unverified'
  | 'group_missing'
  | 'door_group_pending'
  | 'lock_group_changed'
  | 'opening_hours_changed';

export interface DoorMappingBody {
  readonly subject: { readonly type: SubjectType; readonly source: string; readonly id: string };
  readonly integrationId: string;
  readonly target: { readonly type: TargetType; readonly id: number };
  readonly name: string;
  readonly leadMinutes: number | null;
  readonly graceMinutes: number | null;
  readonly enabled: boolean;
}

export interface DoorMapping extends DoorMappingBody {
  readonly id: string;
  readonly subject: DoorMappingBody['subject'] & { readonly name: string | null };
  readonly state: MappingState;
  readonly verification: 'unverified' | 'verified' | 'missing';
  readonly verifiedAt: string | null;
  readonly groupId: number | null;
  readonly targetName: string | null;
  readonly placeName: string | null;
  readonly isOnline: boolean | null;
}

export interface AccessTimes {
  readonly from: string;
  readonly until: string | null;
}

export interface PreviewedPerson {
  readonly memberId: string;
  readonly memberName: string | null;
  readonly effect: 'gain' | 'lose' | 'change';
  readonly isInsideNow: boolean;
  readonly groups: {
    readonly integrationId: string;
    /** Null while the group of a door is being made. */
    readonly groupId: number | null;
    readonly name: string | null;
    readonly before: AccessTimes | null;
    readonly after: AccessTimes | null;
  }[];
}

export interface Preview {
  readonly gain: number;
  readonly lose: number;
  readonly change: number;
  readonly insideNowLosing: number;
  readonly unaffected: number;
  readonly people: PreviewedPerson[];
  readonly more: number;
}

export type PreviewRequest =
  | { readonly change: 'save_door_mapping'; readonly id: string; readonly mapping: DoorMappingBody }
  | { readonly change: 'delete_door_mapping'; readonly id: string }
  | { readonly change: 'disconnect_integration'; readonly integrationId: string }
  | { readonly change: 'import_door_mappings'; readonly csv: string };

export interface ImportReport {
  readonly dryRun: boolean;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly errors: { readonly line: number; readonly field: string | null; readonly message: string }[];
  readonly rows: {
    readonly line: number;
    readonly id: string;
    readonly effect: 'create' | 'change' | 'none';
  }[];
}
