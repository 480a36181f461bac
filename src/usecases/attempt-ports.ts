import type { KisiOutcome } from '../domain/outcomes';
import type { ProblemCode } from '../domain/problems';
import type { Instant } from '../domain/time';
import type { AccessWindow } from '../domain/windows';
import type { Change } from '../domain/plan-access';
import type { JsonObject, PersonKey } from './ports';

/** A role assignment as Kisi shows it. */
export interface KisiAssignmentView {
  readonly id: number;
  readonly validFrom: Instant | null;
  readonly validUntil: Instant | null;
  readonly createdByUserId: number | null;
}

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** With which of an integration's keys an attempt goes to Kisi: another may be saved while it is under way. */
export interface KisiCredential {
  readonly keySeq: number;
  /** The Kisi user behind it. */
  readonly kisiUserId: number | null;
}

/** What an attempt asks of Kisi. */
export interface KisiForAttempts {
  readonly credential: KisiCredential;
  findUserByEmail(email: string, options?: CallOptions): Promise<KisiOutcome<{ readonly id: number } | null>>;
  getUser(id: number, options?: CallOptions): Promise<KisiOutcome<{ readonly id: number }>>;
  createUser(
    user: { readonly email: string; readonly name: string; readonly sendEmails: boolean },
    options?: CallOptions,
  ): Promise<KisiOutcome<{ readonly id: number }>>;
  findAssignments(
    filter: { readonly userId: number; readonly groupId: number },
    options?: CallOptions,
  ): Promise<KisiOutcome<readonly KisiAssignmentView[]>>;
  getAssignment(id: number, options?: CallOptions): Promise<KisiOutcome<KisiAssignmentView>>;
  createAssignment(
    assignment: {
      readonly userId: number;
      readonly groupId: number;
      readonly validFrom: Instant;
      readonly validUntil: Instant | null;
      readonly notify: false;
    },
    options?: CallOptions,
  ): Promise<KisiOutcome<KisiAssignmentView>>;
  patchAssignment(
    id: number,
    dates: { readonly validFrom: Instant; readonly validUntil: Instant | null },
    options?: CallOptions,
  ): Promise<KisiOutcome<void>>;
  deleteAssignment(id: number, options?: CallOptions): Promise<KisiOutcome<void>>;
  clockOffsetMs(): number;
  /** Takes the slots of a whole attempt before it begins. */
  reserve(count: number): Promise<{ readonly kind: 'slots' } | { readonly kind: 'wait_until'; readonly at: Instant }>;
}

/** What an attempt finds when it begins: the person is locked, `dirtySeq` is what the plan saw, the intent is committed. */
export interface BegunAttempt {
  readonly intentId: string | null;
  readonly email: string;
  readonly name: string;
  readonly kisiUserId: number | null;
  /** The Kisi user behind the key of this attempt. */
  readonly ourKisiUserId: number | null;
  readonly storedAssignmentId: number | null;
  readonly health: 'ok' | 'unavailable' | 'key_invalid';
  readonly failuresInRow: number;
  readonly clockOffsetMs: number;
  readonly grantFailures: number;
  readonly revokeFailures: number;
  readonly inviteFailures: number;
  readonly recheckCount: number;
  /** Earlier intents of this group whose outcome is or was unknown, for 24 hours. */
  readonly doubtful: readonly DoubtfulIntent[];
}

export interface DoubtfulIntent {
  readonly id: string;
  readonly change: Change['kind'];
  readonly window: AccessWindow | null;
  /** Whose key asked for it. */
  readonly kisiUserId: number | null;
  readonly isOpen: boolean;
}

/** What an attempt leaves in the ledger. Absent fields stay as they are. */
export interface AttemptResult {
  readonly intent: 'closed' | 'unknown';
  /** Earlier open intents are now answered: Kisi was read. */
  readonly resolvesDoubt: boolean;
  readonly assignment: AssignmentUpdate | null;
  readonly person: PersonUpdate | null;
  readonly note: { readonly kind: string; readonly details: JsonObject };
  readonly contact: 'answered' | 'silent' | 'key_refused';
  /** The key that was answered or refused. */
  readonly keySeq: number;
  readonly clockOffsetMs: number;
}

export interface AssignmentUpdate {
  readonly presence?: 'present' | 'absent' | 'uncertain';
  readonly isOurs?: boolean;
  readonly kisiAssignmentId?: number | null;
  readonly validFrom?: Instant | null;
  readonly validUntil?: Instant | null;
  readonly readAt?: Instant;
  readonly recheckAt?: Instant | null;
  readonly recheckCount?: number;
  readonly grantRetryAt?: Instant | null;
  readonly grantFailures?: number;
  readonly grantProblem?: ProblemCode | null;
  readonly revokeRetryAt?: Instant | null;
  readonly revokeFailures?: number;
  readonly addRevokeAttempt?: boolean;
  readonly mustReplace?: boolean;
  readonly deletedAt?: Instant | null;
  readonly verifiedAbsentAt?: Instant | null;
}

export interface PersonUpdate {
  readonly kisiUserId?: number | null;
  readonly kisiUserIsOurs?: boolean;
  readonly inviteRetryAt?: Instant | null;
  readonly inviteFailures?: number;
}

export interface AttemptLedger {
  /** Null: the step is stale, or another intent of this person is still open where one may not be. */
  begin(
    key: PersonKey,
    step: { readonly change: Change; readonly dirtySeq: number },
    startedAt: Instant,
    deadlineAt: Instant,
    credential: KisiCredential,
  ): Promise<BegunAttempt | null>;
  finish(key: PersonKey, change: Change, intentId: string | null, result: AttemptResult, at: Instant): Promise<void>;
  /** The step had to wait before it began: no intent, only the instant of the next attempt. */
  postpone(key: PersonKey, change: Change, until: Instant, problem: ProblemCode | null): Promise<void>;
}
