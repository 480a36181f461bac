import type { OpenLedger } from './open';

/** What is needed to talk to one Kisi organization. The key is still encrypted. */
export interface StoredConnection {
  readonly baseUrl: string | null;
  readonly apiKeyEncrypted: string;
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
      select: { baseUrl: true, apiKeyEncrypted: true, kisiOrganizationId: true, kisiUserId: true },
    });
    if (row === null || row.apiKeyEncrypted === null) return null;
    const { baseUrl, apiKeyEncrypted, kisiOrganizationId, kisiUserId } = row;
    return { baseUrl, apiKeyEncrypted, apiUserKey: `${kisiOrganizationId}/${kisiUserId}` };
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
