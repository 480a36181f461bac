import { compose } from './compose';
import { readConfig } from './config';
import { createApp } from './http/app';
import { listen } from './http/listen';
import { openLedger } from './ledger/open';
import { createLogger } from './logger';
import { runProgram, untilStopped } from './program';
import { createSecretBox } from './secrets';
import { createTemporalClient } from './temporal/connection';

/** The API in production: any number of these may run. */
runProgram(async ({ signal }) => {
  const config = readConfig(process.env, ['DATABASE_URL', 'LATCHKEY_ENCRYPTION_KEYS']);
  const logger = createLogger(config.LOG_LEVEL, 'server');
  const ledger = await openLedger({ databaseUrl: config.DATABASE_URL ?? '' });
  const temporal = createTemporalClient({});
  const latchkey = compose({
    ledger,
    temporal,
    logger,
    secrets: createSecretBox(config.LATCHKEY_ENCRYPTION_KEYS ?? []),
    kisiBaseUrl: config.KISI_BASE_URL,
    kisiRequestsPerSecond: config.KISI_REQUESTS_PER_SECOND,
    relayLateMs: config.RELAY_LATE_MS,
    temporalUiUrl: config.TEMPORAL_UI_URL ?? null,
  });
  const relay = latchkey.startRelay(config.RELAY_INTERVAL_MS);
  const server = await listen(createApp(latchkey.http), config.PORT);
  logger.info({ port: server.port }, 'the API answers');
  await untilStopped(signal);
  await server.close();
  await relay.stop();
  await latchkey.drain();
  await temporal.connection.close();
  await ledger.close();
});
