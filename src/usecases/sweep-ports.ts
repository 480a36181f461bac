import type { DriftCode, KnownAssignment, SeenAssignment } from '../domain/drift';
import type { KisiOutcome } from '../domain/outcomes';
import type { Instant } from '../domain/time';
import type { AttemptResult, KisiCredential } from './attempt-ports';
import type { IntegrationKey, JsonObject, PersonKey } from './ports';

/** The lists of one sweep, in the order in which they are read. */
export const SWEEP_LISTS = ['groups', 'users', 'assignments'] as const;
export type SweepList = (typeof SWEEP_LISTS)[number];

/** A page to be read. Plain JSON: histories keep it. */
export interface SweepStep {
  readonly list: SweepList;
  readonly offset: number;
}

export const SWEEP_FAILURES = [
  'kisi_unavailable',
  'kisi_key_invalid',
  'kisi_refused',
  'integration_disconnected',
  'list_changed',
  'list_too_long',
  'list_incomplete',
  'timed_out',
] as const;
/** Why a sweep failed: nothing is concluded from what it could not read. */
export type SweepFailure = (typeof SWEEP_FAILURES)[number];

/**
 * What became of one page: it was read (`next` is null after the last list), it must wait for its turn, Kisi did not answer,
 * the list changed while it was read, or there is no use in going on.
 */
export type SweepPageOutcome =
  | { readonly kind: 'read'; readonly next: SweepStep | null }
  | { readonly kind: 'wait'; readonly until: Instant }
  | { readonly kind: 'silent' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'failed'; readonly failure: SweepFailure };

/** How far the comparison of what was read is: done, some of it, or Kisi must be asked whether so much is really gone. */
export type SweepEnd = { readonly kind: 'done' | 'more' | 'prove' | 'failed' };

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A group with how many doors it opens. */
export interface SeenGroup {
  readonly id: number;
  readonly locks_count?: number | null | undefined;
  readonly elevator_stops_count?: number | null | undefined;
}

/** What a sweep asks of Kisi: it only reads. */
export interface KisiForSweeps {
  readonly credential: KisiCredential;
  pageOfGroups(offset: number, options?: CallOptions): Promise<KisiOutcome<Page<SeenGroup>>>;
  pageOfUsers(
    offset: number,
    options?: CallOptions,
  ): Promise<KisiOutcome<Page<{ id: number; access_enabled?: boolean | undefined }>>>;
  pageOfAssignments(offset: number, options?: CallOptions): Promise<KisiOutcome<Page<SeenAssignment>>>;
  getUser(id: number, options?: CallOptions): Promise<KisiOutcome<{ readonly id: number }>>;
  getAssignment(id: number, options?: CallOptions): Promise<KisiOutcome<{ readonly id: number }>>;
  clockOffsetMs(): number;
  reserve(count: number): Promise<{ readonly kind: 'slots' } | { readonly kind: 'wait_until'; readonly at: Instant }>;
}

/** A page as it was read, for the ledger. Ids only. */
export interface PageRead extends SweepStep {
  readonly total: number;
  readonly ids: readonly number[];
  readonly readStartedAt: Instant;
}

/** How many rows of the list were seen so far, or why the pages do not make one list. */
export type StoredPage =
  { readonly kind: 'stored'; readonly seen: number } | { readonly kind: 'changed' } | { readonly kind: 'gone' };

/** Something to be told, and whom to make look again because of it. */
export interface DriftFinding {
  /** Null: nobody is told. */
  readonly code: DriftCode | null;
  /** What it is about: one observation for each subject of an integration. */
  readonly subject: string;
  readonly personId: string | null;
  readonly groupId: number | null;
  readonly kisiUserId: number | null;
  readonly kisiAssignmentId: number | null;
  readonly details: JsonObject;
  /** Whose access is to be read again before anybody acts. */
  readonly doubts: 'assignment' | 'person' | 'group' | null;
  /** Ours after all: the id by which it is recognised when it is read. */
  readonly claimsId: number | null;
  /** Where the policy is to report it is left as it is; otherwise it is put right whatever the policy. */
  readonly mayBeLeft: boolean;
}

/** The ledger's side of a sweep. */
export interface SweepLedger {
  /** Begins a sweep, or finds it begun. False: the integration is not connected. */
  begin(key: IntegrationKey, sweepId: string, now: Instant): Promise<boolean>;
  fail(sweepId: string, failure: SweepFailure, now: Instant): Promise<void>;
  /** Keeps a page, and says whether it still fits those before it. The first page of a list begins it again. */
  storePage(key: IntegrationKey, sweepId: string, page: PageRead): Promise<StoredPage>;
  countCalls(sweepId: string, calls: number): Promise<void>;
  noteContact(
    key: IntegrationKey,
    contact: Pick<AttemptResult, 'contact' | 'clockOffsetMs' | 'keySeq'>,
    now: Instant,
  ): Promise<void>;
  /** What is known of a page's assignments, and which groups are ours. */
  loadKnown(
    key: IntegrationKey,
    seen: readonly SeenAssignment[],
    now: Instant,
  ): Promise<{ readonly known: readonly KnownAssignment[]; readonly ourGroups: ReadonlySet<number> }>;
  /** Of these disabled Kisi users, those for whom a door should open, and whom we did not disable. */
  findDisabled(key: IntegrationKey, userIds: readonly number[], now: Instant): Promise<readonly DisabledPerson[]>;
  /**
   * Notes what was found, and makes those concerned look again. Whoever was written to since `readStartedAt`, or is being
   * written to, is left out: what was read may be older than our own write.
   */
  record(
    key: IntegrationKey,
    sweepId: string,
    findings: readonly DriftFinding[],
    read: { readonly startedAt: Instant; readonly now: Instant },
  ): Promise<Doubted>;
  /** The one-door groups that are ours and that nobody works on, of these. */
  findLockGroups(key: IntegrationKey, groupIds: readonly number[], readStartedAt: Instant): Promise<readonly number[]>;
  /** What a sweep that has read everything lacks, some of it at a time. */
  findMissing(key: IntegrationKey, sweepId: string, now: Instant): Promise<MissingAtKisi>;
  /** Up to three of what is missing, and how many there are. */
  sampleMissing(key: IntegrationKey, sweepId: string, now: Instant): Promise<MissingSample>;
  absenceProved(sweepId: string): Promise<void>;
  /** Closes what is no longer so, and the sweep; answers who is to look again because of it. */
  finish(key: IntegrationKey, sweepId: string, now: Instant): Promise<readonly PersonKey[]>;
  stateOf(sweepId: string): Promise<{ readonly isRunning: boolean; readonly isAbsenceProved: boolean } | null>;
}

/** Who is to be woken: persons, and whoever keeps the doors. */
export interface Doubted {
  readonly persons: readonly PersonKey[];
  readonly hasGroups: boolean;
}

export interface DisabledPerson {
  readonly personId: string;
  readonly kisiUserId: number;
}

export interface MissingSample {
  readonly count: number;
  readonly sample: readonly { readonly list: 'users' | 'assignments'; readonly id: number }[];
}

export interface MissingAtKisi {
  readonly groups: readonly { readonly groupId: number }[];
  readonly users: readonly { readonly personId: string; readonly kisiUserId: number }[];
  readonly assignments: readonly {
    readonly personId: string;
    readonly kisiUserId: number | null;
    readonly groupId: number;
    readonly assignmentId: number;
    readonly isOurs: boolean;
    /** Its group is missing too, which is told already. */
    readonly isGroupMissing: boolean;
    readonly validFrom: Instant | null;
    readonly validUntil: Instant | null;
  }[];
  /** When the reading of the list began. */
  readonly startedAt: { readonly users: Instant; readonly assignments: Instant };
  /** There is more of it. */
  readonly hasMore: boolean;
}
