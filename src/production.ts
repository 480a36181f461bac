import type { Client } from '@temporalio/client';
import { compose, settingsOf, type Latchkey } from './compose';
import { readConfig, type Config } from './config';
import { openLedger } from './ledger/open';
import { createLogger, type Logger } from './logger';
import { createSecretBox } from './secrets';
import { createTemporalClient } from './temporal/connection';

/** What every process in production has: the settings, the ledger on Postgres, Temporal, and the relay. */
export interface Production {
  readonly config: Config;
  readonly logger: Logger;
  readonly latchkey: Latchkey;
  /** Ends the relay, sends the last wake-ups and closes the connections. */
  stop(): Promise<void>;
}

/**
 * Puts Latchkey together for one process in production and starts its relay.
 *
 * @throws ConfigError naming each setting that is missing or wrong; Error when Postgres cannot be reached
 */
export async function openProduction(
  name: 'server' | 'worker',
  prepare: (logger: Logger) => void = () => undefined,
): Promise<Production> {
  const config = readConfig(process.env, ['DATABASE_URL', 'LATCHKEY_ENCRYPTION_KEYS']);
  const logger = createLogger(config.LOG_LEVEL, name);
  prepare(logger);
  const ledger = await openLedger({ databaseUrl: config.DATABASE_URL ?? '' });
  // Wakes workflows on a connection of its own: that costs the caller's history nothing.
  const temporal: Client = createTemporalClient({});
  const latchkey = compose({
    ...settingsOf(config),
    ledger,
    temporal,
    logger,
    secrets: createSecretBox(config.LATCHKEY_ENCRYPTION_KEYS ?? []),
    temporalUiUrl: config.TEMPORAL_UI_URL ?? null,
  });
  const relay = latchkey.startRelay(config.RELAY_INTERVAL_MS);
  return {
    config,
    logger,
    latchkey,
    async stop() {
      await relay.stop();
      await latchkey.drain();
      await temporal.connection.close();
      await ledger.close();
    },
  };
}
