import { randomUUID } from 'node:crypto';
import type { Latchkey } from '../../../src/compose';

export interface Site {
  readonly organizationId: string;
  readonly integrationId: string;
}

/** One organization in London with three rooms and the simulator's Kisi. */
export async function makeSite(
  { http, createOrganization }: Latchkey,
  server: { readonly url: string },
): Promise<Site> {
  const { organizationId } = await createOrganization('Test');
  const actor = { organizationId, name: 'test' };
  const { catalogue } = http;
  await catalogue.saveLocation(actor, { id: 'london', name: 'London', timeZone: 'Europe/London' });
  const integrationId = randomUUID();
  const integration = { id: integrationId, name: 'Kisi', mode: 'enforce', locationIds: ['london'] } as const;
  await catalogue.createIntegration(actor, integration);
  await http.connectIntegration(actor, {
    integrationId,
    apiKey: 'simulated-key-of-the-integration',
    baseUrl: server.url,
  });
  for (const id of ['thames', 'lobby', 'unmapped']) {
    await catalogue.saveResource(actor, { source: 'default', id, name: id, kind: 'room', locationId: 'london' });
  }
  return { organizationId, integrationId };
}
