import { seededRandom } from '../faults/random';
import type { Call } from './call';
import { refuse, unprocessable, type Reply } from './reply';

/** Kisi API, pagination: default and maximum of `limit` differ between lists. */
export interface PageSize {
  readonly standard: number;
  readonly most: number;
}

export const usualPages: PageSize = { standard: 10, most: 250 };
export const sitePages: PageSize = { standard: 50, most: 250 };
export const userPages: PageSize = { standard: 50, most: 100 };

/** Kisi API: no offset above this anywhere. */
const LAST_OFFSET = 20_000;

let orderSeed = 0;

/**
 * One page of a list with `X-Collection-Range`, whose end is not clipped to the total.
 *
 * @param sorts what `sort` may name, `-name` for the reverse; anything else is ignored
 * @throws Refusal for a limit or an offset that Kisi does not take
 */
export function answerList<Row extends { readonly id: number }>(
  call: Call,
  rows: readonly Row[],
  size: PageSize,
  present: (row: Row) => unknown,
  sorts: Readonly<Record<string, (row: Row) => string>> = {},
): Reply {
  const limit = readLimit(call, size);
  const offset = readOffset(call);
  const page = order(call, filterIds(call, rows), sorts);
  const total = page.length;
  const slice = page.slice(offset, offset + limit).map(present);
  const isStar = total === 0 || (offset >= total && call.simulator.switches.values.offset_past_end === 'star');
  const range = isStar ? `*/${total}` : `${offset}-${offset + limit - 1}/${total}`;
  return { status: 200, body: slice, headers: { 'X-Collection-Range': range } };
}

function readLimit({ query, simulator }: Call, size: PageSize): number {
  const limit = readInteger(query.get('limit'), 'limit', 1) ?? size.standard;
  if (limit <= size.most) return limit;
  if (simulator.switches.values.limit_above_max === 'clamped') return size.most;
  throw unprocessable({ limit: [`must be less than or equal to ${size.most}`] });
}

function readOffset({ query, simulator }: Call): number {
  const offset = readInteger(query.get('offset'), 'offset', 0) ?? 0;
  if (offset <= LAST_OFFSET) return offset;
  const message = `must be less than or equal to ${LAST_OFFSET}`;
  if (simulator.switches.values.offset_above_max === 'unprocessable') throw unprocessable({ offset: [message] });
  throw refuse(400, '000400', `offset ${message}`);
}

/** @throws Refusal 400 */
export function readInteger(text: string | null, name: string, least: number): number | null {
  if (text === null || text === '') return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) throw refuse(400, '000400', `${name} is invalid`);
  return value;
}

/** Kisi API: `ids` is a string with commas; the official client of 8.0.0 sends `ids[]` for arrays. */
function filterIds<Row extends { readonly id: number }>({ query }: Call, rows: readonly Row[]): readonly Row[] {
  const given = [...query.getAll('ids'), ...query.getAll('ids[]')];
  if (given.length === 0) return rows;
  const ids = new Set(given.flatMap((text) => text.split(',')).map(Number));
  return rows.filter((row) => ids.has(row.id));
}

function order<Row>(
  { query, simulator }: Call,
  rows: readonly Row[],
  sorts: Readonly<Record<string, (row: Row) => string>>,
): readonly Row[] {
  const sort = query.get('sort') ?? '';
  const key = sorts[sort.replace(/^-/, '')];
  if (key !== undefined) {
    const sorted = [...rows].sort((a, b) => key(a).localeCompare(key(b)));
    return sort.startsWith('-') ? sorted.reverse() : sorted;
  }
  const wanted = simulator.switches.values.list_order;
  if (wanted === 'newest_first') return [...rows].reverse();
  return wanted === 'unstable' ? shuffle(rows) : rows;
}

function shuffle<Row>(rows: readonly Row[]): readonly Row[] {
  const random = seededRandom((orderSeed += 1));
  return rows
    .map((row) => ({ row, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
}
