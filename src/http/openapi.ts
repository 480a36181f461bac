import { extendZodWithOpenApi, OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { ERROR_CODES } from '../domain/errors';
import type { AnyRoute } from './route';

extendZodWithOpenApi(z);

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.enum(ERROR_CODES),
    detail: z.string().describe('What to do next.'),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
  })
  .meta({ id: 'Problem' });

/** The documentation of the API, made from the same schemas that check the requests. */
export function createOpenApi(routes: readonly AnyRoute[]): object {
  const registry = new OpenAPIRegistry();
  const bearer = registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  const problemContent = { 'application/problem+json': { schema: problem } };
  for (const one of routes) {
    const hasBody = one.method !== 'get' && one.method !== 'delete';
    registry.registerPath({
      method: one.method,
      path: one.path.replace(/:(\w+)/g, '{$1}'),
      tags: [one.tag],
      summary: one.summary,
      description: [one.description, `Needs the scope \`${one.scope}\`.`].filter(Boolean).join(' '),
      security: [{ [bearer.name]: [one.scope] }],
      request: {
        params: one.params,
        query: one.query,
        ...(hasBody ? { body: { content: { 'application/json': { schema: one.body } } } } : {}),
        ...(one.takesIdempotencyKey === true
          ? { headers: z.object({ 'Idempotency-Key': z.string().optional() }) }
          : {}),
      },
      responses: {
        ...Object.fromEntries(
          Object.entries(one.answers).map(([status, { description, schema, contentType = 'application/json' }]) => [
            status,
            { description, ...(schema === undefined ? {} : { content: { [contentType]: { schema } } }) },
          ]),
        ),
        '4XX': { description: 'A problem, with the wrong fields where it is about them.', content: problemContent },
      },
    });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version: '1',
      description: 'Bookings in, doors open for exactly the right time. Instants are ISO 8601 with an offset.',
    },
    servers: [{ url: '/' }],
  });
}
