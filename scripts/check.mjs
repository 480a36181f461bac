import { ensureAdminTypes } from './setup/admin.mjs';
import { checkNode, ensureDatabaseClient, ensurePackages } from './setup/packages.mjs';
import { runInForeground } from './setup/run.mjs';
import { fail, step } from './setup/say.mjs';

const UNIT_TESTS = ['test/unit', 'test/properties'];
const checks = [
  ['Format', 'node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
  ['Lint', 'node_modules/eslint/bin/eslint.js', ['--cache', '--cache-location', 'node_modules/.cache/eslint/', '.']],
  ['Types', 'node_modules/typescript/bin/tsc', ['--noEmit']],
  ['Types of the admin pages', 'node_modules/typescript/bin/tsc', ['--noEmit', '-p', 'src/admin']],
  ['Unit tests', 'node_modules/jest/bin/jest.js', ['--config', 'jest.config.cjs', '--silent', ...UNIT_TESTS]],
];

/** Format, lint, types and unit tests: what must be right before every commit. */
async function main() {
  checkNode();
  await ensurePackages();
  await ensureDatabaseClient();
  await ensureAdminTypes();
  for (const [name, program, args] of checks) {
    const code = await step(name, () =>
      runInForeground(process.execPath, ['--no-warnings', program, ...args], { TZ: 'UTC', LATCHKEY_UNIT_ONLY: '1' }),
    );
    if (code !== 0) return void (process.exitCode = code);
  }
}

main().catch(fail);
