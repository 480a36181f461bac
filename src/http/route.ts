import { Readable } from 'node:stream';
import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import { AppError, type FieldError } from '../domain/errors';
import type { Principal, Scope } from '../usecases/catalogue';
import { authenticate } from './auth';
import type { HttpDeps } from './deps';
import { sendStream } from './text-stream';

/** What a handler answers; `null` is an empty body, a `Readable` a long text that is made while it is sent. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly principal: Principal;
  readonly headers: {
    readonly idempotencyKey: string | null;
    readonly ifMatch: string | null;
    /** A table instead of JSON was asked for (`Accept: text/csv`). */
    readonly prefersCsv: boolean;
  };
}

interface AnswerDescription {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Another than JSON; the handler answers a text and this type. */
  readonly contentType?: string;
}

/** One route: what it takes, who may call it and what it answers. The documentation is made from the same description. */
export interface Route<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  /** Express style, `/v1/bookings/:id`. */
  readonly path: string;
  readonly scope: Scope;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly takesIdempotencyKey?: boolean;
  /** How large a body may be; without, what every route takes. */
  readonly maxBytes?: number;
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  readonly handle: (deps: HttpDeps, call: Call<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Answer>;
}

/** A route with its types closed over, for lists of routes. */
export interface AnyRoute extends Omit<Route<z.ZodObject, z.ZodObject, z.ZodType>, 'handle'> {
  readonly run: (deps: HttpDeps, request: Request) => Promise<Answer>;
}

export const nothing = z.strictObject({});
export const noBody = z.undefined();

/** Closes over a route's types: parses everything strictly before the handler sees it. */
export function route<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  definition: Route<Params, Query, Body>,
): AnyRoute {
  const { handle, ...rest } = definition;
  return {
    ...rest,
    async run(deps, request) {
      const principal = await authenticate(deps, request, definition.scope);
      const params = parse(definition.params, request.params, '');
      const query = parse(definition.query, { ...request.query }, '');
      const hasBody = definition.method !== 'get' && definition.method !== 'delete';
      const body = parse(definition.body, hasBody ? request.body : undefined, 'body');
      const idempotencyKey = parse(idempotencyKeySchema, request.get('idempotency-key'), 'Idempotency-Key') ?? null;
      const prefersCsv = request.accepts(['application/json', 'text/csv']) === 'text/csv';
      const headers = { idempotencyKey, ifMatch: request.get('if-match') ?? null, prefersCsv };
      return handle(deps, { params, query, body, principal, headers });
    },
  };
}

const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'expected 1 to 200 visible ASCII characters')
  .optional();

/** @throws AppError naming every wrong field with what was expected */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, whole: string): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: sayWhatWasExpected });
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.flatMap((issue) => toFields(issue, whole));
  const [first] = fields;
  throw new AppError('invalid_request', `${first?.field ?? whole}: ${first?.message ?? 'is not valid'}`, { fields });
}

/** For schemas that say nothing themselves about a value of another type, a missing one included. */
function sayWhatWasExpected(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === 'invalid_type'
    ? `expected ${issue.expected === 'object' ? 'an' : 'a'} ${issue.expected}`
    : undefined;
}

function toFields(issue: z.core.$ZodIssue, whole: string): FieldError[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: path === '' ? key : `${path}.${key}`,
      message: 'is not a field we know; leave it out',
    }));
  }
  return [{ field: path === '' ? whole : path, message: issue.message }];
}

/** Adds a route to an Express router. */
export function mount(router: Router, deps: HttpDeps, one: AnyRoute): void {
  router[one.method](one.path, (request: Request, response: Response, next) => {
    one
      .run(deps, request)
      .then(async ({ status, body, headers }) => {
        response.status(status).set(headers ?? {});
        if (body instanceof Readable) await sendStream(deps.logger, body, response);
        else if (body === null) response.end();
        else if (response.hasHeader('Content-Type')) response.send(body);
        else response.json(body);
      })
      .catch(next);
  });
}
