import { z } from 'zod';
import type { Call } from './call';
import { refuse, unprocessable } from './reply';

/** An id in a body, as a number or as digits. */
export const idField = z.union([
  z.int().positive(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);

/** RFC 3339 with an offset, to epoch milliseconds. */
export const instantField = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/**
 * What is inside the resource name that wraps every body (`{"user": {...}}`).
 *
 * @throws Refusal 422 with the fields that are wrong; 400 or 422 (a switch) without the wrapper
 */
export function parseBody<Shape extends z.ZodRawShape>(
  call: Call,
  wrapper: string,
  schema: z.ZodObject<Shape>,
): z.output<z.ZodObject<Shape>> {
  const { missing_wrapper: missing, unknown_fields: unknown } = call.simulator.switches.values;
  const inner = unwrap(call.body, wrapper);
  if (inner === undefined) {
    if (missing === 'unprocessable') throw unprocessable({ [wrapper]: ["can't be blank"] });
    throw refuse(400, '000400', `param is missing or the value is empty: ${wrapper}`);
  }
  const parsed = z.safeParse(unknown === 'ignored' ? schema : z.strictObject(schema.shape), inner);
  if (parsed.success) return parsed.data;
  throw unprocessable(toErrors(parsed.error, inner));
}

const objectSchema = z.record(z.string(), z.unknown());

function unwrap(body: unknown, wrapper: string): Record<string, unknown> | undefined {
  const outer = objectSchema.safeParse(body);
  const inner = objectSchema.safeParse(outer.success ? outer.data[wrapper] : undefined);
  return inner.success ? inner.data : undefined;
}

function toErrors(error: z.ZodError, inner: Readonly<Record<string, unknown>>): Record<string, string[]> {
  const errors: Record<string, string[]> = {};
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) errors[key] = ['is not permitted'];
    const field = String(issue.path[0] ?? '');
    if (field === '') continue;
    const isBlank = inner[field] === undefined || inner[field] === null || inner[field] === '';
    errors[field] = [isBlank ? "can't be blank" : 'is invalid'];
  }
  return errors;
}
