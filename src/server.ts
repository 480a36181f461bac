import { createApp } from './http/app';
import { listen } from './http/listen';
import { openProduction } from './production';
import { runProgram, untilStopped } from './program';

/** The API in production: any number of these may run. */
runProgram(async ({ signal }) => {
  const { config, logger, latchkey, stop } = await openProduction('server');
  const server = await listen(createApp(latchkey.http), config.PORT);
  logger.info({ port: server.port }, 'the API answers');
  await untilStopped(signal);
  await server.close();
  await stop();
});
