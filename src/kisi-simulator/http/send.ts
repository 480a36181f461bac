import type { ServerResponse } from 'node:http';
import type { Reply } from './reply';

let dateText = '';
let dateSecond = -1;

/** The simulated time as an HTTP date, made once a second. */
function toHttpDate(now: number): string {
  const second = Math.floor(now / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(now).toUTCString();
  }
  return dateText;
}

function bodyOf(reply: Reply): string | null {
  if (reply.text !== undefined) return reply.text;
  return reply.body === undefined ? null : JSON.stringify(reply.body);
}

function headersOf(reply: Reply, body: string | null, now: number): Record<string, string> {
  return {
    Date: toHttpDate(now),
    ...(body === null ? {} : { 'Content-Type': reply.contentType ?? 'application/json; charset=utf-8' }),
    ...(reply.status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(body ?? '')) }),
    ...reply.headers,
  };
}

/** Sends a reply. @param now simulated, epoch milliseconds: what the `Date` header says */
export function send(response: ServerResponse, reply: Reply, now: number): void {
  const body = bodyOf(reply);
  response.sendDate = false;
  response.writeHead(reply.status, headersOf(reply, body, now));
  response.end(body ?? undefined);
}

/** Sends the first half of the body as if it were all; the connection stays usable. */
export function sendTruncated(response: ServerResponse, reply: Reply, now: number): void {
  const body = bodyOf(reply) ?? '{"id":';
  const half = body.slice(0, Math.max(1, Math.floor(body.length / 2)));
  const status = reply.status === 204 ? 200 : reply.status;
  send(response, { ...reply, status, text: half, contentType: 'application/json; charset=utf-8' }, now);
}
