import { apiUserKeyOf } from '../usecases/check-key';
import type { Connections } from '../usecases/connections';
import { listObservations, previewDisconnect } from './observations';
import type { OpenLedger } from './open';
import { disconnect, findObstacle, saveConnection } from './save-connection';

/** What is needed to talk to one Kisi organization. The key is still encrypted. */
export interface StoredConnection {
  readonly baseUrl: string | null;
  readonly apiKeyEncrypted: string;
  readonly keySeq: number;
  /** The Kisi user behind the key. */
  readonly kisiUserId: number | null;
  /** Whom Kisi's rate limit counts. */
  readonly apiUserKey: string;
}

/** While it is being disconnected, Kisi is still written to: that is what the key is kept for. */
const WITH_A_KEY = ['connected', 'disconnecting'] as const;

/** The connection of an integration, or null while it has none. */
export function createFindConnection({
  prisma,
}: OpenLedger): (organizationId: string, integrationId: string) => Promise<StoredConnection | null> {
  return async (organizationId, integrationId) => {
    const row = await prisma.integration.findFirst({
      where: { id: integrationId, organizationId, status: { in: [...WITH_A_KEY] } },
      select: { baseUrl: true, apiKeyEncrypted: true, keySeq: true, kisiOrganizationId: true, kisiUserId: true },
    });
    if (row === null || row.apiKeyEncrypted === null) return null;
    const { baseUrl, apiKeyEncrypted, keySeq, kisiOrganizationId, kisiUserId } = row;
    const apiUserKey = apiUserKeyOf(kisiOrganizationId, kisiUserId);
    return { baseUrl, apiKeyEncrypted, keySeq, kisiUserId, apiUserKey };
  };
}

/** The integrations that need a worker on their queue. */
export function createListConnected({ prisma }: OpenLedger): () => Promise<readonly string[]> {
  return async () => {
    const rows = await prisma.integration.findMany({
      where: { status: { in: [...WITH_A_KEY] } },
      select: { id: true },
    });
    return rows.map((row) => row.id);
  };
}

/** What operators do with connections. */
export function createConnections(ledger: OpenLedger): Connections {
  const { prisma } = ledger;
  return {
    findObstacle: (organizationId, integrationId, kisiOrganizationId) =>
      findObstacle(prisma, organizationId, integrationId, kisiOrganizationId),
    saveConnection: (actor, id, connection, now) => saveConnection(ledger, actor, id, connection, now),
    disconnect: (actor, id, order, now) => ledger.inTransaction((tx) => disconnect(tx, actor, id, order, now)),
    previewDisconnect: (organizationId, id, now) => previewDisconnect(prisma, organizationId, id, now),
    listObservations: (organizationId, id, page) => listObservations(prisma, organizationId, id, page),
  };
}
