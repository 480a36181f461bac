/** One wrong field of what was sent, by its path. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/**
 * What the API answered instead of what was asked for; `status` 0 when nothing answered at all.
 *
 * `detail` says what to do next, in English, as the API wrote it.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly fields: readonly FieldProblem[],
    readonly requestId: string | null,
  ) {
    super(`${title}. ${detail}`);
  }
}

/** The error for a call that nobody answered. */
export function unreachable(): ApiError {
  return new ApiError(0, 'unreachable', 'Latchkey cannot be reached', 'Check the connection and try again.', [], null);
}

/** True for what passes by itself: the same call is worth repeating. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 503);
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** True when somebody else changed the object meanwhile (`If-Match`). */
export function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof ApiError && error.status === 412;
}

/** Reads problem+json (RFC 9457); whatever else came is told by its status. */
export function toApiError(status: number, body: unknown): ApiError {
  const text = (key: string): string | null => {
    const value = read(body, key);
    return typeof value === 'string' ? value : null;
  };
  const errors = read(body, 'errors');
  const fields = Array.isArray(errors) ? errors.flatMap(toField) : [];
  return new ApiError(
    status,
    text('code') ?? 'internal',
    text('title') ?? `HTTP ${status}`,
    text('detail') ?? '',
    fields,
    text('requestId'),
  );
}

function toField(error: unknown): FieldProblem[] {
  const field = read(error, 'field');
  const message = read(error, 'message');
  return typeof field === 'string' && typeof message === 'string' ? [{ field, message }] : [];
}

function read(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}
