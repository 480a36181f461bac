import { z } from 'zod';
import type { KisiOutcome } from '../domain/outcomes';
import { assignmentSchema, groupSchema, userSchema, type KisiAssignment } from './schemas';
import type { KisiTransport } from './transport';

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** One page of a list, and how many rows the whole list had when it was read. */
export interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** Kisi API: users come at most 100 a page, everything else 250. */
export const SWEEP_PAGE_SIZES = { groups: 250, users: 100, assignments: 250 } as const;
/** Kisi API: no offset above this anywhere. */
export const LAST_OFFSET = 20_000;

const userDetailsSchema = userSchema.extend({ email: z.string(), name: z.string().nullish() });

/** Lists page by page, for whoever goes through all of them at leisure; and the one user that an adoption is about. */
export function aboutPages(transport: KisiTransport) {
  return {
    pageOfGroups: (offset: number, { signal }: CallOptions = {}) =>
      readPage(transport, { path: '/groups', offset, limit: SWEEP_PAGE_SIZES.groups, signal }, groupSchema),
    pageOfUsers: (offset: number, { signal }: CallOptions = {}) =>
      readPage(transport, { path: '/users', offset, limit: SWEEP_PAGE_SIZES.users, signal }, userSchema),
    pageOfAssignments: (offset: number, { signal }: CallOptions = {}): Promise<KisiOutcome<ListPage<KisiAssignment>>> =>
      readPage(
        transport,
        { path: '/role_assignments', offset, limit: SWEEP_PAGE_SIZES.assignments, signal },
        assignmentSchema,
      ),
    /** Who a Kisi user is: the address and name that a person of ours is made from. */
    async getUserDetails(
      id: number,
      { signal }: CallOptions = {},
    ): Promise<KisiOutcome<{ readonly id: number; readonly email: string; readonly name: string }>> {
      const found = await transport.send({ method: 'GET', path: `/users/${id}`, signal }, userDetailsSchema);
      if (found.kind !== 'done') return found;
      const { email, name } = found.value.value;
      return { kind: 'done', value: { id, email, name: name ?? email } };
    },
  };
}

/**
 * One page. A page without a range, with another start than was asked for or with an id twice is `unknown`: nobody may
 * conclude anything from it. Source: Kisi API, pagination (`end` is not clipped, empty is `*` + `/0`).
 */
async function readPage<Row extends { readonly id: number }>(
  transport: KisiTransport,
  { path, offset, limit, signal }: { path: string; offset: number; limit: number; signal: AbortSignal | undefined },
  schema: z.ZodType<Row>,
): Promise<KisiOutcome<ListPage<Row>>> {
  const page = await transport.send({ method: 'GET', path, params: { limit, offset }, signal }, z.array(schema));
  if (page.kind !== 'done') return page;
  const { value: rows, range } = page.value;
  const match = range === null ? null : /^(?:(\d+)-\d+|\*)\/(\d+)$/.exec(range);
  if (!match) return { kind: 'unknown', cause: 'a list without its range' };
  if (match[1] !== undefined && Number(match[1]) !== offset) return { kind: 'unknown', cause: 'another page' };
  if (new Set(rows.map(({ id }) => id)).size !== rows.length) return { kind: 'unknown', cause: 'an id twice' };
  return { kind: 'done', value: { rows, total: Number(match[2]) } };
}
