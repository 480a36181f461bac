import { startAdminWorld, type AdminWorld } from '../support/admin-world';
import { findBarriers, findCutOff, startBrowser, type Page, type TestBrowser } from '../support/browser';

/** Every page with something on it: its name, its address, and its heading in English and German. */
const PAGES = [
  ['overview', '/', 'Overview', 'Übersicht'],
  ['bookings', '/bookings', 'Bookings', 'Buchungen'],
  ['booking', '/bookings/booking?source=default&id=one', /one/, /one/],
  ['members', '/members', 'Members', 'Mitglieder'],
  ['member', '/members/member?source=default&id=ada', 'ada', 'ada'],
  ['mappings', '/resources/access-control-door-mappings', 'Door mappings', /./],
  ['mapping', '/resources/access-control-door-mappings/front', /Front door/, /Front door/],
  ['mapping-new', '/resources/access-control-door-mappings/new', 'Map a door', /./],
  ['resources', '/resources', 'Resources', /./],
  ['plans', '/plans', 'Plans & passes', /./],
  ['integrations', '/settings/integrations', 'Integrations', /./],
  ['integration', '/settings/integrations/INTEGRATION', 'Kisi London', 'Kisi London'],
  ['integration-new', '/settings/integrations/new', 'Connect Kisi', /./],
  ['locations', '/settings/locations', 'Locations', /./],
  ['api-tokens', '/settings/api-tokens', 'API tokens', /./],
  ['organization', '/settings/organization', 'Organization', /./],
  ['not-found', '/no-such-page', 'There is no such page', /./],
] as const;

const WIDTHS = [1280, 375];

describe('every admin page', () => {
  let world: AdminWorld;
  let browser: TestBrowser;
  let integrationId: string;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startAdminWorld(), startBrowser()]);
    await world.makeRooms();
    integrationId = await world.connect();
    const common = { integrationId, enabled: true };
    const room = { type: 'resource', source: 'default', id: 'thames' };
    const mappings = {
      front: { ...common, subject: room, target: { type: 'group', id: 4001 }, name: 'Front door' },
      thames: { ...common, subject: room, target: { type: 'lock', id: 3002 }, name: 'Meeting Room Thames' },
    };
    for (const [id, body] of Object.entries(mappings)) await world.api.call('PUT', `/v1/door-mappings/${id}`, body);
    await world.api.call('PUT', '/v1/plans/fulltime', { name: 'Full time', locationId: 'london' });
    await world.api.call('PUT', '/v1/pass-types/day', { name: 'Day pass', locationId: null });
    await world.book('one');
    await world.api.call('PUT', '/v1/teams/crew', { name: 'Crew', memberIds: ['ada', 'not-described-yet'] });
    await world.book('two', { resourceId: 'desk', member: 'bob' });
  });
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });
  afterEach(() => expect(browser.errors()).toEqual([]));

  const open = async (page: Page, path: string, heading: string | RegExp) => {
    await page.goto(`${world.url}/admin${path.replace('INTEGRATION', integrationId)}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.waitForLoadState('networkidle');
  };

  it('keeps nobody out and is not cut off, light and dark, wide and narrow', async () => {
    const page = await world.signIn(browser);
    const found: string[] = [];
    for (const [name, path, heading] of PAGES) {
      await open(page, path, heading);
      if (!(await page.title()).endsWith(' · Latchkey')) found.push(`${path}: its title is "${await page.title()}"`);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          found.push(...(await findBarriers(page)).map((barrier) => `${path} ${colorScheme} ${width}: ${barrier}`));
          found.push(...(await findCutOff(page)).map((cut) => `${path} ${width}: cut off: ${cut}`));
          await browser.screenshot(page, `${name}-${colorScheme}`, [width]);
        }
      }
    }
    expect(found).toEqual([]);
  }, 240_000);

  it('speaks German, and fits a phone with longer words', async () => {
    const page = await world.signIn(browser, { locale: 'de-DE', width: 375 });
    const found: string[] = [];
    for (const [name, path, , heading] of PAGES) {
      await open(page, path, heading);
      found.push(...(await findCutOff(page)).map((cut) => `${path}: cut off: ${cut}`));
      await browser.screenshot(page, `${name}-german`, [375]);
    }
    expect(found).toEqual([]);
  }, 240_000);
});
