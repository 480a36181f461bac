import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';
import { SetupError, step } from './say.mjs';

const DEBIAN = '/usr/lib/postgresql';

/**
 * The folder with `postgres` and `initdb`, for the tests: POSTGRES_BIN, PATH, Debian's places, or Debian's package where
 * we may install it.
 */
export async function ensurePostgres() {
  const found = findPostgres();
  if (found !== null) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await step('Installing Postgres for the tests (Debian package)', async () => {
      await run('apt-get', ['update', '-q']);
      await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'postgresql'], {
        env: { DEBIAN_FRONTEND: 'noninteractive' },
      });
    });
    const installed = findPostgres();
    if (installed !== null) return installed;
  }
  throw new SetupError(
    [
      'The tests need a Postgres of their own (the programs postgres and initdb), and none was found.',
      'Ways out:',
      '  1. Install the package postgresql.',
      '  2. Set POSTGRES_BIN to the folder that holds them.',
    ].join('\n'),
  );
}

function findPostgres() {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN, version, 'bin'))
    : [];
  const given = process.env.POSTGRES_BIN ? [process.env.POSTGRES_BIN] : [];
  const folders = [...given, ...(process.env.PATH ?? '').split(delimiter), ...debian];
  return folders.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb'))) ?? null;
}
