import createClient from 'openapi-fetch';
import { ApiError, toApiError, unreachable } from './errors';
import type { paths } from './schema';
import type { SessionPaths } from './session';

/**
 * The API, typed by its own description. The session's cookie signs each call; the header shows that a page of ours made it.
 *
 * Use with {@link unwrap}: `await unwrap(api.GET('/v1/locations', { params: { query: {} } }))`.
 */
export const api = createClient<paths & SessionPaths>({
  credentials: 'same-origin',
  // A tag is about what people edit: an object with the same tag may have another state by now.
  cache: 'no-store',
  headers: { 'X-Latchkey-Admin': '1' },
  fetch: async (request) => {
    try {
      return await fetch(request);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw unreachable();
    }
  },
});

interface Answered<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * What the API answered.
 *
 * @throws ApiError for a problem, or when nothing answered
 */
export async function unwrap<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  return (await unwrapTagged(call)).data;
}

/** An object with the tag of the version that was read; sent back as `If-Match`, it keeps two people from overwriting each other. */
export interface Tagged<Data> {
  readonly data: Data;
  readonly etag: string | null;
}

/** Like {@link unwrap}, with the answer's `ETag`. */
export async function unwrapTagged<Data>(call: Promise<Answered<Data>>): Promise<Tagged<Data>> {
  const { data, error, response } = await call;
  if (!response.ok) throw toApiError(response.status, error);
  if (data === undefined) {
    throw new ApiError(response.status, 'internal', 'The answer cannot be read', 'Reload the page.', [], null);
  }
  return { data, etag: response.headers.get('etag') };
}

/** For calls whose answer has no body. @throws ApiError like {@link unwrap} */
export async function unwrapEmpty(call: Promise<Answered<unknown>>): Promise<void> {
  const { error, response } = await call;
  if (!response.ok) throw toApiError(response.status, error);
}

/** The header that makes a change count only if nobody was faster. */
export function ifMatch(etag: string | null): Record<string, string> {
  return etag === null ? {} : { 'If-Match': etag };
}

/**
 * Makes sure that nothing has this id yet, because a PUT would change what is there.
 *
 * @throws ApiError at the field `id`, with the message
 */
export async function refuseTaken(read: Promise<Answered<unknown>>, message: string): Promise<void> {
  const { error, response } = await read;
  if (response.status === 404) return;
  if (!response.ok) throw toApiError(response.status, error);
  throw new ApiError(409, 'conflict', message, message, [{ field: 'id', message }], null);
}
