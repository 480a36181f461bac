import fc from 'fast-check';
import { formatMappingsCsv, parseMappingsCsv } from '../../src/http/door-mapping-csv';
import { label } from '../../src/http/schemas';
import { SUBJECT_TYPES, TARGET_TYPES, type DoorMapping } from '../../src/usecases/door-mappings';

const HEADER =
  'id,subject_type,source,subject_id,integration_id,target_type,target_id,name,lead_minutes,grace_minutes,enabled';
const row = (change: Record<string, string> = {}): string =>
  HEADER.split(',')
    .map((name) => change[name] ?? VALUES[name] ?? '')
    .join(',');
const VALUES: Record<string, string> = {
  id: 'one',
  subject_type: 'resource',
  source: 'default',
  subject_id: 'thames',
  integration_id: 'kisi',
  target_type: 'group',
  target_id: '4002',
  name: 'Thames',
  enabled: 'true',
};

const name = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((text) => {
  const parsed = label.safeParse(text);
  return parsed.success && parsed.data === text;
});
const tricky = fc.constantFrom('=1+1', "'=1+1", "''=x", '+49', '-x', '@x', "'x", 'a;b', 'a,b', 'a "b"', '＝1', "'");
const mapping: fc.Arbitrary<Omit<DoorMapping, 'id'>> = fc.record({
  subject: fc.record({
    type: fc.constantFrom(...SUBJECT_TYPES),
    source: fc.constantFrom('default', 'nexudus'),
    id: fc.constantFrom('thames', '=cmd', 'Room 7, left', "'", 'Zürich;"a"', '-1'),
  }),
  integrationId: fc.constantFrom('kisi', 'b7'),
  target: fc.record({ type: fc.constantFrom(...TARGET_TYPES), id: fc.integer({ min: 1, max: 2_147_483_647 }) }),
  name: fc.oneof(name, tricky),
  leadMinutes: fc.constantFrom(null, 0, 15, 7.5),
  graceMinutes: fc.constantFrom(null, 0, 10_080),
  enabled: fc.boolean(),
});
const file = fc
  .array(mapping, { minLength: 1, maxLength: 8 })
  .map((all) => all.map((one, index): DoorMapping => ({ id: `m-${index}`, ...one })));

describe('door mappings as CSV', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(file, (mappings) => {
        const { rows, errors } = parseMappingsCsv(formatMappingsCsv(mappings));
        expect(errors).toEqual([]);
        expect(rows.map((one) => one.mapping)).toEqual(mappings);
      }),
    );
  });

  it('hold no cell that a spreadsheet takes for a formula', () => {
    const csv = formatMappingsCsv([
      {
        id: 'm',
        subject: { type: 'resource', source: 'default', id: '=cmd' },
        integrationId: 'kisi',
        target: { type: 'lock', id: 1 },
        name: '@SUM(A1)',
        leadMinutes: null,
        graceMinutes: 5,
        enabled: true,
      },
    ]);
    expect(csv).toBe(`${HEADER}\r\nm,resource,default,'=cmd,kisi,lock,1,'@SUM(A1),,5,true\r\n`);
  });

  it.each([
    ['a byte order mark and CRLF', `\uFEFF${HEADER}\r\n${row()}\r\n`],
    ['semicolons', `${HEADER}\n${row()}`.replaceAll(',', ';')],
    ['tabs', `${HEADER}\n${row()}`.replaceAll(',', '\t')],
    [
      'names of columns in capitals, in another order',
      'NAME,Target_ID,target_type,integration_id,subject_id,subject_type,id\nThames,4002,group,kisi,thames,resource,one',
    ],
    ['empty lines and none at the end', `\n${HEADER}\n\n${row()}\n,,,,,,,,,,\n`],
    ['words of a German spreadsheet', `${HEADER}\n${row({ enabled: 'WAHR' })}`],
  ])('are read with %s', (_what, csv) => {
    const { rows, errors } = parseMappingsCsv(csv);
    expect(errors).toEqual([]);
    expect(rows.map((one) => one.mapping)).toMatchObject([
      {
        id: 'one',
        subject: { type: 'resource', source: 'default', id: 'thames' },
        target: { id: 4002 },
        enabled: true,
      },
    ]);
  });

  it('have a decimal comma where semicolons separate', () => {
    const csv = `${HEADER}\n${row({ lead_minutes: '7#5' })}`.replaceAll(',', ';').replace('7#5', '7,5');
    expect(parseMappingsCsv(csv).rows[0]?.mapping.leadMinutes).toBe(7.5);
  });

  it.each([
    ['an empty file', '', 1, null],
    ['only a header', HEADER, 1, null],
    ['an unknown column', `${HEADER},colour\n${row()},red`, 1, 'colour'],
    ['a column twice', `${HEADER},name\n${row()},x`, 1, 'name'],
    ['a missing column', `${HEADER.replace('target_id,', '')}\n`, 1, 'target_id'],
    ['a cell too few', `${HEADER}\n${row()}\nresource,default`, 3, null],
    ['an id of a door that is no number', `${HEADER}\n${row({ target_id: '12a' })}`, 2, 'target_id'],
    ['no id of a door', `${HEADER}\n${row({ target_id: '' })}`, 2, 'target_id'],
    ['a kind of target that is none', `${HEADER}\n${row({ target_type: 'door' })}`, 2, 'target_type'],
    ['a kind of subject that is none', `${HEADER}\n\n${row({ subject_type: 'boat' })}`, 3, 'subject_type'],
    ['negative minutes', `${HEADER}\n${row({ lead_minutes: '-5' })}`, 2, 'lead_minutes'],
    ['too many minutes', `${HEADER}\n${row({ grace_minutes: '20000' })}`, 2, 'grace_minutes'],
    ['neither yes nor no', `${HEADER}\n${row({ enabled: 'maybe' })}`, 2, 'enabled'],
    ['an id that cannot stand in an address', `${HEADER}\n${row({ id: 'a b' })}`, 2, 'id'],
    ['no name', `${HEADER}\n${row({ name: '' })}`, 2, 'name'],
    ['an id twice', `${HEADER}\n${row()}\n${row({ name: 'Again' })}`, 3, 'id'],
    ['a line after a cell of two lines', `${HEADER}\n${row({ name: '"a\nb"' })}`, 2, 'name'],
    ['a quote that never ends', `${HEADER}\n${row({ name: '"a' })}\n${row({ id: 'two' })}`, 2, null],
  ])('name line and column for %s', (_what, csv, line, column) => {
    const { errors } = parseMappingsCsv(csv);
    expect(errors[0]).toMatchObject({ line, column, message: expect.any(String) });
  });

  it('count the lines of the file, also behind a cell of several lines', () => {
    const csv = `${HEADER}\n${row({ id: 'a', name: '"x\ny\nz"' })}\n${row({ id: 'b', target_id: 'x' })}`;
    expect(parseMappingsCsv(csv).errors.map(({ line }) => line)).toEqual([2, 5]);
  });

  it('get the same id each time where they have none', () => {
    const without = row({ id: '', subject_id: 'Zürich 7' });
    const [first, second] = [1, 2].map(() => parseMappingsCsv(`${HEADER}\n${without}`).rows[0]?.mapping.id);
    expect(first).toMatch(/^Z-rich-7-group-4002-[0-9a-f]{12}$/);
    expect(second).toBe(first);
    const other = parseMappingsCsv(`${HEADER}\n${row({ id: '', subject_id: 'Zürich-7' })}`).rows[0]?.mapping.id;
    expect(other).not.toBe(first);
  });

  it('are at most 10,000 rows', () => {
    const many = Array.from({ length: 10_001 }, (_, index) => row({ id: `m-${index}` })).join('\n');
    expect(parseMappingsCsv(`${HEADER}\n${many}`).errors).toMatchObject([{ line: 10_002, column: null }]);
  });
});
