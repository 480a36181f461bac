import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Store, StoreChange } from './store';

const changeSchema = z.union([
  z.tuple([z.literal('put'), z.string(), z.unknown()]),
  z.tuple([z.literal('delete'), z.string(), z.number()]),
  z.tuple([z.literal('last_id'), z.string(), z.number()]),
  z.tuple([z.literal('setting'), z.string(), z.unknown()]),
  z.tuple([z.literal('clear')]),
]);
const lineSchema = z.array(changeSchema);

const CHANGES_PER_LINE = 500;

/**
 * A file of JSON lines, one line a request: what was acknowledged is read again after the process was killed.
 *
 * Lines are written synchronously before the answer, without fsync: they survive the end of the process, not of the machine.
 */
export class Journal {
  private descriptor: number | null = null;

  constructor(private readonly file: string) {}

  /** True when there is something to go on from. */
  exists(): boolean {
    return existsSync(this.file) && readFileSync(this.file).length > 0;
  }

  /**
   * Brings the store to where the journal ends. A last line without its end was never acknowledged and is left out.
   *
   * @throws Error naming the line when the file is not a journal
   */
  load(store: Store): void {
    const lines = readFileSync(this.file, 'utf8').split('\n');
    lines.pop();
    for (const [index, line] of lines.entries()) {
      for (const change of this.parse(line, index + 1)) store.replay(change);
    }
  }

  /** Writes the shortest journal of this state beside the old one, replaces it and goes on from there. */
  compact(store: Store): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const draft = `${this.file}.new`;
    const descriptor = openSync(draft, 'w', 0o600);
    let batch: StoreChange[] = [];
    for (const change of store.dump()) {
      batch.push(change);
      if (batch.length === CHANGES_PER_LINE) {
        writeLine(descriptor, batch);
        batch = [];
      }
    }
    writeLine(descriptor, batch);
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(draft, this.file);
    this.descriptor = openSync(this.file, 'a', 0o600);
  }

  append(changes: readonly StoreChange[]): void {
    if (this.descriptor !== null) writeLine(this.descriptor, changes);
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  private parse(line: string, number: number): readonly StoreChange[] {
    try {
      return lineSchema.parse(JSON.parse(line));
    } catch (error) {
      throw new Error(`${this.file} is not a state file of the simulator: line ${number} cannot be read.`, {
        cause: error,
      });
    }
  }
}

function writeLine(descriptor: number, changes: readonly StoreChange[]): void {
  const line = Buffer.from(`${JSON.stringify(changes)}\n`);
  for (let written = 0; written < line.length;) written += writeSync(descriptor, line, written);
}
