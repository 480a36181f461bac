import { z } from 'zod';
import { AppError } from '../../domain/errors';
import type { ImportError } from '../../usecases/door-mappings';
import { actorOf } from '../actor';
import { CSV_COLUMNS, formatMappingsCsv, parseMappingsCsv } from '../door-mapping-csv';
import { noBody, nothing, route, type AnyRoute } from '../route';

/** A file of 10,000 mappings fits. */
export const MOST_CSV_BYTES = 4 * 1024 * 1024;
/** Nobody mends more than this at once. */
const MOST_ERRORS = 1_000;

export const csvText = z.string({ error: 'expected the text of a CSV file' });

const reportSchema = z
  .object({
    dryRun: z.boolean(),
    created: z.number(),
    changed: z.number(),
    unchanged: z.number(),
    errors: z.array(
      z.object({
        line: z.number().describe('In the file, from 1.'),
        field: z.string().nullable().describe('The column; null where it is about the whole line.'),
        message: z.string(),
      }),
    ),
    rows: z.array(z.object({ line: z.number(), id: z.string(), effect: z.enum(['create', 'change', 'none']) })),
  })
  .meta({ id: 'ImportReport' });

/** Door mappings as a file for a spreadsheet, and back. */
export const doorMappingFileRoutes: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/door-mappings/export',
    scope: 'read',
    tag: 'Door mappings',
    summary: 'All door mappings as CSV',
    description: `RFC 4180, with the columns ${CSV_COLUMNS.join(', ')}. What a spreadsheet would take for a formula has an apostrophe in front.`,
    params: nothing,
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'The file.', schema: z.string(), contentType: 'text/csv' } },
    handle: async ({ catalogue }, { principal }) => ({
      status: 200,
      body: formatMappingsCsv(await catalogue.exportDoorMappings(principal.organizationId)),
      headers: {
        'Content-Type': 'text/csv; charset=utf-8; header=present',
        'Content-Disposition': 'attachment; filename="door-mappings.csv"',
      },
    }),
  }),
  route({
    method: 'post',
    path: '/v1/door-mappings/import',
    scope: 'admin',
    tag: 'Door mappings',
    summary: 'Save the door mappings of a CSV file, all or none',
    description:
      'Commas, semicolons or tabs separate; columns in any order; an empty `id` is made from subject and target; at most ' +
      '10,000 rows. With `dryRun` nothing is saved and the report says what would be. Without, any error means that nothing ' +
      'is saved: 422 with the same errors, as `line 3: target_id`. Mappings that are not in the file stay.',
    params: nothing,
    query: nothing,
    body: z.strictObject({ csv: csvText, dryRun: z.boolean({ error: 'expected true or false' }).default(false) }),
    maxBytes: MOST_CSV_BYTES,
    answers: { 200: { description: 'What was or would be saved.', schema: reportSchema } },
    handle: async ({ catalogue, kick }, { principal, body }) => {
      const parsed = parseMappingsCsv(body.csv);
      const isDryRun = body.dryRun || parsed.errors.length > 0;
      const { rows, errors } = await catalogue.importDoorMappings(actorOf(principal), parsed.rows, isDryRun);
      const all = [...parsed.errors, ...errors].sort((left, right) => left.line - right.line);
      if (!body.dryRun && all.length > 0) throw refusedFile(all);
      if (!body.dryRun) kick();
      const count = (effect: string): number => rows.filter((one) => one.effect === effect).length;
      const counts = { created: count('create'), changed: count('change'), unchanged: count('none') };
      return { status: 200, body: { dryRun: body.dryRun, ...counts, errors: presentErrors(all), rows } };
    },
  }),
];

function presentErrors(errors: readonly ImportError[]) {
  return errors.slice(0, MOST_ERRORS).map(({ line, column, message }) => ({ line, field: column, message }));
}

/** @returns the problem that names each faulty line and column */
export function refusedFile(errors: readonly ImportError[]): AppError {
  const fields = presentErrors(errors).map(({ line, field, message }) => ({
    field: field === null ? `line ${line}` : `line ${line}: ${field}`,
    message,
  }));
  const [first] = fields;
  const message = `Nothing was saved. ${first?.field ?? 'csv'}: ${first?.message ?? 'is not valid'}`;
  return new AppError('invalid_request', message, { fields });
}
