import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where recorded histories are kept, as Temporal's own JSON. */
export const HISTORIES = join(__dirname, 'histories');

export interface RecordedHistory {
  readonly name: string;
  readonly json: { readonly events: readonly Record<string, unknown>[] };
}

export function recordedHistories(): RecordedHistory[] {
  return readdirSync(HISTORIES)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      name,
      json: JSON.parse(readFileSync(join(HISTORIES, name), 'utf8')) as RecordedHistory['json'],
    }));
}
