import { z } from 'zod';
import { END_REASONS, ENTITLEMENT_KINDS } from '../../domain/entitlement';
import { AppError } from '../../domain/errors';
import { OFFLINE_LIMIT } from '../../domain/receipts';
import type { Principal } from '../../usecases/catalogue';
import type { ReceiptFilter, Receipts } from '../../usecases/receipts';
import { presentReceipt, receiptSchema } from '../present-receipt';
import { formatReceiptHeader, formatReceiptRows, RECEIPT_CSV_COLUMNS } from '../receipt-csv';
import { noBody, nothing, route, type Answer, type AnyRoute } from '../route';
import { externalId, instant, pageOf, pageQuery, presentPage, readPage, slug } from '../schemas';
import { streamText } from '../text-stream';

const tag = 'Receipts';
/** How many receipts are read at once for a file. */
const FILE_PAGE = 500;
const LARGEST_ID = 2 ** 31 - 1;

const kisiId = z.coerce
  .number({ error: 'expected the id of a lock or a group, a number' })
  .int()
  .min(1)
  .max(LARGEST_ID);
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `expected one of ${values.join(', ')}` });

const filters = z.object({
  source: slug.optional(),
  kind: oneOf(ENTITLEMENT_KINDS).optional().describe('Of the entitlement.'),
  entitlementId: externalId.optional().describe('The id of the booking, subscription, pass or grant in its platform.'),
  memberId: externalId.optional().describe('Whoever holds the entitlement, or was let in by it.'),
  integrationId: slug.optional().describe('Some door is of this integration.'),
  groupId: kisiId.optional().describe('Some door is this Kisi group.'),
  lockId: kisiId.optional().describe('Some door is this Kisi lock, where Latchkey keeps a group for it.'),
  reason: oneOf(END_REASONS).optional(),
  verified: z
    .enum(['true', 'false'], { error: 'expected true or false' })
    .optional()
    .describe('false: of some door nobody could read back whether it is shut.'),
  lateSeconds: z.coerce
    .number({ error: 'expected a number of seconds' })
    .min(0, 'expected a number of seconds from 0')
    .max(1e9)
    .optional()
    .describe('The last door closed more than so many seconds after it was due.'),
  dueFrom: instant.optional().describe('Due at this instant or later.'),
  dueUntil: instant.optional().describe('Due before this instant.'),
  createdFrom: instant.optional().describe('Written at this instant or later.'),
  createdUntil: instant.optional().describe('Written before this instant.'),
});

function toFilter({ sourceId }: Principal, query: z.output<typeof filters>): ReceiptFilter {
  return {
    source: sourceId ?? query.source ?? null,
    kind: query.kind ?? null,
    entitlementId: query.entitlementId ?? null,
    memberId: query.memberId ?? null,
    integrationId: query.integrationId ?? null,
    groupId: query.groupId ?? null,
    lockId: query.lockId ?? null,
    reason: query.reason ?? null,
    isVerified: query.verified === undefined ? null : query.verified === 'true',
    lateSeconds: query.lateSeconds ?? null,
    dueFrom: query.dueFrom ?? null,
    dueUntil: query.dueUntil ?? null,
    createdFrom: query.createdFrom ?? null,
    createdUntil: query.createdUntil ?? null,
  };
}

async function* csvOf(
  receipts: Receipts,
  organizationId: string,
  filter: ReceiptFilter,
): AsyncGenerator<string, void, undefined> {
  let page = await receipts.list(organizationId, filter, { limit: FILE_PAGE, after: null });
  yield formatReceiptHeader() + formatReceiptRows(page.items);
  while (page.nextAfter !== null) {
    page = await receipts.list(organizationId, filter, { limit: FILE_PAGE, after: page.nextAfter });
    yield formatReceiptRows(page.items);
  }
}

async function* logOf(
  receipts: Receipts,
  organizationId: string,
  after: number,
): AsyncGenerator<string, void, undefined> {
  for (let last = after; ;) {
    const page = await receipts.log(organizationId, last, FILE_PAGE);
    yield page.map((line) => `${JSON.stringify(line)}\n`).join('');
    const end = page.at(-1);
    if (end === undefined || page.length < FILE_PAGE) return;
    last = end.number;
  }
}

async function answerCsv(receipts: Receipts, organizationId: string, filter: ReceiptFilter): Promise<Answer> {
  return {
    status: 200,
    body: await streamText(csvOf(receipts, organizationId, filter)),
    headers: {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': 'attachment; filename="receipts.csv"',
      Vary: 'Accept',
    },
  };
}

/** The chain is one for all sources: a part of it proves nothing. */
function refuseOneSource({ sourceId }: Principal): void {
  if (sourceId !== null) {
    throw new AppError('forbidden', 'The log is of all sources: this needs a token without a source.');
  }
}

const headSchema = z
  .object({ number: z.number().describe('0: there is no receipt yet.'), hash: z.string() })
  .meta({ id: 'ChainHead' });

/** Proof that access ended, one for each ending. */
export const receiptRoutes: readonly AnyRoute[] = [
  route({
    method: 'get',
    path: '/v1/receipts',
    scope: 'read',
    tag,
    summary: 'List receipts, the newest first',
    description:
      `One for each ending of an entitlement. ${OFFLINE_LIMIT} With \`Accept: text/csv\` or \`format=csv\` all that match, ` +
      `one line a door, as RFC 4180 with the columns ${RECEIPT_CSV_COLUMNS.join(', ')}; \`limit\` and \`cursor\` do not count then.`,
    params: nothing,
    query: z.strictObject({ ...pageQuery, ...filters.shape, format: oneOf(['json', 'csv']).optional() }),
    body: noBody,
    answers: { 200: { description: 'One page.', schema: pageOf(receiptSchema) } },
    handle: async ({ receipts }, { principal, query, headers }) => {
      const filter = toFilter(principal, query);
      const isCsv = query.format === undefined ? headers.prefersCsv : query.format === 'csv';
      if (isCsv) return answerCsv(receipts, principal.organizationId, filter);
      const page = await receipts.list(principal.organizationId, filter, readPage(query));
      return { status: 200, body: presentPage(page, presentReceipt), headers: { Vary: 'Accept' } };
    },
  }),
  // Before one receipt: neither is the id of one.
  route({
    method: 'get',
    path: '/v1/receipts/log',
    scope: 'read',
    tag,
    summary: 'The whole chain, as JSON lines',
    description:
      'In order of number, one receipt a line: `number`, `previousHash`, `contentHash`, `hash`, `content`. The content hash ' +
      'is the SHA-256 of the canonical JSON (RFC 8785) of `content`; the hash that of number, previous hash and content hash ' +
      'with a line feed between them. Check it with `npm run verify-receipts`. The header `Latchkey-Receipts-Head` says ' +
      'with which receipt the chain ended when this answer began.',
    params: nothing,
    query: z.strictObject({
      after: z.coerce
        .number({ error: 'expected the number of a receipt' })
        .int()
        .min(0)
        .max(LARGEST_ID)
        .default(0)
        .describe('Only what comes after this number.'),
    }),
    body: noBody,
    answers: { 200: { description: 'The log.', schema: z.string(), contentType: 'application/x-ndjson' } },
    handle: async ({ receipts }, { principal, query }) => {
      refuseOneSource(principal);
      const head = await receipts.head(principal.organizationId);
      return {
        status: 200,
        body: await streamText(logOf(receipts, principal.organizationId, query.after)),
        headers: {
          'Content-Type': 'application/x-ndjson; charset=utf-8',
          'Content-Disposition': 'attachment; filename="receipts.jsonl"',
          'Latchkey-Receipts-Head': `${head.number}:${head.hash}`,
        },
      };
    },
  }),
  route({
    method: 'get',
    path: '/v1/receipts/head',
    scope: 'read',
    tag,
    summary: 'The end of the chain: write it down elsewhere, and nothing before it can be changed unnoticed',
    params: nothing,
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'Number and hash of the newest receipt.', schema: headSchema } },
    handle: async ({ receipts }, { principal }) => {
      refuseOneSource(principal);
      return { status: 200, body: await receipts.head(principal.organizationId) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/receipts/:id',
    scope: 'read',
    tag,
    summary: 'See one receipt',
    params: z.strictObject({ id: externalId.describe("The receipt's id.") }),
    query: nothing,
    body: noBody,
    answers: { 200: { description: 'The receipt.', schema: receiptSchema } },
    handle: async ({ receipts }, { principal, params: { id } }) => {
      const receipt = await receipts.get(principal.organizationId, id);
      const isTheirs = principal.sourceId === null || receipt?.entitlement.source === principal.sourceId;
      if (receipt === null || !isTheirs) throw new AppError('not_found', 'There is no receipt with this id.');
      return { status: 200, body: presentReceipt(receipt) };
    },
  }),
];
