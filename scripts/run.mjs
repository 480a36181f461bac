import { ensureBuild, entries } from './setup/build.mjs';
import { checkNode, ensureDatabaseClient, ensurePackages } from './setup/packages.mjs';
import { ensurePostgres } from './setup/postgres.mjs';
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
  const programs = name === 'bench' ? await whatBenchNeeds(args) : {};
  process.exitCode = await runInForeground(
    process.execPath,
    ['--enable-source-maps', `dist/${name}.cjs`, ...args],
    programs,
  );
}

async function whatBenchNeeds(args) {
  const isAll = args.length === 0;
  const needsPostgres = (isAll || args.includes('lists')) && !process.env.DATABASE_URL;
  const needsTemporal = isAll || args.some((one) => one !== 'lists');
  return {
    ...(needsTemporal ? { TEMPORAL_CLI_PATH: await ensureTemporal('cli') } : {}),
    ...(needsPostgres ? { POSTGRES_BIN: await ensurePostgres() } : {}),
  };
}

main().catch(fail);
