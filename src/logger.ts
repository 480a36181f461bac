import pino, { type Logger } from 'pino';

export type { Logger } from 'pino';

const SECRETS = [
  'authorization',
  'apiKey',
  'token',
  'email',
  'password',
  '*.authorization',
  '*.apiKey',
  '*.token',
  '*.email',
  '*.password',
  '*.*.authorization',
  '*.*.email',
];

/** One JSON line an entry, a constant message and fields; secrets and e-mail addresses are taken out. */
export function createLogger(level: string, name: string, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    name,
    level,
    redact: { paths: SECRETS, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { error: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Class, code, message and stack of an error; not the other fields, which may hold requests with their headers. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  const cause: unknown = error.cause === undefined ? undefined : describeError(error.cause);
  return { type: error.name, message: error.message, code, stack: error.stack, cause };
}
