import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../project-root';

/** What applying migrations needs of a database: plain SQL on one connection. */
export interface MigrationTarget {
  execute(sql: string): Promise<void>;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The same table that `prisma migrate deploy` keeps, so either may be used. */
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`;

/**
 * Applies the committed migrations that this database does not have yet, each in one transaction, and records them as
 * `prisma migrate deploy` does.
 *
 * @throws Error when a migration fails; nothing of it stays
 */
export async function applyMigrations(target: MigrationTarget): Promise<void> {
  await target.execute(CREATE_TABLE);
  const rows = await target.query(
    'SELECT "migration_name" AS name FROM "_prisma_migrations" WHERE "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL',
  );
  const applied = new Set(rows.map((row) => row['name']));
  for (const migration of readMigrations()) {
    if (!applied.has(migration.name)) await target.execute(inTransaction(migration));
  }
}

function readMigrations(): Migration[] {
  const folder = join(projectRoot(), 'prisma', 'migrations');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name, 'migration.sql'), 'utf8') }));
}

function inTransaction({ name, sql }: Migration): string {
  const checksum = createHash('sha256').update(sql).digest('hex');
  return `BEGIN;
${sql}
INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "applied_steps_count")
VALUES ('${randomUUID()}', '${checksum}', now(), '${name}', 1);
COMMIT;`;
}
