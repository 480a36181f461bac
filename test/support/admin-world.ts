import { createApp } from '../../src/http/app';
import { listen } from '../../src/http/listen';
import type { Scope } from '../../src/usecases/catalogue';
import { adminUrl } from '../../src/standalone/welcome';
import { createApiClient, type ApiClient } from './api-client';
import type { PageOptions, Page, TestBrowser } from './browser';
import { startLiveLine, type LiveLine } from './live-world';

/** The key that the simulator's seed gives to its integration user, and another one of the same user. */
export const KEY = 'simulated-key-of-the-integration';
export const SECOND_KEY = 'simulated-second-key-of-the-integration';

/** The service with its admin pages over HTTP, and one organization in which nothing is set up yet. */
export interface AdminWorld extends LiveLine {
  readonly url: string;
  readonly organizationId: string;
  readonly api: ApiClient;
  /** A sign-in link of somebody with this name. */
  linkOf(name: string, scopes?: readonly Scope[]): Promise<string>;
  /** A page of somebody who followed their sign-in link. */
  signIn(browser: TestBrowser, options?: PageOptions & { readonly name?: string }): Promise<Page>;
  /** By the API: one location, a room and a desk in it. */
  makeRooms(): Promise<void>;
  /** By the API: the simulator's Kisi, connected, for that location. @returns the integration's id */
  connect(): Promise<string>;
  /** By the API: a booking of the room from now on, for two hours. */
  book(id: string, options?: { readonly resourceId?: string; readonly member?: string }): Promise<void>;
}

export async function startAdminWorld(): Promise<AdminWorld> {
  const line = await startLiveLine(({ createOrganization }) => createOrganization('Harbour Works'));
  const { organizationId, token } = line.made;
  const server = await listen(createApp(line.latchkey.http), 0, '127.0.0.1');
  const url = `http://127.0.0.1:${server.port}`;
  const api = createApiClient(url, token);
  const linkOf = async (
    name: string,
    scopes: readonly Scope[] = ['read', 'operate', 'admin', 'events'],
  ): Promise<string> => {
    const made = await line.latchkey.http.makeToken({ organizationId, name: 'test' }, { name, scopes, sourceId: null });
    if (made === 'unknown_source') throw new Error('A token without a source cannot miss one.');
    return adminUrl(url, made.token);
  };
  return {
    ...line,
    url,
    organizationId,
    api,
    linkOf,
    async signIn(browser, { name = 'Olivia', ...options } = {}) {
      const page = await browser.open(options);
      await page.goto(await linkOf(name));
      await page.getByRole('heading', { level: 1 }).waitFor();
      return page;
    },
    async makeRooms() {
      await api.call('PUT', '/v1/locations/london', { name: 'Harbour Works London', timeZone: 'Europe/London' });
      const rooms = { thames: { name: 'Meeting Room Thames', kind: 'room' }, desk: { name: 'Hot Desk', kind: 'desk' } };
      for (const [id, room] of Object.entries(rooms)) {
        await api.call('PUT', `/v1/resources/${id}`, { ...room, locationId: 'london' });
      }
    },
    async connect() {
      const settings = { name: 'Kisi London', mode: 'enforce', locationIds: ['london'] };
      const { id } = await api.call<{ id: string }>('POST', '/v1/integrations', settings);
      await api.call('PUT', `/v1/integrations/${id}/connection`, { apiKey: KEY });
      return id;
    },
    async book(id, { resourceId = 'thames', member = 'ada' } = {}) {
      const now = Date.now();
      await api.call('PUT', `/v1/bookings/${id}`, {
        status: 'confirmed',
        payment: 'paid',
        resourceId,
        member: { id: member, email: `${member}@example.com`, name: member },
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + 7_200_000).toISOString(),
      });
    },
    async stop() {
      await server.close();
      await line.stop();
    },
  };
}
