import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { hashOf, isStamped, root, stamp } from './paths.mjs';
import { run } from './run.mjs';
import { step } from './say.mjs';

const require = createRequire(import.meta.url);
const folder = join(root, 'src', 'admin');
const types = join(folder, 'api', 'schema.d.ts');
const SOURCES = ['src/http', 'src/domain', 'src/usecases', 'workflows/ids.ts', 'scripts/write-openapi.ts'];

/** Makes the types of the API for the admin pages, if the API changed since the last time. */
export async function ensureAdminTypes() {
  const wanted = hashOf([...SOURCES, 'scripts/setup/admin.mjs', 'package-lock.json']);
  if (existsSync(types) && isStamped('admin-types', wanted)) return;
  await step('Generating the types of the API for the admin pages', generate);
  stamp('admin-types', wanted);
}

async function generate() {
  const { build } = require('esbuild');
  const work = join(root, 'node_modules', '.latchkey');
  const program = join(work, 'write-openapi.cjs');
  mkdirSync(work, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['scripts/write-openapi.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'warning',
  });
  const description = join(work, 'openapi.json');
  await run(process.execPath, [program, description]);
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  writeFileSync(types, astToString(await openapiTS(JSON.parse(readFileSync(description, 'utf8')))));
}

/** Builds the admin pages into a folder: hashed files under assets/, and the index.html that names them. */
export async function buildAdmin(outDir) {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: folder,
    base: '/admin/',
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // Those that know light-dark(); translated, it would need to know the page's colour scheme beforehand.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      // Files that stand in the page as data: would be refused by the Content-Security-Policy.
      assetsInlineLimit: 0,
      manifest: true,
      chunkSizeWarningLimit: 1_000,
      rolldownOptions: {
        onLog: (level, log, show) => {
          // "use client" means nothing here, and each file of the components says it.
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') show(level, log);
        },
      },
    },
  });
}
