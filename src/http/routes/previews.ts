import { z } from 'zod';
import { AppError } from '../../domain/errors';
import type { AccessWindow } from '../../domain/windows';
import type { PlannedChange, Preview, PreviewChange } from '../../usecases/preview-change';
import { COLUMN_OF_FIELD, parseMappingsCsv } from '../door-mapping-csv';
import { mappingBody, mappingId, refusedMapping } from '../door-mapping-schemas';
import { wrongField } from '../problems';
import { nothing, route, type AnyRoute } from '../route';
import { isoText, slug, toIsoOrNull } from '../schemas';
import { csvText, MOST_CSV_BYTES, refusedFile } from './door-mapping-files';

const windowSchema = z.object({ from: isoText, until: isoText.nullable() }).nullable();
const effect = z.enum(['gain', 'lose', 'change']);

const previewSchema = z
  .object({
    gain: z.number().describe('People who get a door.'),
    lose: z.number().describe('People who lose a door.'),
    change: z.number().describe('People for whom times or doors are others.'),
    insideNowLosing: z.number().describe('People who may open one of these doors now and could not any more.'),
    unaffected: z
      .number()
      .describe('People concerned who keep what they have for another reason, or have nothing yet.'),
    people: z.array(
      z.object({
        memberId: z.string(),
        memberName: z.string().nullable(),
        effect,
        isInsideNow: z.boolean(),
        groups: z.array(
          z.object({
            integrationId: z.string(),
            groupId: z.number().nullable().describe('Null for a lock whose group does not exist yet.'),
            name: z.string().nullable(),
            before: windowSchema,
            after: windowSchema,
          }),
        ),
      }),
    ),
    more: z.number().describe('How many people are not listed.'),
  })
  .meta({ id: 'Preview' });

const changeBody = z.discriminatedUnion(
  'change',
  [
    z.strictObject({ change: z.literal('save_door_mapping'), id: mappingId, mapping: mappingBody }),
    z.strictObject({ change: z.literal('delete_door_mapping'), id: mappingId }),
    z.strictObject({ change: z.literal('disconnect_integration'), integrationId: slug }),
    z.strictObject({ change: z.literal('import_door_mappings'), csv: csvText }),
  ],
  {
    error: 'expected save_door_mapping, delete_door_mapping, disconnect_integration or import_door_mappings',
  },
);
type ChangeBody = z.output<typeof changeBody>;

/** What a change would do, before it is made. */
export const previewRoutes: readonly AnyRoute[] = [
  route({
    method: 'post',
    path: '/v1/previews',
    scope: 'read',
    tag: 'Door mappings',
    summary: 'What a change would do, by person, before it is made',
    description:
      'Nothing is changed. What counts is the union of everything somebody may enter by: whoever keeps a door for another ' +
      'reason is unaffected. The first 200 people are listed, those inside now who lose a door first.',
    params: nothing,
    query: nothing,
    body: changeBody,
    maxBytes: MOST_CSV_BYTES,
    answers: { 200: { description: 'Whose access it would alter.', schema: previewSchema } },
    handle: async ({ previewChange }, { principal, body }) => ({
      status: 200,
      body: present(await preview(previewChange, principal.organizationId, body)),
    }),
  }),
];

async function preview(previewChange: PreviewChange, organizationId: string, body: ChangeBody): Promise<Preview> {
  const { change, lines } = toPlannedChange(body);
  const answer = await previewChange(organizationId, change);
  switch (answer.kind) {
    case 'preview':
      return answer.preview;
    case 'not_found':
      throw new AppError('not_found', 'There is nothing with this id to change.');
    case 'refused': {
      const problem = refusedMapping(answer.refusal, answer.mapping);
      const { field = 'id', message = problem.publicMessage } = problem.details.fields?.[0] ?? {};
      if (lines === null) throw wrongField(`mapping.${field}`, message);
      throw refusedFile([{ line: lines[answer.index] ?? 0, column: COLUMN_OF_FIELD[field] ?? null, message }]);
    }
  }
}

function toPlannedChange(body: ChangeBody): {
  readonly change: PlannedChange;
  readonly lines: readonly number[] | null;
} {
  switch (body.change) {
    case 'save_door_mapping':
      return { change: { kind: 'save_door_mappings', mappings: [{ id: body.id, ...body.mapping }] }, lines: null };
    case 'delete_door_mapping':
      return { change: { kind: 'delete_door_mapping', id: body.id }, lines: null };
    case 'disconnect_integration':
      return { change: { kind: 'disconnect_integration', integrationId: body.integrationId }, lines: null };
    case 'import_door_mappings': {
      const { rows, errors } = parseMappingsCsv(body.csv);
      if (errors.length > 0) throw refusedFile(errors);
      const mappings = rows.map((row) => row.mapping);
      return { change: { kind: 'save_door_mappings', mappings }, lines: rows.map((row) => row.line) };
    }
  }
}

function present({ people, ...counts }: Preview): z.input<typeof previewSchema> {
  return {
    ...counts,
    people: people.map(({ groups, ...person }) => ({
      ...person,
      groups: groups.map((group) => ({
        ...group,
        before: presentWindow(group.before),
        after: presentWindow(group.after),
      })),
    })),
  };
}

function presentWindow(window: AccessWindow | null): { from: string; until: string | null } | null {
  return window === null ? null : { from: new Date(window.from).toISOString(), until: toIsoOrNull(window.until) };
}
