import { compose } from './compose';
import { readConfig } from './config';
import { openLedger } from './ledger/open';
import { createLogger } from './logger';
import { runProgram, untilStopped } from './program';
import { createSecretBox } from './secrets';
import { connectWorkers, createTemporalClient } from './temporal/connection';
import { installTemporalRuntime } from './temporal/runtime';
import { workflowBundle } from './temporal/workflow-bundle';
import { startWorkers } from './temporal/workers';

/** Workflows and calls to Kisi in production: any number of these may run. */
runProgram(async ({ signal }) => {
  const config = readConfig(process.env, ['DATABASE_URL', 'LATCHKEY_ENCRYPTION_KEYS']);
  const logger = createLogger(config.LOG_LEVEL, 'worker');
  installTemporalRuntime(logger);
  const ledger = await openLedger({ databaseUrl: config.DATABASE_URL ?? '' });
  // Wakes workflows on a connection of its own: that costs the caller's history nothing.
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
  const { connection, namespace } = await connectWorkers({});
  const workers = await startWorkers({
    connection,
    namespace,
    workflowBundle: workflowBundle(),
    ledgerActivities: latchkey.ledgerActivities,
    kisiActivities: latchkey.kisiActivities,
    listConnected: latchkey.listConnected,
    kisiRequestsPerSecond: config.KISI_REQUESTS_PER_SECOND,
    onError: (error) => logger.error({ error }, 'a worker for one integration failed'),
  });
  const relay = latchkey.startRelay(config.RELAY_INTERVAL_MS);
  logger.info({ namespace }, 'the worker polls');
  await Promise.race([untilStopped(signal), workers.failed]);
  await workers.stop();
  await relay.stop();
  await latchkey.drain();
  await connection.close();
  await temporal.connection.close();
  await ledger.close();
});
