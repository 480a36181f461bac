import { z } from 'zod';
import { END_REASONS } from '../domain/entitlement';
import { DOOR_RESULTS, OFFLINE_LIMIT } from '../domain/receipts';
import { toIso } from '../domain/time';
import type { ReceiptDoor, ReceiptView } from '../usecases/receipts';
import { isoText } from './schemas';

const entitlement = z
  .object({ kind: z.string(), source: z.string(), id: z.string() })
  .meta({ id: 'EntitlementName', description: 'What gave the access, as its platform names it.' });

const request = z
  .object({
    intentId: z.string().describe('The request as Latchkey wrote it down before it was sent.'),
    kind: z.string().describe('What became of it, as in the timeline: `access_revoked`, `revoke_unanswered` …'),
    deletion: z
      .string()
      .describe(
        'What Kisi answered to the deletion: `done`, `gone` (there was none any more), or why not: `unknown` …',
      ),
    readBack: z
      .string()
      .nullable()
      .describe('What Kisi answered when asked at once whether it is still there: `gone`.'),
  })
  .meta({ id: 'DeletionRequest' });

const door = z
  .object({
    integrationId: z.string(),
    groupId: z.number(),
    lockId: z.number().nullable().describe('The lock that the group stands for, where it is one of ours.'),
    name: z.string().nullable().describe('As Kisi called it when its doors were last read.'),
    personId: z.string(),
    from: isoText,
    until: isoText.nullable(),
    result: z
      .enum(DOOR_RESULTS)
      .describe(
        'removed: deleted at Kisi and read back as absent. kept: another entitlement still gives it. never_given: Kisi ' +
          'never had it. foreign: the assignment at Kisi is not ours and was left alone. observed: the integration only ' +
          'observes. expired: nobody could look, but Kisi had its end. unverified: nobody could look, nothing proves it. ' +
          'written_off: the same, and an operator answers for it.',
      ),
    refusedAt: isoText.nullable().describe('From when Kisi refused by itself, by the end that the assignment carried.'),
    deletedAt: isoText.nullable().describe('When Kisi said that the assignment is deleted.'),
    verifiedAbsentAt: isoText.nullable().describe('When Kisi was asked for it and did not have it any more.'),
    attempts: z.number().describe('How often its deletion was asked for.'),
    request: request.nullable().describe('The last request for its deletion; null where none was needed.'),
    keptFor: z.array(entitlement).describe('Which other entitlements gave the same door to the same person then.'),
    opensAgainAt: isoText.nullable().describe('Where those come later: until then Kisi refuses.'),
    writtenOffBy: z.string().nullable(),
    writeOffReason: z.string().nullable(),
  })
  .meta({ id: 'DoorOfReceipt' });

export const receiptSchema = z
  .object({
    id: z.string(),
    number: z.number().describe("Its place in the organization's chain, from 1."),
    entitlement,
    memberId: z.string().nullable(),
    memberName: z.string().nullable().describe('As it is now; no part of the receipt.'),
    timeZone: z.string().nullable().describe('Of the location, IANA.'),
    ending: z.number().describe('The how-manieth ending of this entitlement: it may come back and end again.'),
    reason: z.enum(END_REASONS),
    dueAt: isoText.describe('When access had to end: the end of the window, or when the news of an early end arrived.'),
    writtenAt: isoText,
    lateSeconds: z
      .number()
      .nullable()
      .describe('From when it was due until the last door closed. Null: nothing was taken away, or nobody knows when.'),
    verified: z.boolean().describe('False: of some door nobody could read back whether it is shut.'),
    doors: z.array(door),
    limit: z.string().describe('What a receipt cannot prove.'),
    contentHash: z.string().describe('SHA-256 of the canonical content, see the log.'),
    previousHash: z.string().describe('The hash of the receipt before.'),
    hash: z.string().describe('SHA-256 of number, previous hash and content hash.'),
  })
  .meta({ id: 'Receipt' });

/** A receipt as the API answers it. */
export function presentReceipt(receipt: ReceiptView): z.input<typeof receiptSchema> {
  const { isVerified, dueAt, writtenAt, doors, contentHash, previousHash, hash, ...rest } = receipt;
  const { id, number, memberId, memberName, timeZone, ending, reason, lateSeconds } = rest;
  return {
    ...{ id, number, memberId, memberName, timeZone, ending, reason, lateSeconds },
    entitlement: { ...receipt.entitlement },
    dueAt: toIso(dueAt),
    writtenAt: toIso(writtenAt),
    verified: isVerified,
    doors: doors.map(presentDoor),
    limit: OFFLINE_LIMIT,
    ...{ contentHash, previousHash, hash },
  };
}

function presentDoor({ request: asked, keptFor, ...one }: ReceiptDoor): z.input<typeof door> {
  return { ...one, request: asked === null ? null : { ...asked }, keptFor: keptFor.map((other) => ({ ...other })) };
}
