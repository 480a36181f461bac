import type { EndReason } from '../domain/entitlement';
import type { DeletionRequest, DoorResult } from '../domain/receipts';
import type { Instant } from '../domain/time';
import type { Page, PageRequest } from './catalogue';
import type { ChainedReceipt, ChainHead } from './receipt-chain';

/** An entitlement as its platform names it. */
export interface EntitlementName {
  readonly kind: string;
  readonly source: string;
  readonly id: string;
}

/** How the access on one door ended, with what is known of the door now. */
export interface ReceiptDoor {
  readonly integrationId: string;
  readonly groupId: number;
  /** The lock that the group stands for, where it is one of ours. */
  readonly lockId: number | null;
  /** As Kisi called it when its doors were last read. */
  readonly name: string | null;
  readonly personId: string;
  readonly from: string;
  readonly until: string | null;
  readonly result: DoorResult;
  readonly refusedAt: string | null;
  readonly deletedAt: string | null;
  readonly verifiedAbsentAt: string | null;
  /** Where others keep it for later: Kisi refuses until then. */
  readonly opensAgainAt: string | null;
  readonly attempts: number;
  readonly request: DeletionRequest | null;
  readonly keptFor: readonly EntitlementName[];
  readonly writtenOffBy: string | null;
  readonly writeOffReason: string | null;
}

/** A receipt as people see it. Everything but the member's name stands in the receipt itself or follows from it. */
export interface ReceiptView {
  readonly id: string;
  readonly number: number;
  readonly entitlement: EntitlementName;
  readonly memberId: string | null;
  /** As it is now, or null once it was erased. */
  readonly memberName: string | null;
  /** Of the location, IANA. */
  readonly timeZone: string | null;
  readonly ending: number;
  readonly reason: EndReason;
  readonly dueAt: Instant;
  readonly writtenAt: Instant;
  readonly lateSeconds: number | null;
  readonly isVerified: boolean;
  readonly doors: readonly ReceiptDoor[];
  readonly contentHash: string;
  readonly previousHash: string;
  readonly hash: string;
}

export interface ReceiptFilter {
  readonly source: string | null;
  readonly kind: string | null;
  readonly entitlementId: string | null;
  readonly memberId: string | null;
  readonly integrationId: string | null;
  readonly groupId: number | null;
  readonly lockId: number | null;
  readonly reason: EndReason | null;
  readonly isVerified: boolean | null;
  /** Later than this many seconds. */
  readonly lateSeconds: number | null;
  readonly dueFrom: Instant | null;
  readonly dueUntil: Instant | null;
  readonly createdFrom: Instant | null;
  readonly createdUntil: Instant | null;
}

export interface Receipts {
  get(organizationId: string, id: string): Promise<ReceiptView | null>;
  /** The newest first. */
  list(organizationId: string, filter: ReceiptFilter, page: PageRequest): Promise<Page<ReceiptView>>;
  /** In the order of the chain, those after a number. */
  log(organizationId: string, afterNumber: number, limit: number): Promise<readonly ChainedReceipt[]>;
  /** The end of the chain as it is now. */
  head(organizationId: string): Promise<ChainHead>;
}
