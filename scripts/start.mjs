import { ensureBuild } from './setup/build.mjs';
import { checkNode, ensureDatabaseClient, ensurePackages } from './setup/packages.mjs';
import { runInForeground } from './setup/run.mjs';
import { fail } from './setup/say.mjs';
import { ensureTemporal } from './setup/temporal.mjs';

const help = `npm start: sets up what is missing and runs Latchkey with everything it needs, until Ctrl-C.

Settings are environment variables, see .env.example; the most useful ones:
  LATCHKEY_HOME   where state is kept (./.latchkey)
  PORT            API and docs (4800); 0 is any free port
`;

async function main() {
  if (process.argv.includes('--help')) return void process.stdout.write(help);
  checkNode();
  await ensurePackages();
  await ensureDatabaseClient();
  const cli = process.env.TEMPORAL_ADDRESS ? '' : await ensureTemporal('cli');
  await ensureBuild();
  process.exitCode = await runInForeground(process.execPath, ['--enable-source-maps', 'dist/standalone.cjs'], {
    TEMPORAL_CLI_PATH: cli,
    // Many native threads make the C library keep a heap each, which a small service has no use for.
    MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? '2',
  });
}

main().catch(fail);
