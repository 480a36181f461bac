// Writes the next migration: the difference between the schema at the last migration and prisma/schema.prisma, as SQL.
// Usage: npm run migration:author -- --name NAME
import { mkdirSync, readFileSync, readdirSync, writeFileSync, existsSync, copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';

const { values } = parseArgs({ options: { name: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help || !values.name) {
  console.log('Usage: npm run migration:author -- --name NAME');
  process.exit(values.help ? 0 : 1);
}
const folder = 'prisma/migrations';
const schemaFile = 'prisma/schema.prisma';
// The schema as it was at the last migration: what the next difference starts from.
const lastSchemaFile = join(folder, 'schema.prisma');

const require = createRequire(import.meta.url);
const entry = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
const wasm = await WebAssembly.instantiate(readFileSync(entry.replace(/\.js$/, '.wasm')), {
  './schema_engine_bg.js': engine,
});
engine.__wbg_set_wasm(wasm.instance.exports);
wasm.instance.exports.__wbindgen_start?.();

const schema = readFileSync(schemaFile, 'utf8');
const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPGlite(new PGlite()));
const schemaEngine = await engine.SchemaEngine.new({ datamodels: [[schemaFile, schema]] }, () => {}, adapter);
const from = existsSync(lastSchemaFile)
  ? { tag: 'schemaDatamodel', files: [{ path: lastSchemaFile, content: readFileSync(lastSchemaFile, 'utf8') }] }
  : { tag: 'empty' };
const { stdout } = await schemaEngine.diff({
  from,
  to: { tag: 'schemaDatamodel', files: [{ path: schemaFile, content: schema }] },
  script: true,
  shadowDatabaseUrl: null,
  exitCode: null,
  filters: { externalTables: [], externalEnums: [] },
});
if (!stdout || stdout.trim() === '-- This is an empty migration.') {
  console.log('The schema has not changed since the last migration.');
  process.exit(0);
}
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
const target = join(folder, `${stamp}_${values.name}`);
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'migration.sql'), stdout);
writeFileSync(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n');
copyFileSync(schemaFile, lastSchemaFile);
console.log(`Wrote ${target}/migration.sql (${readdirSync(folder).length - 2} migrations in all).`);
process.exit(0);
