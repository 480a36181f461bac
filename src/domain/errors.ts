/** Every error that leaves this program by name. The HTTP status of each is in one table, `src/http/problems.ts`. */
export const ERROR_CODES = [
  'invalid_request',
  'invalid_json',
  'body_too_large',
  'unauthenticated',
  'forbidden',
  'not_found',
  'unknown_resource',
  'unknown_plan',
  'unknown_pass_type',
  'unknown_member',
  'unknown_location',
  'unknown_integration',
  'unknown_source',
  'version_kind_mismatch',
  'idempotency_key_reused',
  'too_many_requests',
  'precondition_failed',
  'conflict',
  'kisi_key_refused',
  'kisi_rights_missing',
  'kisi_unreachable',
  'other_kisi_organization',
  'kisi_organization_taken',
  'unavailable',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** One wrong field: a path like `member.email`, and what was expected there. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/**
 * A failure with a name.
 *
 * `publicMessage` goes to the caller and says what to do next; `details` carry ids and field names, never personal data
 * or secrets.
 */
export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    readonly publicMessage: string,
    readonly details: { readonly fields?: readonly FieldError[]; readonly [key: string]: unknown } = {},
    options: { readonly cause?: unknown } = {},
  ) {
    super(publicMessage, options);
  }
}
