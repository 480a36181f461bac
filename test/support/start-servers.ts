import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../../src/ledger/open';
import { startDevServer, type DevServer } from '../../src/temporal/dev-server';
import { freePort } from '../../scripts/free-port';
import { startPostgres, type PostgresServer } from '../../scripts/postgres-server';
import { createDatabase } from './databases';

export interface SharedServers {
  readonly postgres: PostgresServer;
  readonly temporal: DevServer;
}

declare global {
  // Jest runs set-up and tear-down in one process.
  var sharedServers: SharedServers | undefined;
}

/** Starts what many tests share, once: Postgres with a migrated template, and a Temporal development server. */
export default async function startServers(): Promise<void> {
  const { POSTGRES_BIN, TEMPORAL_CLI_PATH } = process.env;
  if (!POSTGRES_BIN || !TEMPORAL_CLI_PATH) throw new Error('Run the tests with: npm test');
  const postgres = await startPostgres(POSTGRES_BIN, await freePort());
  process.env['TEST_POSTGRES_URL'] = postgres.url;
  const template = await createDatabase(postgres.url, 'latchkey_template');
  await (await openLedger({ databaseUrl: template })).close();
  const temporal = await startDevServer({
    cliPath: TEMPORAL_CLI_PATH,
    port: await freePort(),
    uiPort: await freePort(),
    logFile: join(mkdtempSync(join(tmpdir(), 'latchkey-temporal-')), 'temporal.log'),
  });
  process.env['TEST_TEMPORAL_ADDRESS'] = temporal.address;
  globalThis.sharedServers = { postgres, temporal };
}
