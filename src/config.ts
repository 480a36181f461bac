import { z } from 'zod';
import { parseMasterKeys, type MasterKey } from './secrets';

const port = (standard: number) => z.coerce.number().int().min(0).max(65_535).default(standard);

const masterKeys = z.string().transform((text, context): MasterKey[] => {
  try {
    return parseMasterKeys(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is not readable' });
    return z.NEVER;
  }
});

/**
 * Every setting, from the environment. `.env.example` and the README's table are compared with these descriptions by a
 * test. The Temporal connection is read by `@temporalio/envconfig` from its own `TEMPORAL_*` variables.
 */
export const configShape = {
  DATABASE_URL: z
    .string()
    .optional()
    .describe(
      'Postgres, as postgresql://user:password@host:5432/name. Needed by server and worker; without it `npm start` uses an embedded database.',
    ),
  TEMPORAL_ADDRESS: z
    .string()
    .optional()
    .describe(
      'Host and port of Temporal. Needed by server and worker; without it `npm start` runs a development server.',
    ),
  LATCHKEY_HOME: z
    .string()
    .default('./.latchkey')
    .describe('Folder of the embedded default: its database, Temporal state, downloads and local.json.'),
  PORT: port(4800).describe('Port of the API, the admin pages and the docs. 0 is any free port.'),
  TEMPORAL_PORT: port(7233).describe("Port of the embedded default's Temporal server."),
  TEMPORAL_UI_PORT: port(8233).describe("Port of the embedded default's Temporal Web UI."),
  SIMULATOR_PORT: port(4801).describe("Port of the embedded default's Kisi simulator."),
  LATCHKEY_ENCRYPTION_KEYS: masterKeys
    .optional()
    .describe(
      'Master keys for stored API keys: id:base64 of 32 bytes, separated by commas; the first one encrypts. Needed by server and worker.',
    ),
  KISI_REQUESTS_PER_SECOND: z.coerce
    .number()
    .min(0)
    .max(1_000)
    .default(5)
    .describe('Requests a second to Kisi per API user. Kisi allows 5; 0 turns our limit off.'),
  KISI_BASE_URL: z.url().default('https://api.kisi.io').describe("Kisi's API, for integrations that name no other."),
  RELAY_INTERVAL_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(5_000)
    .describe('How often each process looks for work that was not woken, in milliseconds.'),
  RELAY_LATE_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(30_000)
    .describe('How late such work must be before it is woken again, in milliseconds.'),
  TEMPORAL_UI_URL: z.url().optional().describe('Address of the Temporal Web UI, for links; without it there are none.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('How much is logged.'),
} as const;

const configSchema = z.object(configShape);

export type Config = z.output<typeof configSchema>;

/** Thrown when settings are wrong; its message lists every issue with the variable's description and no values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the settings. An empty variable counts as not set.
 *
 * @param needed variables without which this program cannot run
 * @throws ConfigError
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  needed: readonly (keyof Config)[] = [],
): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = configSchema.safeParse(given);
  const issues = parsed.success
    ? []
    : parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message] as const);
  for (const name of needed) if (given[name] === undefined) issues.push([name, 'is missing']);
  if (parsed.success && issues.length === 0) return parsed.data;
  throw new ConfigError(
    `Some settings are wrong:\n${issues.map(([name, message]) => describe(name, message)).join('\n')}`,
  );
}

function describe(name: string, message: string): string {
  const known = Object.entries(configShape).find(([key]) => key === name)?.[1];
  return `  ${name}: ${message}\n      ${known?.description ?? ''}`;
}
