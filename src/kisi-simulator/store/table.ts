import type { z } from 'zod';

/** One change of one table, as the journal keeps it. */
export type Change =
  readonly ['put', string, unknown] | readonly ['delete', string, number] | readonly ['last_id', string, number];

interface Identified {
  readonly id: number;
}

type KeyOf<Row> = (row: Row) => string | null;

/**
 * Rows by id, with indexes for the questions that are asked often.
 *
 * Rows are never changed in place: `put` replaces them, so whoever holds a row or a copy of the table keeps what it saw.
 * Ids are not used twice, also after a deletion.
 */
export class Table<Row extends Identified, IndexName extends string = never> {
  private readonly rows = new Map<number, Row>();
  private readonly indexes = new Map<string, { readonly keyOf: KeyOf<Row>; readonly ids: Map<string, Set<number>> }>();
  private highestId = 0;

  constructor(
    readonly name: string,
    private readonly schema: z.ZodType<Row>,
    private readonly keys: Readonly<Record<IndexName, KeyOf<Row>>>,
    private readonly onChange: (change: Change) => void,
  ) {
    for (const [index, keyOf] of Object.entries<KeyOf<Row>>(keys)) this.indexes.set(index, { keyOf, ids: new Map() });
  }

  get size(): number {
    return this.rows.size;
  }

  get lastId(): number {
    return this.highestId;
  }

  get(id: number): Row | undefined {
    return this.rows.get(id);
  }

  all(): Row[] {
    return [...this.rows.values()];
  }

  /** Rows with this key, oldest first as long as their keys never changed. */
  by(index: IndexName, key: string): Row[] {
    const found: Row[] = [];
    for (const id of this.indexes.get(index)?.ids.get(key) ?? []) {
      const row = this.rows.get(id);
      if (row !== undefined) found.push(row);
    }
    return found;
  }

  first(index: IndexName, key: string): Row | undefined {
    for (const id of this.indexes.get(index)?.ids.get(key) ?? []) return this.rows.get(id);
    return undefined;
  }

  count(index: IndexName, key: string): number {
    return this.indexes.get(index)?.ids.get(key)?.size ?? 0;
  }

  nextId(): number {
    return this.highestId + 1;
  }

  put(row: Row): Row {
    this.place(row);
    this.onChange(['put', this.name, row]);
    return row;
  }

  delete(id: number): void {
    this.remove(id);
    this.onChange(['delete', this.name, id]);
  }

  /** Takes a row from a journal, which is parsed, and reports nothing. */
  restore(row: unknown): void {
    this.place(this.schema.parse(row));
  }

  remove(id: number): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    for (const { keyOf, ids } of this.indexes.values()) drop(ids, keyOf(row), id);
    this.rows.delete(id);
  }

  raiseLastId(id: number): void {
    this.highestId = Math.max(this.highestId, id);
  }

  clear(): void {
    this.rows.clear();
    for (const { ids } of this.indexes.values()) ids.clear();
    this.highestId = 0;
  }

  /** The same rows in a table of its own, for lists that answer from the past. */
  copy(): Table<Row, IndexName> {
    const copy = new Table<Row, IndexName>(this.name, this.schema, this.keys, () => undefined);
    for (const row of this.rows.values()) copy.place(row);
    return copy;
  }

  private place(row: Row): void {
    const before = this.rows.get(row.id);
    for (const { keyOf, ids } of this.indexes.values()) {
      const key = keyOf(row);
      if (before !== undefined && keyOf(before) === key) continue;
      if (before !== undefined) drop(ids, keyOf(before), row.id);
      if (key === null) continue;
      const known = ids.get(key);
      if (known === undefined) ids.set(key, new Set([row.id]));
      else known.add(row.id);
    }
    this.rows.set(row.id, row);
    this.raiseLastId(row.id);
  }
}

function drop(ids: Map<string, Set<number>>, key: string | null, id: number): void {
  if (key === null) return;
  const known = ids.get(key);
  known?.delete(id);
  if (known?.size === 0) ids.delete(key);
}
