import type { Instant } from '../domain/time';
import type { Actor, Page, PageRequest } from './catalogue';

/** Which resource, plan or pass type opens which lock or group of Kisi, and what operators see of it. */

export const SUBJECT_TYPES = ['resource', 'plan', 'pass_type'] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

export const TARGET_TYPES = ['group', 'lock'] as const;
export type TargetType = (typeof TARGET_TYPES)[number];

export const VERIFICATIONS = ['unverified', 'verified', 'missing'] as const;
/** Whether Kisi showed the target when it was last asked. */
export type Verification = (typeof VERIFICATIONS)[number];

/** What a mapping is doing, the first that applies; `inactive`: turned off, or its integration is not connected. */
export const MAPPING_STATES = [
  'inactive',
  'group_missing',
  'lock_group_changed',
  'opening_hours_changed',
  'unverified',
  'door_group_pending',
  'active',
] as const;
export type MappingState = (typeof MAPPING_STATES)[number];

export interface MappingSubject {
  readonly type: SubjectType;
  readonly source: string;
  readonly id: string;
}

export interface MappingTarget {
  readonly type: TargetType;
  readonly id: number;
}

/** What operators decide; everything else about a mapping follows. */
export interface DoorMapping {
  readonly id: string;
  readonly subject: MappingSubject;
  readonly integrationId: string;
  readonly target: MappingTarget;
  readonly name: string;
  readonly leadMinutes: number | null;
  readonly graceMinutes: number | null;
  readonly enabled: boolean;
}

export interface DoorMappingView extends DoorMapping {
  readonly subject: MappingSubject & { readonly name: string | null };
  readonly state: MappingState;
  readonly verification: Verification;
  readonly verifiedAt: Instant | null;
  /** The Kisi group that it opens; of a lock, null until its group exists. */
  readonly groupId: number | null;
  readonly targetName: string | null;
  readonly placeName: string | null;
  /** Of a lock; null where Kisi does not say. */
  readonly isOnline: boolean | null;
}

/** Null: whatever. `query` is looked for in the names and ids. */
export interface DoorMappingFilter {
  readonly query: string | null;
  readonly subjectType: SubjectType | null;
  readonly source: string | null;
  readonly subjectId: string | null;
  readonly integrationId: string | null;
  readonly locationId: string | null;
  readonly state: MappingState | null;
  readonly targetType: TargetType | null;
  readonly targetId: number | null;
}

/** Looks at what is there now, under its lock, and throws where it must not be replaced. */
export type CheckCurrent = (current: DoorMapping | null) => void;

/** What a mapping names that is not there, or is somewhere else. */
export type MappingRefusal = 'unknown_subject' | 'unknown_integration';

export interface SaveMappingOptions {
  readonly check?: CheckCurrent;
  /** When Kisi showed the target; null leaves what was known of it. */
  readonly verifiedAt?: Instant | null;
}

export interface DoorMappings {
  getDoorMapping(organizationId: string, id: string): Promise<DoorMappingView | null>;
  /** By id. */
  listDoorMappings(
    organizationId: string,
    filter: DoorMappingFilter,
    page: PageRequest,
  ): Promise<Page<DoorMappingView>>;
  /** Every mapping, by id. */
  exportDoorMappings(organizationId: string): Promise<readonly DoorMapping[]>;
  /** Why these mappings cannot be saved, one for each in its order; null where they can. */
  refuseMappings(
    organizationId: string,
    mappings: readonly Pick<DoorMapping, 'subject' | 'integrationId'>[],
  ): Promise<readonly (MappingRefusal | null)[]>;
  /** Settles the access of everyone concerned: the subject before and after. */
  saveDoorMapping(
    actor: Actor,
    mapping: DoorMapping,
    options?: SaveMappingOptions,
  ): Promise<DoorMappingView | MappingRefusal>;
  deleteDoorMapping(actor: Actor, id: string, check?: CheckCurrent): Promise<boolean>;
  /** All or nothing, in one transaction. */
  importDoorMappings(actor: Actor, rows: readonly ImportRow[], isDryRun: boolean): Promise<ImportResult>;
}

/** One line of a file that was read without an error. */
export interface ImportRow {
  readonly line: number;
  readonly mapping: DoorMapping;
}

export interface ImportError {
  readonly line: number;
  /** The column, or null where it is about the whole line. */
  readonly column: string | null;
  readonly message: string;
}

export type ImportEffect = 'create' | 'change' | 'none';

export interface ImportResult {
  readonly errors: readonly ImportError[];
  readonly rows: readonly { readonly line: number; readonly id: string; readonly effect: ImportEffect }[];
}

/** True when both say the same: saving the one over the other changes nothing. */
export function isSameMapping(left: DoorMapping, right: DoorMapping): boolean {
  return JSON.stringify(toDoorMapping(left)) === JSON.stringify(toDoorMapping(right));
}

/** What operators decided, in one order of fields: what an ETag is made of. */
export function toDoorMapping(one: DoorMapping): DoorMapping {
  const { id, subject, integrationId, target, name, leadMinutes, graceMinutes, enabled } = one;
  return {
    id,
    subject: { type: subject.type, source: subject.source, id: subject.id },
    integrationId,
    target: { type: target.type, id: target.id },
    name,
    leadMinutes,
    graceMinutes,
    enabled,
  };
}
