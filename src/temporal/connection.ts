import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

/** Where Temporal is: `TEMPORAL_*` variables and profiles as every Temporal program reads them, or an address of our own. */
export interface TemporalTarget {
  readonly address?: string;
  readonly namespace?: string;
}

function options(target: TemporalTarget) {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return {
    connection: { ...connectionOptions, ...(target.address === undefined ? {} : { address: target.address }) },
    namespace: target.namespace ?? namespace ?? 'default',
  };
}

/** A client that connects when it is first used, so a program starts also while Temporal is away. */
export function createTemporalClient(target: TemporalTarget): Client {
  const { connection, namespace } = options(target);
  return new Client({ connection: Connection.lazy(connection), namespace });
}

/** The connection that workers poll on. @throws when Temporal cannot be reached */
export async function connectWorkers(
  target: TemporalTarget,
): Promise<{ readonly connection: NativeConnection; readonly namespace: string }> {
  const { connection, namespace } = options(target);
  return { connection: await NativeConnection.connect(connection), namespace };
}
