import type { EntitlementKind } from '../domain/entitlement';
import type { EntitlementFact, EntitlementFacts } from '../domain/entitlement-facts';
import type { Holders } from '../domain/holders';
import type { AccessPolicy } from '../domain/policy';
import type { DoorRule, EntitlementState, EndReason, Settlement, WantedDoor } from '../domain/entitlement';
import type { AssignmentView, ClaimView } from '../domain/plan-access';
import type { ProblemCode } from '../domain/problems';
import type { DeletionRequest, DoorEnding, StoredDoor } from '../domain/receipts';
import type { Instant } from '../domain/time';
import type { AccessWindow } from '../domain/windows';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/**
 * An entitlement as its platform names it. The id of a grant is unique in its organization: its source, which is that of
 * its member, is not looked at.
 */
export interface EntitlementKey {
  readonly organizationId: string;
  readonly kind: EntitlementKind;
  readonly sourceId: string;
  readonly externalId: string;
}

/** A person of the ledger. */
export interface PersonKey {
  readonly organizationId: string;
  readonly integrationId: string;
  readonly personId: string;
}

/** An integration of the ledger. */
export interface IntegrationKey {
  readonly organizationId: string;
  readonly integrationId: string;
}

/** Which workflow of an integration: `disconnect` ends its connection, `doors` keeps its doors. */
export type IntegrationAttention = 'disconnect' | 'doors';

export interface IntegrationWake extends IntegrationKey {
  readonly attention: IntegrationAttention;
}

/**
 * Tells workflows to look again. Never throws and never waits for long: what is lost here, the relay finds in the ledger.
 */
export interface Waker {
  wakeEntitlements(keys: readonly EntitlementKey[]): void;
  wakePersons(keys: readonly PersonKey[]): void;
  wakeIntegrations(wakes: readonly IntegrationWake[]): void;
}

/** A member as a fact named them. */
export interface NamedMember {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

export interface FactToStore {
  readonly key: EntitlementKey;
  /** Of the same kind as the key. */
  readonly said: EntitlementFact;
  /** What kind of version the fact carries; a source's are all of one kind. */
  readonly versionKind: 'integer' | 'instant' | null;
  readonly member: NamedMember | null;
  readonly payload: JsonObject;
  readonly bodyHash: string;
  readonly idempotencyKey: string | null;
  readonly eventId: string | null;
  readonly receivedAt: Instant;
}

export type StoredFact =
  | { readonly kind: 'stored'; readonly stale: boolean; readonly entitlementId: string }
  | { readonly kind: 'duplicate'; readonly entitlementId: string }
  | { readonly kind: 'idempotency_key_reused' }
  | { readonly kind: 'unknown_resource' }
  | { readonly kind: 'unknown_plan' }
  | { readonly kind: 'unknown_pass_type' }
  | { readonly kind: 'unknown_source' }
  | { readonly kind: 'version_kind_mismatch'; readonly expected: 'integer' | 'instant' };

/** A claim row as a look at its entitlement needs it. */
export interface ClaimRow {
  readonly id: string;
  readonly personId: string;
  readonly integrationId: string;
  /** Null: a guest. */
  readonly memberId: string | null;
  readonly groupId: number;
  readonly window: AccessWindow;
  readonly isReleased: boolean;
  readonly revision: number;
  /** For exactly this revision, or null. */
  readonly settledAs: Settlement | null;
  readonly problem: ProblemCode | null;
  readonly problemSince: Instant | null;
  readonly ending: DoorEnding | null;
  /** When this revision was written. */
  readonly revisedAt: Instant;
}

/** Everything a look at an entitlement decides from. */
export interface EntitlementContext {
  readonly id: string;
  readonly said: EntitlementFacts;
  readonly firstSeenAt: Instant;
  readonly dirtySeq: number;
  readonly lookedAt: Instant | null;
  readonly endings: number;
  readonly hasReceipt: boolean;
  readonly problems: readonly { readonly code: ProblemCode; readonly since: Instant }[];
  readonly policy: AccessPolicy;
  readonly rules: readonly DoorRule[];
  readonly holders: Holders;
  /** The persons with a holder's address, one an integration and address at most. */
  readonly persons: readonly { readonly integrationId: string; readonly email: string; readonly id: string }[];
  readonly claims: readonly ClaimRow[];
}

/** Somebody whom an integration does not know yet. */
export interface PersonToMake {
  readonly integrationId: string;
  /** As people are told apart by. */
  readonly email: string;
  readonly name: string;
}

/** A claim to be made or changed; its revision rises. */
export interface ClaimChange {
  readonly door: WantedDoor;
  readonly personId: string;
  readonly memberId: string | null;
  readonly isReleased: boolean;
}

/** What a look writes. */
export interface EntitlementWrite {
  readonly id: string;
  readonly now: Instant;
  readonly seenSeq: number;
  readonly state: EntitlementState;
  readonly problems: readonly { readonly code: ProblemCode; readonly since: Instant }[];
  readonly window: AccessWindow | null;
  readonly lookAgainAt: Instant | null;
  readonly receipt: ReceiptToWrite | null;
  /** The entitlement lives again: the next ending has a receipt of its own. */
  readonly reopens: boolean;
}

export interface ReceiptToWrite {
  readonly reason: EndReason;
  readonly dueAt: Instant;
  /** The fact whose arrival made the end due, if it came before the window was over; then `dueAt` only stands in for it. */
  readonly dueBySeq: number | null;
  readonly doors: readonly StoredDoor[];
}

/** One transaction of a look: the entitlement's row is locked from `load` to the end. */
export interface EntitlementLookTx {
  load(): Promise<EntitlementContext | null>;
  /** Makes persons that the context did not show, or finds who made them meanwhile. */
  makePersons(persons: readonly PersonToMake[]): Promise<EntitlementContext['persons']>;
  writeClaims(entitlementId: string, changes: readonly ClaimChange[], now: Instant): Promise<readonly PersonKey[]>;
  write(look: EntitlementWrite): Promise<string | null>;
}

/** How a connection ended: `revoke` after everything was taken away, `expire` with ends at Kisi, `write_off` as it was. */
export interface EndedConnection {
  readonly mode: 'revoke' | 'expire' | 'write_off';
  readonly by: string | null;
  readonly reason: string | null;
}

/** Where Kisi is, whether it answers, and whether it may be written to. */
export interface IntegrationView {
  readonly mode: 'enforce' | 'observe';
  /** Kisi may be asked and written to; also while it is being disconnected. */
  readonly isConnected: boolean;
  /** The connection has ended for good: nothing can be done at Kisi any more. */
  readonly ended: EndedConnection | null;
  readonly health: 'ok' | 'unavailable' | 'key_invalid';
  readonly clockOffsetMs: number;
  readonly probeLeaseUntil: Instant | null;
}

/** Everything a plan for one person is made from: one consistent snapshot of the ledger. */
export interface PersonContext {
  readonly dirtySeq: number;
  readonly integration: IntegrationView;
  readonly kisiUserId: number | null;
  readonly inviteRetryAt: Instant | null;
  readonly claims: readonly (ClaimView & {
    readonly entitlementId: string;
    readonly problem: ProblemCode | null;
    /** When it began to ask for the door, or began again after it had ended. */
    readonly livesSince: Instant;
    /** Its last settlement, of whichever revision, was that Kisi has it. */
    readonly wasGranted: boolean;
  })[];
  readonly assignments: readonly (AssignmentView & {
    readonly deletedAt: Instant | null;
    readonly verifiedAbsentAt: Instant | null;
    readonly revokeAttempts: number;
    readonly revokeRequest: DeletionRequest | null;
  })[];
  readonly openIntents: readonly {
    readonly groupId: number;
    readonly isInvite: boolean;
    readonly deadlineAt: Instant;
  }[];
}

/** What a plan found out about one claim: how Kisi agrees with this revision, or why it does not yet. */
export interface ClaimFinding {
  readonly claimId: string;
  readonly revision: number;
  readonly settledAs: Settlement | null;
  readonly problem: ProblemCode | null;
  readonly ending: DoorEnding | null;
}

/** What a plan leaves in the ledger. */
export interface PlanToWrite {
  readonly now: Instant;
  /** The person's `dirtySeq` that the plan saw. */
  readonly seenSeq: number;
  readonly lookAgainAt: Instant | null;
  readonly findings: readonly ClaimFinding[];
}
