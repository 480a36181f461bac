import { mkdirSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildAdmin, ensureAdminTypes } from './admin.mjs';
import { hashOf, isStamped, root, stamp } from './paths.mjs';
import { step } from './say.mjs';

const require = createRequire(import.meta.url);
const SOURCES = [
  'src',
  'workflows',
  'activities',
  'scripts',
  'tsconfig.json',
  'package-lock.json',
  'prisma/schema.prisma',
];

/** What can be run: the name of the program in dist/ and where it begins. */
export const entries = {
  server: 'src/server.ts',
  worker: 'src/worker.ts',
  standalone: 'src/standalone.ts',
  simulator: 'src/kisi-simulator/main.ts',
  'organization-create': 'scripts/organization-create.ts',
  rehearse: 'scripts/rehearse/main.ts',
  'verify-receipts': 'scripts/verify-receipts.ts',
  bench: 'scripts/bench/main.ts',
};

/** Builds the programs, the bundle of the workflows and the admin pages into dist/, if anything changed since the last time. */
export async function ensureBuild() {
  await ensureAdminTypes();
  const wanted = hashOf(SOURCES);
  if (existsSync(join(root, 'dist', 'workflow-bundle.js')) && isStamped('build', wanted)) return;
  await step('Building programs, workflows and admin pages', build);
  stamp('build', wanted);
}

async function build() {
  const { build: bundle } = require('esbuild');
  const { bundleWorkflowCode } = require('@temporalio/worker');
  const folder = join(root, 'dist');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const known = Object.entries(entries).filter(([, file]) => existsSync(join(root, file)));
  await bundle({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(known),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  const quiet = () => undefined;
  const logger = { trace: quiet, debug: quiet, info: quiet, log: quiet, warn: console.warn, error: console.error };
  const { code } = await bundleWorkflowCode({ workflowsPath: join(root, 'workflows', 'index.ts'), logger });
  await buildAdmin(join(folder, 'admin'));
  // Last: what is there without it was not finished.
  writeFileSync(join(folder, 'workflow-bundle.js'), code);
}
