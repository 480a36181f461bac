import type { Call } from './call';
import { notFound, refuse } from './reply';

interface ById<Row> {
  get(id: number): Row | undefined;
}

/** The row that the path names. @throws Refusal 404 */
export function findRow<Row>(call: Call, table: ById<Row>): Row {
  const row = table.get(Number(call.params['id']));
  if (row === undefined) throw notFound();
  return row;
}

/** A filter by id of the query; null when it was not asked for. @throws Refusal 400 */
export function idFilter({ query }: Call, name: string): number | null {
  const text = query.get(name);
  if (text === null || text === '') return null;
  const id = Number(text);
  if (!Number.isSafeInteger(id)) throw refuse(400, '000400', `${name} is invalid`);
  return id;
}

/** Whether a free text search finds one of these texts. */
export function textMatches({ query }: Call, texts: readonly (string | null | undefined)[]): boolean {
  const wanted = (query.get('query') ?? '').trim().toLowerCase();
  return wanted === '' || texts.some((text) => text?.toLowerCase().includes(wanted) === true);
}
