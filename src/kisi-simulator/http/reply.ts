/** What a route answers; sending it is the pipeline's business, which may lose, cut or delay it. */
export interface Reply {
  readonly status: number;
  /** JSON; nothing is an empty body. */
  readonly body?: unknown;
  /** Instead of JSON. */
  readonly text?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Kisi API: create and read answer 200 with the object, never 201. */
export const ok = (body: unknown): Reply => ({ status: 200, body });

/** Kisi API: update and delete answer 204 with an empty body. */
export const noContent: Reply = { status: 204 };

/** Thrown by a route when Kisi would refuse; carries the answer. */
export class Refusal extends Error {
  constructor(readonly reply: Reply) {
    super(`refused with status ${reply.status}`);
  }
}

/** Kisi API, error handling: `{ error, code }` for everything but 422. */
export function refuse(status: number, code: string, error: string): Refusal {
  return new Refusal({ status, body: { code, error } });
}

/** Kisi API, error handling: 422 has only `{ errors: { field: [messages] } }`. */
export function unprocessable(errors: Readonly<Record<string, readonly string[]>>): Refusal {
  return new Refusal({ status: 422, body: { errors } });
}

export const notFound = (): Refusal => refuse(404, '000404', 'The record does not exist.');
export const accessDenied = (): Refusal => refuse(403, 'fcd8ef', 'Access denied.');
export const alreadyExists = (): Refusal => refuse(409, '000409', 'The record already exists');
export const unknownEndpoint: Reply = {
  status: 404,
  body: { code: '000404', error: 'The endpoint does not exist, please check your request.' },
};
