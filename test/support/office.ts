import type { Client } from '@temporalio/client';
import type pino from 'pino';
import { compose, type Latchkey } from '../../src/compose';
import type { OpenLedger } from '../../src/ledger/open';
import { createLogger } from '../../src/logger';
import { createSecretBox } from '../../src/secrets';
import { createTemporalClient } from '../../src/temporal/connection';
import type { Scope } from '../../src/usecases/catalogue';
import { openTestLedger } from './databases';
import { createNamespace } from './namespaces';

/** The API and the ledger with nobody at work: what operators set up and see needs no workers and no Kisi. */
export interface Office {
  readonly latchkey: Latchkey;
  readonly ledger: OpenLedger;
  readonly client: Client;
  readonly organizationId: string;
  /** Has every scope. */
  readonly token: string;
  /** Every line that was logged, at every level. */
  readonly log: string[];
  makeToken(scopes: readonly Scope[], sourceId?: string | null): Promise<string>;
  /** From now on it is later. */
  skip(ms: number): void;
  stop(): Promise<void>;
}

export async function startOffice(): Promise<Office> {
  const address = process.env['TEST_TEMPORAL_ADDRESS'];
  if (address === undefined) throw new Error('Run the tests with: npm test');
  const [ledger, namespace] = await Promise.all([openTestLedger(), createNamespace(address)]);
  const client = createTemporalClient({ address, namespace });
  const log: string[] = [];
  const destination: pino.DestinationStream = { write: (line) => void log.push(line) };
  let skippedMs = 0;
  const latchkey = compose({
    ledger,
    temporal: client,
    logger: createLogger('trace', 'test', destination),
    secrets: createSecretBox([{ id: 'test', key: Buffer.alloc(32, 7) }]),
    kisiBaseUrl: 'http://127.0.0.1:9',
    kisiRequestsPerSecond: 0,
    relayLateMs: 30_000,
    temporalUiUrl: null,
    clock: () => Date.now() + skippedMs,
  });
  const { organizationId, token } = await latchkey.createOrganization('Test');
  return {
    latchkey,
    ledger,
    client,
    organizationId,
    token,
    log,
    async makeToken(scopes, sourceId = null) {
      const actor = { organizationId, name: 'test' };
      const made = await latchkey.http.makeToken(actor, { name: scopes.join(), scopes, sourceId });
      if (made === 'unknown_source') throw new Error('There is no such source.');
      return made.token;
    },
    skip(ms) {
      skippedMs += ms;
    },
    async stop() {
      await latchkey.drain();
      await client.connection.close();
      await ledger.close();
    },
  };
}
