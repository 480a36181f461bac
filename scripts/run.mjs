import { ensureBuild, entries } from './setup/build.mjs';
import { checkNode, ensureDatabaseClient, ensurePackages } from './setup/packages.mjs';
import { runInForeground } from './setup/run.mjs';
import { fail, SetupError } from './setup/say.mjs';
import { ensureTemporal } from './setup/temporal.mjs';

/** Sets up what is missing and runs one of the programs with the rest of the arguments. */
async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  if (entries[name] === undefined) throw new SetupError(`Say which one: ${Object.keys(entries).join(', ')}.`);
  checkNode();
  await ensurePackages();
  await ensureDatabaseClient();
  await ensureBuild();
  const cli = name === 'bench' ? { TEMPORAL_CLI_PATH: await ensureTemporal('cli') } : {};
  process.exitCode = await runInForeground(
    process.execPath,
    ['--enable-source-maps', `dist/${name}.cjs`, ...args],
    cli,
  );
}

main().catch(fail);
