import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import { Client } from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { lockFolder } from './folder-lock';
import { Prisma, PrismaClient } from './generated/client';
import { applyMigrations } from './migrate';
import { chainOldReceipts } from './receipt-chaining';

export type LedgerClient = PrismaClient;
export type LedgerTx = Prisma.TransactionClient;

/** An open ledger with all migrations applied. */
export interface OpenLedger {
  readonly kind: 'pglite' | 'postgres';
  readonly prisma: LedgerClient;
  /** READ COMMITTED; tried again after a deadlock. Never use `prisma` inside: on one connection that waits for ever. */
  inTransaction<T>(work: (tx: LedgerTx) => Promise<T>): Promise<T>;
  /** One statement that is a transaction by itself; tried again after a deadlock. */
  inStatement<T>(work: (db: LedgerTx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type LedgerLocation = { readonly databaseUrl: string } | { readonly dataDir: string };

/** Two processes that start at once must not both migrate: an arbitrary number that only we use. */
const MIGRATION_LOCK = 4_716_205;
/** The embedded database shares the memory of one small process; Postgres' own default would take hundreds of megabytes. */
const SMALL = ['shared_buffers=16MB', 'max_wal_size=64MB', 'min_wal_size=32MB'];
const TRIES = 4;
const DEADLOCK = new Set(['P2034', '40P01', '40001']);

/**
 * Opens the ledger: Postgres by its URL, or PGlite (embedded, one process) in a folder or in memory (`memory`).
 *
 * @throws Error when the database cannot be reached, or another process holds the folder
 */
export async function openLedger(location: LedgerLocation): Promise<OpenLedger> {
  const ledger =
    'databaseUrl' in location ? await openPostgres(location.databaseUrl) : await openPglite(location.dataDir);
  await chainOldReceipts(ledger);
  return ledger;
}

async function openPostgres(databaseUrl: string): Promise<OpenLedger> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    await applyMigrations({
      execute: async (sql) => void (await client.query(sql)),
      query: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows,
    });
  } finally {
    await client.end();
  }
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl, max: 16 }) });
  return wrap('postgres', prisma, async () => prisma.$disconnect());
}

async function openPglite(dataDir: string): Promise<OpenLedger> {
  const lock = dataDir === 'memory' ? null : lockFolder(dataDir);
  const options = { postgresqlconf: SMALL };
  const database = dataDir === 'memory' ? new PGlite(options) : new PGlite(dataDir, options);
  await database.waitReady;
  await applyMigrations({
    execute: async (sql) => void (await database.exec(sql)),
    query: async (sql) => (await database.query<Record<string, unknown>>(sql)).rows,
  });
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(database) });
  return wrap('pglite', prisma, async () => {
    await prisma.$disconnect();
    if (!database.closed) await database.close();
    lock?.release();
  });
}

function wrap(kind: OpenLedger['kind'], prisma: LedgerClient, close: () => Promise<void>): OpenLedger {
  return {
    kind,
    prisma,
    close,
    // One connection serves everybody on PGlite, so waiting for one's turn is normal there.
    inTransaction: (work) => retryDeadlocks(() => prisma.$transaction(work, { maxWait: 30_000, timeout: 30_000 })),
    inStatement: (work) => retryDeadlocks(() => work(prisma)),
  };
}

async function retryDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= TRIES || !isDeadlock(error)) throw error;
    }
  }
}

function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  const meta = JSON.stringify(error.meta ?? {});
  return DEADLOCK.has(error.code) || meta.includes('40P01') || meta.includes('40001');
}
