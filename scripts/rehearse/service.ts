import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const localSchema = z.object({
  apiUrl: z.string(),
  simulatorUrl: z.string(),
  simulatorApiKey: z.string(),
  organizationId: z.string(),
  token: z.string(),
  demo: z.object({ integrationId: z.string() }),
});
export type Local = z.output<typeof localSchema>;

/** What the running service wrote about itself. @throws Error that says how to start it */
export function readLocal(home: string): Local {
  const file = join(resolve(home), 'local.json');
  try {
    return localSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`No service runs here (${file} cannot be read). Start it first: npm start`, { cause: error });
  }
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends JSON and reads JSON. */
export async function send(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  return { status: response.status, body: parsed };
}

/** The API of the service with its token, and Kisi's API of the simulator with an operator's key. */
export function createService(local: Local) {
  const expect = async (
    method: string,
    url: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<unknown> => {
    const answer = await send(method, url, headers, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${url} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const authorization = { Authorization: `Bearer ${local.token}` };
  // The operator's own key: what is set up here by hand does not count as a call of the service.
  const operator = { Authorization: 'KISI-LOGIN simulated-key-of-olivia' };
  return {
    api: (method: string, path: string, body?: unknown) => expect(method, local.apiUrl + path, authorization, body),
    tryApi: (method: string, path: string, body?: unknown) => send(method, local.apiUrl + path, authorization, body),
    kisi: (method: string, path: string, body?: unknown) => expect(method, local.simulatorUrl + path, operator, body),
    simulator: (method: string, path: string, body?: unknown) =>
      expect(method, `${local.simulatorUrl}/_simulator${path}`, {}, body),
  };
}
export type Service = ReturnType<typeof createService>;
