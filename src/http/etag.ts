import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors';

/** A tag that changes whenever what is answered changes. */
export function etagOf(body: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 27)}"`;
}

/**
 * Lets a change through if the caller saw the object as it is now. Without `If-Match` nothing is compared.
 *
 * @param current what a GET would answer, or null where there is nothing yet
 * @throws AppError precondition_failed
 */
export function checkIfMatch(ifMatch: string | null, current: unknown): void {
  if (ifMatch === null) return;
  const isMatch =
    current !== null && (ifMatch === '*' || ifMatch.split(',').some((one) => one.trim() === etagOf(current)));
  if (!isMatch) throw new AppError('precondition_failed', 'Somebody was faster: read it again and repeat the change.');
}
