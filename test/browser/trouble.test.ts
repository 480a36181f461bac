import { startAdminWorld, type AdminWorld } from '../support/admin-world';
import { startBrowser, type Page, type TestBrowser } from '../support/browser';

const NEW = '/admin/resources/access-control-door-mappings/new';

describe('when something is in the way', () => {
  let world: AdminWorld;
  let browser: TestBrowser;
  let integrationId: string;
  let page: Page;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startAdminWorld(), startBrowser()]);
    await world.makeRooms();
    integrationId = await world.connect();
    page = await world.signIn(browser);
  });
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });
  afterEach(async () => {
    await world.simulator.clearFaults();
    expect(browser.errors()).toEqual([]);
  });

  const integrationPage = async () => {
    await page.goto(`${world.url}/admin/settings/integrations/${integrationId}`);
    await page.getByRole('heading', { level: 1, name: 'Kisi London' }).waitFor();
  };
  const testStoredKey = () => page.getByRole('button', { name: 'Test the stored key' }).click();
  const openNew = async () => {
    await page.goto(world.url + NEW);
    await page.getByRole('combobox', { name: 'Which one?' }).fill('thames');
    await page.getByRole('option', { name: /Meeting Room Thames/ }).click();
  };

  it('says that Kisi is slow while it is, and then shows what it answered', async () => {
    await world.simulator.fault({ kind: 'slow', delayMs: 4_000, times: 1 });
    await integrationPage();
    await testStoredKey();
    await page.getByText('Kisi is slow, still trying …').waitFor();
    await page.getByText('This key works').waitFor();
  });

  it('says that Kisi refuses the key, and what to do', async () => {
    await world.simulator.fault({ kind: 'status', status: 401 });
    await integrationPage();
    await testStoredKey();
    await page.getByText('This key cannot be used as it is').waitFor();
    await page
      .getByText(/new .*key/i)
      .first()
      .waitFor();
    await browser.screenshot(page, 'integration-key-refused');
  });

  it('says that Kisi fails, and works again by itself', async () => {
    await world.simulator.fault({ kind: 'status', status: 500 });
    await integrationPage();
    await testStoredKey();
    await page.getByText('This key cannot be used as it is').waitFor();
    await world.simulator.clearFaults();
    await testStoredKey();
    await page.getByText('This key works').waitFor();
  });

  it('saves a mapping while Kisi is away, marked as not checked, and checks it later', async () => {
    await world.simulator.fault({ kind: 'outage' });
    await openNew();
    await page.getByRole('radio', { name: 'Group of doors' }).check();
    await page.getByRole('button', { name: 'Type an id by hand' }).click();
    await page.getByLabel('Kisi id').fill('4002');
    await page.getByRole('button', { name: 'Use this id unchecked' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await browser.watch(page, 'unverified', () =>
      page.getByText('Not checked yet', { exact: true }).filter({ visible: true }).first().waitFor(),
    );
    await browser.screenshot(page, 'mapping-unverified');
    await world.simulator.clearFaults();
    await page.getByText('Active', { exact: true }).filter({ visible: true }).first().waitFor({ timeout: 40_000 });
  });

  it('tells the second of two operators, and overwrites nothing', async () => {
    const mapping = {
      subject: { type: 'resource', source: 'default', id: 'desk' },
      integrationId,
      target: { type: 'group', id: 4003 },
      name: 'Desks',
      enabled: true,
    };
    await world.api.call('PUT', '/v1/door-mappings/desks', mapping);
    const other = await world.signIn(browser, { name: 'Otto' });
    const address = `${world.url}/admin/resources/access-control-door-mappings/desks`;
    for (const each of [page, other]) {
      await each.goto(address);
      await each.getByLabel('Name').first().waitFor();
    }
    await page.getByLabel('Name').first().fill('Desks of Olivia');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await browser.watch(page, 'two-operators', () =>
      page.getByRole('heading', { level: 1, name: 'Door mappings' }).waitFor(),
    );
    await other.getByLabel('Name').first().fill('Desks of Otto');
    await other.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = other.getByRole('dialog');
    await dialog.getByText('Nothing was overwritten').waitFor();
    await dialog.getByRole('button', { name: 'Compare' }).click();
    await dialog.getByText('Desks of Olivia').waitFor();
    await browser.screenshot(other, 'mapping-conflict');
    await dialog.getByRole('button', { name: 'Load theirs, drop mine' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await other.getByLabel('Name').first().inputValue()).toBe('Desks of Olivia');
    const { name } = await world.api.call<{ name: string }>('GET', '/v1/door-mappings/desks');
    expect(name).toBe('Desks of Olivia');
  });

  it('says how many people inside lose the door before a mapping is deleted', async () => {
    await world.book('inside', { resourceId: 'desk' });
    await page.goto(`${world.url}/admin/bookings`);
    await page.getByText('Active', { exact: true }).filter({ visible: true }).first().waitFor();
    await page.goto(`${world.url}/admin/resources/access-control-door-mappings/desks`);
    await page.getByRole('button', { name: /^Delete/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 person inside now loses the door').waitFor();
    await browser.screenshot(page, 'mapping-delete');
    await dialog.getByRole('button', { name: 'Delete and take access away' }).click();
    await page.getByRole('heading', { level: 1, name: 'Door mappings' }).waitFor();
  });

  it('lets somebody who may only see see, and nothing else', async () => {
    const reader = await browser.open();
    await reader.goto(await world.linkOf('Rita', ['read']));
    await reader.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await reader.goto(`${world.url}/admin/settings/integrations`);
    await reader.getByRole('link', { name: 'Kisi London' }).click();
    await reader.getByRole('heading', { level: 1, name: 'Kisi London' }).waitFor();
    expect(
      await reader
        .getByRole('button', { name: /^Disconnect/ })
        .first()
        .getAttribute('data-disabled'),
    ).toBe('true');
  });
});
