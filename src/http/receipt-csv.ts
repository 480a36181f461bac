import { stringify } from 'csv-stringify/sync';
import { toIso } from '../domain/time';
import type { ReceiptDoor, ReceiptView } from '../usecases/receipts';
import { protect } from './door-mapping-csv';

type Cell = string | number | boolean | null;

const RECEIPT_COLUMNS: Readonly<Record<string, (receipt: ReceiptView) => Cell>> = {
  number: ({ number }) => number,
  receipt_id: ({ id }) => id,
  kind: ({ entitlement }) => entitlement.kind,
  source: ({ entitlement }) => entitlement.source,
  entitlement_id: ({ entitlement }) => entitlement.id,
  member_id: ({ memberId }) => memberId,
  ending: ({ ending }) => ending,
  reason: ({ reason }) => reason,
  due_at: ({ dueAt }) => toIso(dueAt),
  written_at: ({ writtenAt }) => toIso(writtenAt),
  late_seconds: ({ lateSeconds }) => lateSeconds,
  verified: ({ isVerified }) => isVerified,
};

const DOOR_COLUMNS: Readonly<Record<string, (door: ReceiptDoor) => Cell>> = {
  integration_id: ({ integrationId }) => integrationId,
  group_id: ({ groupId }) => groupId,
  lock_id: ({ lockId }) => lockId,
  door_name: ({ name }) => name,
  person_id: ({ personId }) => personId,
  access_from: ({ from }) => from,
  access_until: ({ until }) => until,
  result: ({ result }) => result,
  refused_at: ({ refusedAt }) => refusedAt,
  deleted_at: ({ deletedAt }) => deletedAt,
  verified_absent_at: ({ verifiedAbsentAt }) => verifiedAbsentAt,
  attempts: ({ attempts }) => attempts,
  request_id: ({ request }) => request?.intentId ?? null,
  request_result: ({ request }) => request?.kind ?? null,
  deletion_answer: ({ request }) => request?.deletion ?? null,
  read_back_answer: ({ request }) => request?.readBack ?? null,
  kept_for: ({ keptFor }) => keptFor.map(({ kind, source, id }) => `${kind}/${source}/${id}`).join(' '),
  opens_again_at: ({ opensAgainAt }) => opensAgainAt,
};

/** One line a door; a receipt without doors has one line too. */
export const RECEIPT_CSV_COLUMNS = [...Object.keys(RECEIPT_COLUMNS), ...Object.keys(DOOR_COLUMNS), 'hash'];

/** The lines of some receipts as CSV (RFC 4180), ids only; what a spreadsheet would take for a formula has an apostrophe in front. */
export function formatReceiptRows(receipts: readonly ReceiptView[]): string {
  return toCsv(receipts.flatMap(toRows));
}

/** The first line of the file. */
export function formatReceiptHeader(): string {
  return toCsv([RECEIPT_CSV_COLUMNS]);
}

function toRows(receipt: ReceiptView): string[][] {
  const doors: readonly (ReceiptDoor | null)[] = receipt.doors.length === 0 ? [null] : receipt.doors;
  const own = Object.values(RECEIPT_COLUMNS).map((read) => read(receipt));
  return doors.map((door) =>
    [...own, ...Object.values(DOOR_COLUMNS).map((read) => (door === null ? null : read(door))), receipt.hash].map(
      toCell,
    ),
  );
}

function toCell(value: Cell): string {
  return value === null ? '' : protect(String(value));
}

function toCsv(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { record_delimiter: '\r\n' },
  );
}
