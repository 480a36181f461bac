import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, isStamped, root, stamp } from './paths.mjs';
import { run } from './run.mjs';
import { SetupError, step } from './say.mjs';

const OLDEST_NODE = [20, 19];

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (isOld)
    throw new SetupError(`Node ${OLDEST_NODE.join('.')} or later is needed; this is ${process.versions.node}.`);
}

/** Installs exactly what the lock file says, if it is not there yet. */
export async function ensurePackages() {
  const wanted = hashOf(['package-lock.json']);
  if (existsSync(join(root, 'node_modules', 'express')) && isStamped('packages', wanted)) return;
  await step('Installing packages from the lock file (a few minutes the first time)', () =>
    run('npm', ['ci', '--no-audit', '--no-fund'], { hint: 'Check that the npm registry can be reached.' }),
  );
  stamp('packages', wanted);
}

/** Makes the database client from the schema, if it is not there yet. No engine is downloaded: none is needed. */
export async function ensureDatabaseClient() {
  const wanted = hashOf(['prisma/schema.prisma', 'package-lock.json']);
  const isThere = existsSync(join(root, 'src', 'ledger', 'generated', 'client.ts'));
  if (isThere && isStamped('database-client', wanted)) return;
  await step('Generating the database client', () =>
    run('npx', ['--no-install', 'prisma', 'generate'], {
      env: { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: 'true', CHECKPOINT_DISABLE: '1' },
    }),
  );
  stamp('database-client', wanted);
}
