import { z } from 'zod';

export const faultKinds = [
  'status',
  'rate_limit',
  'drop_before',
  'drop_after',
  'slow',
  'html',
  'truncated',
  'stale_list',
  'outage',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** What `POST /_simulator/faults` takes. */
export const faultSchema = z.strictObject({
  kind: z.enum(faultKinds).describe('What goes wrong.'),
  method: z
    .string()
    .transform((method) => method.toUpperCase())
    .optional()
    .describe('Only requests with this method.'),
  path: z
    .string()
    .startsWith('/')
    .optional()
    .describe('Only these paths: `*` stands for anything, `:name` for one segment.'),
  probability: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('How often it meets a request, by a seeded generator; 1 without.'),
  times: z.int().positive().optional().describe('How many requests it meets before it is spent; without, all.'),
  status: z.int().min(400).max(599).optional().describe('For `status`: 500 without.'),
  code: z.string().optional().describe("For `status`: Kisi's code; 000 and the status without."),
  delayMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .optional()
    .describe(
      'For `slow`: real milliseconds before the effect, 1000 without. For `stale_list`: how old lists get at most.',
    ),
  seed: z.int().optional().describe('Of the generator; 1 without.'),
});

export type FaultRule = z.output<typeof faultSchema>;

/** `/role_assignments/:id` and `/users*` as an expression for the whole path. */
export function compilePath(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/:[A-Za-z_]\w*/g, '[^/]+');
  return new RegExp(`^${source}$`);
}
