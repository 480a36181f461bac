import { randomUUID } from 'node:crypto';
import express from 'express';
import { Client } from 'pg';
import { z } from 'zod';
import { compose } from '../../src/compose';
import { apiRoutes, createApp } from '../../src/http/app';
import { listen } from '../../src/http/listen';
import { openLedger, type OpenLedger } from '../../src/ledger/open';
import { createLogger } from '../../src/logger';
import { createSecretBox } from '../../src/secrets';
import { createTemporalClient } from '../../src/temporal/connection';
import { startPostgres } from '../postgres-server';
import { freePort } from '../free-port';
import { fillOrganization, NEEDLE, SIZE } from './fill';
import { atMost, type Figure } from './figures';

const WARM_UP = 20;
const REQUESTS = 100;
const BOUND_MS = 50;

/** Searches and filters that a page of a large organization sends, beside every list as it is. */
const SEARCHES = [
  `/v1/bookings?query=${NEEDLE.booking}`,
  `/v1/bookings?query=${encodeURIComponent(NEEDLE.name)}`,
  `/v1/bookings?query=${encodeURIComponent(NEEDLE.email)}`,
  `/v1/bookings?query=${encodeURIComponent(NEEDLE.resource)}`,
  '/v1/bookings?query=nobody-has-this',
  '/v1/bookings?state=active',
  '/v1/bookings?problem=mapping_missing',
  '/v1/bookings?limit=200',
  `/v1/resources?query=${encodeURIComponent(NEEDLE.resource)}`,
  '/v1/resources?mapped=false',
  '/v1/door-mappings?limit=200',
];

/**
 * Every list over HTTP on Postgres, one request after another, with a large organization. A ratio of 1 would be a request
 * that asks the database for nothing but `SELECT 1`.
 */
export async function benchLists(): Promise<Figure[]> {
  const database = await makeDatabase();
  try {
    const ledger = await openLedger({ databaseUrl: database.url });
    try {
      return await measure(ledger);
    } finally {
      await ledger.close();
    }
  } finally {
    await database.drop();
  }
}

async function measure(ledger: OpenLedger): Promise<Figure[]> {
  const temporal = createTemporalClient({ address: '127.0.0.1:1' });
  const latchkey = compose({
    ledger,
    temporal,
    logger: createLogger('error', 'bench'),
    secrets: createSecretBox([{ id: 'bench', key: Buffer.alloc(32, 1) }]),
    kisiBaseUrl: 'http://127.0.0.1:1',
    kisiRequestsPerSecond: 0,
    relayLateMs: 30_000,
    temporalUiUrl: null,
  });
  const { organizationId, token } = await latchkey.createOrganization('Bench');
  const integrationId = await fillOrganization(ledger, organizationId);
  const app = express();
  app.get('/baseline', (_request, response, next) => {
    ledger.prisma.$queryRaw`SELECT 1`.then(() => response.json({ status: 'ok' }), next);
  });
  app.use(createApp(latchkey.http));
  const server = await listen(app, 0, '127.0.0.1');
  const time = (path: string) => timeOf(`http://127.0.0.1:${server.port}${path}`, token);
  const { resources, mappings, bookings } = SIZE;
  process.stdout.write(
    `  ${mappings} door mappings, ${resources} resources, ${bookings} bookings; ${REQUESTS} requests each\n`,
  );
  const baseline = await time('/baseline');
  const figures: Figure[] = [];
  for (const path of [...listPaths(integrationId), ...SEARCHES]) {
    const { p50, p95 } = await time(path);
    const ratio = (p50 / baseline.p50).toFixed(1);
    process.stdout.write(
      `  ${path.padEnd(60)} p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${ratio} times the baseline\n`,
    );
    figures.push(atMost(`GET ${path.slice(0, 40)}, p95`, p95, 'ms', BOUND_MS));
  }
  const again = await time('/baseline');
  process.stdout.write(`  baseline p50 ${baseline.p50.toFixed(1)} ms, and ${again.p50.toFixed(1)} ms at the end\n`);
  await server.close();
  await temporal.connection.close();
  return figures;
}

/** The lists of the API, and the overview, by what they answer: one that is added later is measured too. */
function listPaths(integrationId: string): string[] {
  return apiRoutes
    .filter(({ method, path, answers }) => {
      const schema = answers[200]?.schema;
      return (
        method === 'get' && (path === '/v1/overview' || (schema instanceof z.ZodObject && 'items' in schema.shape))
      );
    })
    .map(({ path }) => path.replace('/v1/integrations/:id/', `/v1/integrations/${integrationId}/`))
    .filter((path) => !path.includes(':'));
}

async function timeOf(url: string, token: string): Promise<{ readonly p50: number; readonly p95: number }> {
  const times: number[] = [];
  for (let count = 0; count < WARM_UP + REQUESTS; count += 1) {
    const startedAt = performance.now();
    const response = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
    const text = await response.text();
    if (!response.ok) throw new Error(`GET ${url}: ${response.status} ${text}`);
    if (count >= WARM_UP) times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.ceil(times.length * share) - 1] ?? Infinity;
  return { p50: at(0.5), p95: at(0.95) };
}

/** An empty database of our own: on the server that DATABASE_URL names, or on one that is started for it. */
async function makeDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const { DATABASE_URL, POSTGRES_BIN } = process.env;
  if (!DATABASE_URL && !POSTGRES_BIN) throw new Error('Set DATABASE_URL, or start it with: npm run bench -- lists');
  const server = DATABASE_URL ? null : await startPostgres(POSTGRES_BIN ?? '', await freePort());
  const serverUrl = DATABASE_URL || (server?.url ?? '');
  const name = `latchkey_bench_${randomUUID().replaceAll('-', '')}`;
  await run(serverUrl, `CREATE DATABASE "${name}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await run(serverUrl, `DROP DATABASE "${name}" WITH (FORCE)`);
      await server?.stop();
    },
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
