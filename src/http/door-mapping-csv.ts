import { createHash } from 'node:crypto';
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { DoorMapping, ImportError, ImportRow } from '../usecases/door-mappings';
import { mappingBody, mappingId } from './door-mapping-schemas';

/** In the order of an export; an import takes them in any. */
export const CSV_COLUMNS = [
  'id',
  'subject_type',
  'source',
  'subject_id',
  'integration_id',
  'target_type',
  'target_id',
  'name',
  'lead_minutes',
  'grace_minutes',
  'enabled',
] as const;
type Column = (typeof CSV_COLUMNS)[number];
const REQUIRED: readonly Column[] = [
  'subject_type',
  'subject_id',
  'integration_id',
  'target_type',
  'target_id',
  'name',
];
const MOST_ROWS = 10_000;

/** What was read from a file: rows without a fault of their own, and the faults by line. */
export interface ParsedMappings {
  readonly rows: readonly ImportRow[];
  readonly errors: readonly ImportError[];
}

/**
 * Writes mappings as CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
 * injection), which an import takes away again.
 */
export function formatMappingsCsv(mappings: readonly DoorMapping[]): string {
  const rows = mappings.map((one) => [
    one.id,
    one.subject.type,
    one.subject.source,
    one.subject.id,
    one.integrationId,
    one.target.type,
    String(one.target.id),
    one.name,
    one.leadMinutes === null ? '' : String(one.leadMinutes),
    one.graceMinutes === null ? '' : String(one.graceMinutes),
    String(one.enabled),
  ]);
  return stringify([[...CSV_COLUMNS], ...rows.map((row) => row.map(protect))], { record_delimiter: '\r\n' });
}

const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u;

/** Puts an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection). */
export function protect(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

function unprotect(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/**
 * Reads mappings from CSV: separated by commas, semicolons or tabs, with or without a byte order mark, columns in any
 * order. Every fault is told with its line in the file, counted from 1, and its column.
 */
export function parseMappingsCsv(csv: string): ParsedMappings {
  const lines = readLines(csv);
  if ('error' in lines) return { rows: [], errors: [lines.error] };
  const [header, ...records] = lines.records;
  if (header === undefined) return { rows: [], errors: [fault(1, null, 'the file is empty')] };
  const columns = header.cells.map((name) => name.trim().toLowerCase());
  const wrongHeader = checkHeader(columns, header.line);
  if (wrongHeader.length > 0) return { rows: [], errors: wrongHeader };
  if (records.length === 0) return { rows: [], errors: [fault(header.line, null, 'there is no row below the header')] };
  const tooMany = records[MOST_ROWS];
  if (tooMany) return { rows: [], errors: [fault(tooMany.line, null, `expected at most ${MOST_ROWS} rows`)] };
  const read = records.map((record) => readRow(record, columns));
  return withoutDoubles({ rows: read.flatMap(({ row }) => row ?? []), errors: read.flatMap(({ errors }) => errors) });
}

function fault(line: number, column: string | null, message: string): ImportError {
  return { line, column, message };
}

interface FileRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

function readLines(csv: string): { readonly records: readonly FileRecord[] } | { readonly error: ImportError } {
  const text = csv.replace(/^\uFEFF/, '');
  const records: FileRecord[] = [];
  let line = 1;
  try {
    parse(text, {
      delimiter: detectDelimiter(text),
      relax_column_count: true,
      on_record: (cells: string[], { lines }) => {
        // A cell may contain line breaks: a record begins where the one before ended.
        if (cells.some((cell) => cell.trim() !== '')) records.push({ line, cells: cells.map(unprotect) });
        line = lines + 1;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { error: fault(line, null, `cannot be read as CSV: ${error.message}`) };
  }
  return { records };
}

/** The names of the columns contain none of these, so whichever is most often in the header separates. */
function detectDelimiter(text: string): string {
  const header = /^.*$/m.exec(text.trimStart())?.[0] ?? '';
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best), ',');
}

function checkHeader(columns: readonly string[], line: number): ImportError[] {
  const known: readonly string[] = CSV_COLUMNS;
  const unknown = columns.filter((name) => !known.includes(name));
  const doubled = columns.filter((name, index) => known.includes(name) && columns.indexOf(name) !== index);
  const missing = REQUIRED.filter((name) => !columns.includes(name));
  return [
    ...unknown.map((name) => fault(line, shorten(name), `is not a column we know; expected ${CSV_COLUMNS.join(', ')}`)),
    ...doubled.map((name) => fault(line, name, 'this column is there twice')),
    ...missing.map((name) => fault(line, name, 'this column is missing')),
  ];
}

function shorten(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}

function readRow(
  { line, cells }: FileRecord,
  columns: readonly string[],
): { readonly row: ImportRow | null; readonly errors: readonly ImportError[] } {
  if (cells.length !== columns.length) {
    return { row: null, errors: [fault(line, null, `expected ${columns.length} cells, found ${cells.length}`)] };
  }
  const cell = (name: Column): string => cells[columns.indexOf(name)] ?? '';
  const parsed = mappingBody.safeParse({
    subject: { type: cell('subject_type').trim(), source: orNothing(cell('source')), id: cell('subject_id') },
    integrationId: cell('integration_id').trim(),
    target: { type: cell('target_type').trim(), id: toNumber(cell('target_id')) },
    name: cell('name'),
    leadMinutes: toNumber(cell('lead_minutes')) ?? null,
    graceMinutes: toNumber(cell('grace_minutes')) ?? null,
    enabled: toBoolean(cell('enabled')),
  });
  const id = cell('id').trim() === '' ? null : mappingId.safeParse(cell('id').trim());
  const errors = [
    ...(parsed.success ? [] : parsed.error.issues.map(({ path, message }) => fault(line, columnOf(path), message))),
    ...(id === null || id.success ? [] : id.error.issues.map(({ message }) => fault(line, 'id', message))),
  ];
  if (!parsed.success || errors.length > 0) return { row: null, errors };
  return { row: { line, mapping: { id: id?.data ?? makeId(parsed.data), ...parsed.data } }, errors };
}

/** Which column a field of a mapping stands in. */
export const COLUMN_OF_FIELD: Readonly<Record<string, Column>> = {
  'subject.type': 'subject_type',
  'subject.source': 'source',
  'subject.id': 'subject_id',
  integrationId: 'integration_id',
  'target.type': 'target_type',
  'target.id': 'target_id',
  name: 'name',
  leadMinutes: 'lead_minutes',
  graceMinutes: 'grace_minutes',
  enabled: 'enabled',
};

function columnOf(path: readonly PropertyKey[]): Column | null {
  return COLUMN_OF_FIELD[path.map(String).join('.')] ?? null;
}

function orNothing(cell: string): string | undefined {
  return cell.trim() === '' ? undefined : cell.trim();
}

/** A decimal comma is what a German spreadsheet writes. What is no number stays a text, which the schema refuses. */
function toNumber(cell: string): number | string | undefined {
  const text = cell.trim();
  if (text === '') return undefined;
  return /^\d{1,15}(?:[.,]\d{1,15})?$/.test(text) ? Number(text.replace(',', '.')) : text;
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  wahr: true,
  ja: true,
  false: false,
  no: false,
  '0': false,
  falsch: false,
  nein: false,
};

function toBoolean(cell: string): boolean | string | undefined {
  const text = cell.trim().toLowerCase();
  return text === '' ? undefined : (BOOLEANS[text] ?? text);
}

/** The same mapping has the same id each time: what can be read of it, and what tells it apart. */
function makeId({ subject, integrationId, target }: Omit<DoorMapping, 'id'>): string {
  const whole = JSON.stringify([subject.type, subject.source, subject.id, integrationId, target.type, target.id]);
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 12);
  const readable = `${subject.id}-${target.type}-${target.id}`.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[._-]+/, '');
  return `${readable.slice(0, 50)}-${hash}`.replace(/^[._-]+/, '');
}

function withoutDoubles({ rows, errors }: ParsedMappings): ParsedMappings {
  const first = new Map<string, number>();
  const doubles = rows.flatMap(({ line, mapping }) => {
    const before = first.get(mapping.id);
    if (before === undefined) first.set(mapping.id, line);
    return before === undefined ? [] : [fault(line, 'id', `the same mapping is in line ${before} already`)];
  });
  return { rows, errors: [...errors, ...doubles].sort((left, right) => left.line - right.line) };
}
