import { z } from 'zod';
import { MAX_ESCAPED_ID_LENGTH } from '../../workflows/ids';
import { wrongField } from './problems';
import type { Page, PageRequest, Principal } from '../usecases/catalogue';

const LONGEST_ID = 200;
/** Years that make sense for a door. */
const EARLIEST = Date.parse('2000-01-01T00:00:00Z');
const LATEST = Date.parse('2200-01-01T00:00:00Z');

/** An id of the booking platform: whatever it is, without slashes or control characters. */
export const externalId = z
  .string({ error: 'expected a text' })
  .min(1, 'expected an id, 1 to 200 characters')
  .max(LONGEST_ID, `expected at most ${LONGEST_ID} characters`)
  .regex(/^[^\p{Cc}\p{Cs}/]*$/u, 'expected an id without slashes or control characters')
  .refine((id) => escapedLength(id) <= MAX_ESCAPED_ID_LENGTH, 'expected a shorter id: too long when escaped')
  .refine((id) => id === id.trim() && id !== '.' && id !== '..', 'expected an id without spaces around it');

/** An id that operators choose: it stands in addresses and workflow ids. */
export const slug = z
  .string({ error: 'expected a text' })
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/,
    'expected 1 to 64 letters, digits, dots, dashes or underscores',
  );

/** Which source an id of a platform belongs to. */
export const sourceQuery = z.strictObject({
  source: slug
    .optional()
    .describe('The source the id belongs to. Without, the one of the token, else `default`, else the only one.'),
});

/** A text for people. */
export const label = z
  .string({ error: 'expected a text' })
  .trim()
  .min(1, 'expected a text that is not empty')
  .max(200, 'expected at most 200 characters')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected a text without control characters');

export const emailAddress = z
  .string({ error: 'expected a text' })
  .trim()
  .max(254, 'expected at most 254 characters')
  .pipe(z.email('expected an e-mail address'));

/** A part of a text to look for in a list; null where nothing was asked. */
export const searchText = z
  .string({ error: 'expected a text' })
  .trim()
  .max(200, 'expected at most 200 characters')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected a text without control characters')
  .optional()
  .transform((given) => (given === undefined || given === '' ? null : given));

/** `true` or `false` in a query; null where nothing was asked. */
export const flag = z
  .enum(['true', 'false'], { error: 'expected true or false' })
  .optional()
  .transform((given) => (given === undefined ? null : given === 'true'));

/** ISO 8601 with an offset, to epoch milliseconds: a time without one means another instant on another machine. */
export const instant = z.iso
  .datetime({ offset: true, error: 'expected an ISO 8601 time with an offset, like 2026-05-04T09:00:00+01:00' })
  .transform((text) => Date.parse(text))
  .refine((at) => at >= EARLIEST && at < LATEST, 'expected a time between the years 2000 and 2200');

/** A source's versions are all integers or all instants. */
export const version = z.union([z.int().min(0), instantVersion()], {
  error: 'expected an integer from 0, or an ISO 8601 time with an offset',
});

function instantVersion() {
  return z.iso.datetime({ offset: true }).transform((text) => ({ at: Date.parse(text) }));
}

/** The version that a whole fact may carry. */
export const factVersion = version
  .optional()
  .describe('Rises with each change: an integer or an instant, of one kind for all facts of a source.');

export type Version = z.output<typeof version>;

/** The number to compare by and its kind. */
export function readVersion(given: Version | undefined): {
  version: number | null;
  versionKind: 'integer' | 'instant' | null;
} {
  if (given === undefined) return { version: null, versionKind: null };
  if (typeof given === 'number') return { version: given, versionKind: 'integer' };
  return { version: given.at, versionKind: 'instant' };
}

/** The version as the sender wrote it, for the stored body. */
export function versionText(given: Version | undefined): { version?: number | string } {
  if (given === undefined) return {};
  return { version: typeof given === 'number' ? given : new Date(given.at).toISOString() };
}

export const minutes = z
  .number({ error: 'expected a number of minutes' })
  .min(0)
  .max(10_080, 'expected at most 10080 minutes, a week');

export const pageQuery = {
  limit: z.coerce
    .number({ error: 'expected a number' })
    .int()
    .min(1, 'expected 1 to 200')
    .max(200, 'expected 1 to 200')
    .default(50)
    .describe('How many to answer, 1 to 200; 50 without.'),
  cursor: z.string().max(1_000).optional().describe('The `nextCursor` of the page before.'),
};

/** @throws AppError for a cursor that is not one of ours */
export function readPage({
  limit,
  cursor,
}: {
  readonly limit: number;
  readonly cursor?: string | undefined;
}): PageRequest {
  if (cursor === undefined) return { limit, after: null };
  const after = Buffer.from(cursor, 'base64url').toString('utf8');
  if (after === '' || Buffer.from(after).toString('base64url') !== cursor || after.includes('\0')) {
    throw wrongField('cursor', 'expected the nextCursor of an earlier answer');
  }
  return { limit, after };
}

/** A page as it is answered. */
export function presentPage<T, U>(page: Page<T>, present: (item: T) => U): { items: U[]; nextCursor: string | null } {
  const nextCursor = page.nextAfter === null ? null : Buffer.from(page.nextAfter).toString('base64url');
  return { items: page.items.map(present), nextCursor };
}

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable().describe('Null on the last page.') });
}

export const isoText = z.string().describe('ISO 8601 in UTC');

export const toIsoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The source that every organization begins with. */
const DEFAULT_SOURCE = 'default';

/**
 * The source that a request is about: the token's, the one in the query, `default`, or the only one there is.
 *
 * @throws AppError invalid_request naming `source`
 */
export async function resolveSource(
  catalogue: { listSources(organizationId: string, page: PageRequest): Promise<Page<{ readonly id: string }>> },
  principal: Principal,
  asked: string | undefined,
): Promise<string> {
  if (principal.sourceId !== null) {
    if (asked === undefined || asked === principal.sourceId) return principal.sourceId;
    throw wrongField('source', `expected "${principal.sourceId}", the source of this token, or nothing`);
  }
  if (asked !== undefined) return asked;
  const { items } = await catalogue.listSources(principal.organizationId, { limit: 200, after: null });
  const [only, another] = items;
  if (items.some((source) => source.id === DEFAULT_SOURCE)) return DEFAULT_SOURCE;
  if (only !== undefined && another === undefined) return only.id;
  throw wrongField('source', 'expected ?source= with the id of a source: this organization has several');
}

function escapedLength(id: string): number {
  try {
    return encodeURIComponent(id).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
