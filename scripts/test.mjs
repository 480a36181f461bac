import { ensureBrowser } from './setup/browser.mjs';
import { ensureBuild } from './setup/build.mjs';
import { checkNode, ensureDatabaseClient, ensurePackages } from './setup/packages.mjs';
import { ensurePostgres } from './setup/postgres.mjs';
import { runInForeground } from './setup/run.mjs';
import { fail, say } from './setup/say.mjs';
import { ensureTemporal } from './setup/temporal.mjs';

const help = `npm test [-- PATTERN...]: sets up what is missing and runs the tests, or those whose path matches a pattern.

  --full     more seeds and every crash point (npm run test:full)
  --record   records the histories of new shapes instead (npm run histories:record)
  --help     this text
Other options go to jest, for example: npm test -- -t 'front door'
`;

async function main() {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return void process.stdout.write(help);
  const isFull = args.includes('--full');
  checkNode();
  await ensurePackages();
  await ensureDatabaseClient();
  const cli = await ensureTemporal('cli');
  const testServer = await ensureTemporal('testServer');
  const postgres = await ensurePostgres();
  const browser = await ensureBrowser();
  await ensureBuild();
  say('• Running the tests');
  process.exitCode = await runInForeground(
    process.execPath,
    [
      '--no-warnings',
      // PGlite loads its file system with import().
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--config',
      'jest.config.cjs',
      ...(args.includes('--record') ? ['--testMatch', '**/test/replay/record-histories.ts'] : []),
      ...args.filter((one) => one !== '--full' && one !== '--record'),
    ],
    {
      TZ: 'UTC',
      TEMPORAL_CLI_PATH: cli,
      TEMPORAL_TEST_SERVER_PATH: testServer,
      POSTGRES_BIN: postgres,
      CHROMIUM_PATH: browser,
      ...(isFull ? { LATCHKEY_TEST_FULL: '1' } : {}),
    },
  );
}

main().catch(fail);
