import type { ErrorRequestHandler, Response } from 'express';
import { AppError, type ErrorCode, type FieldError } from '../domain/errors';
import type { HttpDeps } from './deps';

/** The one table from error codes to HTTP. */
const STATUS: Record<ErrorCode, readonly [status: number, title: string]> = {
  invalid_request: [422, 'The request is not valid'],
  invalid_json: [400, 'The body is not JSON'],
  body_too_large: [413, 'The body is too large'],
  unauthenticated: [401, 'Not signed in'],
  forbidden: [403, 'Not allowed'],
  not_found: [404, 'Not found'],
  unknown_resource: [422, 'Unknown resource'],
  unknown_plan: [422, 'Unknown plan'],
  unknown_pass_type: [422, 'Unknown pass type'],
  unknown_member: [422, 'Unknown member'],
  unknown_location: [422, 'Unknown location'],
  unknown_integration: [422, 'Unknown integration'],
  unknown_source: [422, 'Unknown source'],
  version_kind_mismatch: [422, 'Another kind of version'],
  idempotency_key_reused: [422, 'Idempotency-Key used before'],
  too_many_requests: [429, 'Too many requests'],
  precondition_failed: [412, 'Changed meanwhile'],
  conflict: [409, 'Conflict'],
  kisi_key_refused: [422, 'Kisi refuses the key'],
  kisi_rights_missing: [422, 'The key lacks rights'],
  other_kisi_organization: [409, 'Another Kisi organization'],
  kisi_organization_taken: [409, 'Connected already'],
  kisi_unreachable: [502, 'Kisi did not answer'],
  unavailable: [503, 'Not available now'],
  internal: [500, 'Something went wrong'],
};

/** RFC 9457, with our code and the wrong fields. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly requestId: string;
}

export function sendProblem(response: Response, error: AppError): void {
  const [status, title] = STATUS[error.code];
  const { fields, retryAfterSeconds } = error.details;
  const body: ProblemBody = {
    type: 'about:blank',
    title,
    status,
    code: error.code,
    detail: error.publicMessage,
    ...(fields === undefined ? {} : { errors: fields }),
    requestId: String(response.locals['requestId'] ?? ''),
  };
  if (typeof retryAfterSeconds === 'number') response.setHeader('Retry-After', retryAfterSeconds);
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
}

const RETRY_AFTER_SECONDS = 5;

/** Errors by name become problems; what has no name is logged and says nothing about the inside. */
export function createErrorHandler({
  logger,
  isUnavailable,
}: Pick<HttpDeps, 'logger' | 'isUnavailable'>): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = error instanceof AppError ? error : fromBodyParser(error);
    if (known === null) logger.error({ error, requestId: String(response.locals['requestId']) }, 'a request failed');
    if (known !== null) return sendProblem(response, known);
    if (isUnavailable(error)) {
      response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
      return sendProblem(response, new AppError('unavailable', 'The database cannot be reached. Send it again later.'));
    }
    const message = 'The request failed on our side. Try again, and tell us the requestId if it stays.';
    sendProblem(response, new AppError('internal', message));
  };
}

/** What Express says about a body it cannot read. */
function fromBodyParser(error: unknown): AppError | null {
  if (!(error instanceof Error) || !('type' in error)) return null;
  switch (error.type) {
    case 'entity.too.large':
      return new AppError('body_too_large', `The body may have at most ${limitOf(error)}.`);
    case 'entity.parse.failed':
    case 'encoding.unsupported':
    case 'charset.unsupported':
    case 'request.size.invalid':
    case 'request.aborted':
      return new AppError('invalid_json', 'The body must be JSON in UTF-8.');
    default:
      return null;
  }
}

const KILOBYTE = 1024;

function limitOf(error: Error): string {
  const limit = 'limit' in error && typeof error.limit === 'number' ? error.limit : 0;
  return limit >= KILOBYTE * KILOBYTE ? `${limit / KILOBYTE / KILOBYTE} MB` : `${limit / KILOBYTE} kB`;
}

/** @returns a problem that names one wrong field and what was expected there */
export function wrongField(field: string, message: string): AppError {
  return new AppError('invalid_request', `${field}: ${message}`, { fields: [{ field, message }] });
}
