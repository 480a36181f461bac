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
 * @param tagOf the tag that a GET answers, where it is not that of the whole body
 * @throws AppError precondition_failed
 */
export function checkIfMatch<T>(
  ifMatch: string | null,
  current: T | null,
  tagOf: (current: T) => string = etagOf,
): void {
  if (ifMatch === null) return;
  const isMatch =
    current !== null && (ifMatch === '*' || ifMatch.split(',').some((one) => one.trim() === tagOf(current)));
  if (!isMatch) throw new AppError('precondition_failed', 'Somebody was faster: read it again and repeat the change.');
}
