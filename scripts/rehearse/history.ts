import { z } from 'zod';
import { union, type Interval } from './intervals';
import type { Service } from './service';

const entrySchema = z.object({
  id: z.number(),
  at: z.string().transform((text) => Date.parse(text)),
  assignmentId: z.number(),
  email: z.string().nullable(),
  groupId: z.number().nullable(),
  opens: z.boolean(),
  validFrom: z
    .string()
    .nullable()
    .transform((text) => (text === null ? -Infinity : Date.parse(text))),
  validUntil: z
    .string()
    .nullable()
    .transform((text) => (text === null ? Infinity : Date.parse(text))),
});
type Entry = z.output<typeof entrySchema>;

const PAGE = 5_000;

export const doorKey = (email: string, groupId: number): string => `${email} ${groupId}`;

/** When each door really would have opened to each person, told from the simulator's own history. */
export async function readOpenings(
  service: Service,
  since: number,
  now: number,
): Promise<ReadonlyMap<string, Interval[]>> {
  const entries = await readHistory(service, since);
  const byAssignment = new Map<number, Entry[]>();
  for (const entry of entries)
    byAssignment.set(entry.assignmentId, [...(byAssignment.get(entry.assignmentId) ?? []), entry]);
  const openings = new Map<string, Interval[]>();
  for (const lives of byAssignment.values()) {
    for (const [index, entry] of lives.entries()) {
      if (!entry.opens || entry.email === null || entry.groupId === null) continue;
      const endsAt = lives[index + 1]?.at ?? now;
      const open = { from: Math.max(entry.at, entry.validFrom), until: Math.min(endsAt, entry.validUntil) };
      const key = doorKey(entry.email, entry.groupId);
      openings.set(key, [...(openings.get(key) ?? []), open]);
    }
  }
  return new Map([...openings].map(([key, intervals]) => [key, union(intervals)]));
}

/** The number of the last entry, to begin after it. */
export async function lastEntry(service: Service): Promise<number> {
  return (await readHistory(service, 0)).at(-1)?.id ?? 0;
}

async function readHistory(service: Service, since: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let after = since; ;) {
    const page = z
      .array(entrySchema)
      .parse(await service.simulator('GET', `/assignments/history?since=${after}&limit=${PAGE}`));
    entries.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return entries;
    after = last.id;
  }
}
