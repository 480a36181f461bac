import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Logger } from '../logger';

/**
 * A text that is made while it is sent, page by page, so that no answer has to fit into memory.
 *
 * The first piece is made before anything is answered: what is wrong by then is answered as a problem. What fails later
 * breaks the connection, so nobody takes a part for the whole.
 */
export async function streamText(pieces: AsyncIterable<string>): Promise<Readable> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return Readable.from(rest(first, iterator), { objectMode: false });
}

async function* rest(
  first: IteratorResult<string>,
  iterator: AsyncIterator<string>,
): AsyncGenerator<Buffer, void, undefined> {
  for (let piece = first; piece.done !== true; piece = await iterator.next()) yield Buffer.from(piece.value, 'utf8');
}

/** Sends it to its end, or breaks the connection; a caller who went away is nobody's fault. */
export async function sendStream(logger: Logger, body: Readable, response: Response): Promise<void> {
  try {
    await pipeline(body, response);
  } catch (error) {
    const hasLeft = error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!hasLeft) logger.error({ error, requestId: String(response.locals['requestId']) }, 'an answer broke off');
  }
}
