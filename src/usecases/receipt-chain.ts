import { createHash } from 'node:crypto';
import type { StoredDoor } from '../domain/receipts';

/** What stands before the first receipt of every organization. */
export const GENESIS_HASH = '0'.repeat(64);

/** Everything that the content hash of a receipt covers: ids, instants and words of ours, nothing that may have to be erased. */
export interface ReceiptContent {
  readonly v: 1;
  readonly id: string;
  readonly organizationId: string;
  readonly entitlement: { readonly kind: string; readonly source: string; readonly id: string };
  readonly ending: number;
  readonly reason: string;
  readonly dueAt: string;
  readonly writtenAt: string;
  readonly doors: readonly Omit<StoredDoor, 'writtenOffBy' | 'reason'>[];
}

/** One line of the log. */
export interface ChainedReceipt {
  readonly number: number;
  readonly previousHash: string;
  readonly contentHash: string;
  readonly hash: string;
  readonly content: unknown;
}

/** The end of a chain: with it written down elsewhere, nothing before it can be changed unnoticed. */
export interface ChainHead {
  readonly number: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: ChainHead = { number: 0, hash: GENESIS_HASH };

/** A receipt's content without the words of people, which are not part of the proof. */
export function toContent(receipt: Omit<ReceiptContent, 'v' | 'doors'> & { readonly doors: readonly StoredDoor[] }) {
  const { id, organizationId, entitlement, ending, reason, dueAt, writtenAt } = receipt;
  const doors = receipt.doors.map(({ writtenOffBy: _by, reason: _reason, ...door }) => door);
  const content: ReceiptContent = {
    ...{ v: 1, id, organizationId, entitlement, ending, reason, dueAt, writtenAt },
    doors,
  };
  return content;
}

/** SHA-256 over the canonical JSON (RFC 8785) of the content, in hexadecimal. */
export function contentHashOf(content: unknown): string {
  return sha256(canonicalJson(content));
}

/** SHA-256 over number, hash of the one before and content hash, in decimal or hexadecimal, a line feed between them. */
export function chainHashOf(number: number, previousHash: string, contentHash: string): string {
  return sha256(`${number}\n${previousHash}\n${contentHash}`);
}

/** JSON with the keys in order of their UTF-16 code units and no spaces (RFC 8785), so equal content has equal bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

export type ChainFault =
  /** The line cannot be read as one of a log. */
  | 'unreadable'
  /** The content is not what its hash says. */
  | 'content_changed'
  /** The hash is not that of number, hash before and content. */
  | 'hash_changed'
  /** A number is left out, doubled, or out of order. */
  | 'gap'
  /** It does not go on from the line before. */
  | 'link_broken'
  /** At the number of an earlier head stands another hash. */
  | 'head_differs'
  /** The log ends before an earlier head. */
  | 'cut_off';

/** Where a log is broken: the line counted from 1, 0 for what is about the log as a whole. */
export interface BrokenLink {
  readonly line: number;
  readonly fault: ChainFault;
  readonly detail: string;
}

export interface LogVerdict {
  readonly receipts: number;
  readonly head: ChainHead;
  readonly broken: readonly BrokenLink[];
}

/** Reads a log line by line and tells every fault; it goes on after one, so that all are found. */
export interface LogVerifier {
  /** @param line one receipt as JSON */
  take(line: string): void;
  end(): LogVerdict;
}

/**
 * Checks a log: contents against their hashes, links, gaps, and heads that were written down earlier.
 *
 * A log may begin right after one of the heads instead of with number 1; then the head stands for what came before.
 */
export function createLogVerifier(heads: readonly ChainHead[]): LogVerifier {
  const broken: BrokenLink[] = [];
  let line = 0;
  let receipts = 0;
  let last: ChainHead | null = null;
  const tell = (fault: ChainFault, detail: string): void => void broken.push({ line, fault, detail });
  const begin = (number: number): ChainHead => heads.find((head) => head.number === number - 1) ?? EMPTY_CHAIN;

  const check = (receipt: ChainedReceipt): void => {
    const before = last ?? begin(receipt.number);
    const { number, previousHash, contentHash, hash } = receipt;
    if (contentHashOf(receipt.content) !== contentHash) {
      tell('content_changed', `the content of receipt ${number} is not what its hash says`);
    }
    if (chainHashOf(number, previousHash, contentHash) !== hash) {
      tell('hash_changed', `the hash of receipt ${number} is not the one that follows from it`);
    }
    if (number !== before.number + 1) {
      tell('gap', `receipt ${number} comes after ${before.number}: expected ${before.number + 1}`);
    } else if (previousHash !== before.hash) {
      tell('link_broken', `receipt ${number} does not go on from receipt ${before.number}`);
    }
    const head = heads.find((one) => one.number === number);
    if (head !== undefined && head.hash !== hash) {
      tell('head_differs', `receipt ${number} had the hash ${head.hash} when that was written down`);
    }
    last = { number, hash };
  };

  return {
    take(text) {
      line += 1;
      const receipt = readLine(text);
      if (receipt === null) return tell('unreadable', 'this is not a line of a log of receipts');
      receipts += 1;
      check(receipt);
    },
    end() {
      const head = last ?? EMPTY_CHAIN;
      line = 0;
      for (const one of heads.filter(({ number }) => number > head.number)) {
        tell('cut_off', `the log ends with receipt ${head.number}, but there was a receipt ${one.number}`);
      }
      return { receipts, head, broken };
    },
  };
}

function readLine(text: string): ChainedReceipt | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  return isChained(parsed) ? parsed : null;
}

function isChained(value: unknown): value is ChainedReceipt {
  if (value === null || typeof value !== 'object' || !('content' in value)) return false;
  const hashes = ['previousHash', 'contentHash', 'hash'].map(
    (name) => Object.entries(value).find(([key]) => key === name)?.[1],
  );
  return 'number' in value && Number.isSafeInteger(value.number) && hashes.every((hash) => typeof hash === 'string');
}
