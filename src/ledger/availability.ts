import { Prisma } from './generated/client';

/** Prisma, error reference: cannot reach, timed out, closed, no connection in time. */
const CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024']);
const REASONS = /DatabaseNotReachable|ConnectionClosed|SocketTimeout|57P0[123]|ECONNREFUSED|ECONNRESET/;
/** What the `pg` driver says when a connection ends under a query; it gives no code. */
const ENDED = /^Connection terminated/;

/** True when a failure means that the database cannot be reached just now: trying again later is right. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    return CODES.has(error.code) || REASONS.test(JSON.stringify(error.meta ?? {}));
  }
  return error instanceof Error && (ENDED.test(error.message) || REASONS.test(error.message));
}
