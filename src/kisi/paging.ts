import { z } from 'zod';
import type { KisiOutcome } from '../domain/outcomes';
import type { KisiRequest, KisiTransport } from './transport';

/** Kisi API: no offset above this anywhere. */
const LAST_OFFSET = 20_000;

interface WithId {
  readonly id: number;
}

/**
 * Reads a list to its end, driven by the total in `X-Collection-Range`.
 *
 * A list that could not be read to its end (a header missing, an id twice, a page short of rows) is `unknown`, never "all
 * there is": somebody would lose access over it. Source: Kisi API, pagination (`end` is not clipped, empty is `*` + `/0`).
 */
export async function readAll<T extends WithId>(
  transport: KisiTransport,
  request: Omit<KisiRequest, 'method'>,
  schema: z.ZodType<T>,
  pageSize: number,
): Promise<KisiOutcome<readonly T[]>> {
  const rows: T[] = [];
  const seen = new Set<number>();
  for (let offset = 0; offset <= LAST_OFFSET; offset += pageSize) {
    const params = { ...request.params, limit: pageSize, offset };
    const page = await transport.send({ ...request, method: 'GET', params }, z.array(schema));
    if (page.kind !== 'done') return page;
    const total = totalOf(page.value.range);
    if (total === null) return { kind: 'unknown', cause: 'a list without its range' };
    for (const row of page.value.value) {
      if (seen.has(row.id)) return { kind: 'unknown', cause: 'a list that changed while it was read' };
      seen.add(row.id);
      rows.push(row);
    }
    if (rows.length >= total) return { kind: 'done', value: rows };
    if (page.value.value.length === 0) return { kind: 'unknown', cause: 'a list that ended early' };
  }
  return { kind: 'unknown', cause: 'a list too long to be read' };
}

function totalOf(range: string | null): number | null {
  const match = range === null ? null : /^(?:\d+-\d+|\*)\/(\d+)$/.exec(range);
  return match ? Number(match[1]) : null;
}
