import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { createLogVerifier, type BrokenLink, type ChainHead } from '../src/usecases/receipt-chain';

const help = `Checks a log of receipts: contents against their hashes, links, gaps, and heads that you wrote down earlier.

  npm run verify-receipts -- --file FILE [--head NUMBER:HASH]...
  npm run verify-receipts -- --url URL --token TOKEN [--head NUMBER:HASH]...

  --file FILE          a log from GET /v1/receipts/log; - reads standard input
  --url URL            reads the log of a running service, like http://127.0.0.1:3000
  --token TOKEN        a token with the scope "read" and no source; $LATCHKEY_TOKEN without
  --head NUMBER:HASH   the end of the chain as it was printed earlier; may be given several times. A log may also begin
                       right after one.

Prints every fault with its line, and at the end the head to write down where nobody of this service can change it.
Without an earlier head a chain that somebody made anew as a whole, or shortened at its end, cannot be told from the true one.
Ends with 0 when the log is whole, 1 when it is broken, 2 when it could not be read.
`;
const BROKEN = 1;
const UNREAD = 2;
/** Nobody reads more. */
const MOST_SHOWN = 50;

interface Source {
  readonly lines: AsyncIterable<string>;
  /** What the service says is the end of the chain. */
  readonly head: ChainHead | null;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      url: { type: 'string' },
      token: { type: 'string' },
      head: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const heads = values.head.map(readHead);
  const source = await open(values);
  const verifier = createLogVerifier(source.head === null ? heads : [...heads, source.head]);
  for await (const line of source.lines) if (line.trim() !== '') verifier.take(line);
  const { receipts, head, broken } = verifier.end();
  for (const one of broken.slice(0, MOST_SHOWN)) process.stdout.write(`${toText(one)}\n`);
  if (broken.length > MOST_SHOWN) process.stdout.write(`… and ${broken.length - MOST_SHOWN} more\n`);
  process.stdout.write(`${receipts} receipts, ${broken.length === 0 ? 'whole' : `${broken.length} faults`}\n`);
  process.stdout.write(`head ${head.number}:${head.hash}\n`);
  process.exitCode = broken.length === 0 ? 0 : BROKEN;
}

function toText({ line, fault, detail }: BrokenLink): string {
  return `${line === 0 ? 'the end' : `line ${line}`}: ${fault}: ${detail}`;
}

function readHead(text: string): ChainHead {
  const [, number, hash] = /^(\d{1,9}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (number === undefined || hash === undefined)
    throw new Error(`--head ${text}: expected NUMBER:HASH as it was printed`);
  return { number: Number(number), hash };
}

async function open({ file, url, token }: { file?: string; url?: string; token?: string }): Promise<Source> {
  if (file !== undefined && url === undefined) {
    return { lines: linesOf(file === '-' ? process.stdin : createReadStream(file)), head: null };
  }
  if (url === undefined || file !== undefined) throw new Error('Say either --file or --url; see --help.');
  const bearer = token ?? process.env['LATCHKEY_TOKEN'] ?? '';
  if (bearer === '') throw new Error('Say --token, or set LATCHKEY_TOKEN.');
  const response = await fetch(new URL('/v1/receipts/log', url), { headers: { Authorization: `Bearer ${bearer}` } });
  if (!response.ok || response.body === null) {
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  }
  return {
    lines: linesOf(response.body),
    head: readHead(response.headers.get('latchkey-receipts-head') ?? ''),
  };
}

/** @throws whatever the stream breaks off with: then nothing was verified */
async function* linesOf(input: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(toBytes(chunk), { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest + decoder.decode();
}

function toBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new Error('The log is not read as bytes.');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = UNREAD;
});
