import type { IncomingMessage } from 'node:http';
import { refuse } from './reply';

const MOST_BYTES = 1_048_576;

/**
 * The JSON body, or undefined without one: clients send `Content-Type: application/json` with nothing on GET and DELETE.
 *
 * @throws Refusal 400 when it is not JSON, 413 when it is too long
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) {
    return undefined;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const piece: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw refuse(413, '000413', 'The body is too long.');
    chunks.push(piece);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    throw refuse(400, '000400', 'The body is not valid JSON.');
  }
}
