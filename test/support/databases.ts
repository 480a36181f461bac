import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { openLedger, type OpenLedger } from '../../src/ledger/open';

/** Makes an empty database, or a copy of a template. @returns its URL */
export async function createDatabase(serverUrl: string, name: string, template?: string): Promise<string> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE "${name}"${template === undefined ? '' : ` TEMPLATE "${template}"`}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** A fresh, migrated Postgres database for one test file. */
export function createTestDatabase(): Promise<string> {
  const serverUrl = process.env['TEST_POSTGRES_URL'];
  if (serverUrl === undefined) throw new Error('Run the tests with: npm test');
  return createDatabase(serverUrl, `test_${randomUUID().replaceAll('-', '')}`, 'latchkey_template');
}

/** An open ledger on a fresh database. */
export async function openTestLedger(): Promise<OpenLedger> {
  return openLedger({ databaseUrl: await createTestDatabase() });
}
