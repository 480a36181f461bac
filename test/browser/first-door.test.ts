import { KEY, SECOND_KEY, startAdminWorld, type AdminWorld } from '../support/admin-world';
import { startBrowser, type Page, type TestBrowser } from '../support/browser';

const DOOR = 3002;

describe('from nothing to the first opened door, by clicking only', () => {
  let world: AdminWorld;
  let browser: TestBrowser;
  let page: Page;

  const goTo = (name: string) =>
    page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name, exact: true }).click();
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
  const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
  const opens = async () => (await world.simulator.access('ada@example.com', DOOR)).allowed;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startAdminWorld(), startBrowser()]);
    page = await world.signIn(browser);
  });
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });
  afterEach(() => expect(browser.errors()).toEqual([]));

  /** An empty overview says what to do first. */
  const addLocation = async () => {
    await page.getByText('From nothing to the first opened door').waitFor();
    await browser.screenshot(page, 'overview-empty');
    await goTo('Locations');
    await button('Add location').click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('Harbour Works London');
    await form.getByLabel(/^Id/).fill('london');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Harbour Works London').first().waitFor();
  };

  /** A pasted key is tested before it is saved. */
  const connectKisi = async () => {
    await goTo('Integrations');
    await page.getByRole('link', { name: 'Connect Kisi' }).first().click();
    await page.getByLabel('Name').fill('Kisi London');
    await page.getByRole('combobox', { name: 'Locations' }).or(page.getByLabel('Locations')).first().click();
    await page.getByRole('option', { name: 'Harbour Works London' }).click();
    const key = page.getByLabel('API key', { exact: false }).first();
    await key.fill('no-such-key-at-kisi');
    await button('Test').click();
    await page.getByText('This key cannot be used as it is').waitFor();
    await key.fill(` ${KEY}\n`);
    await button('Test').click();
    await page.getByText('This key works').waitFor();
    await page.getByText('Access Integration').waitFor();
    await browser.screenshot(page, 'integration-new-tested');
    await button('Save and connect').click();
    await heading('Kisi London');
    await page.getByText('Connected', { exact: true }).filter({ visible: true }).first().waitFor();
    expect(await page.content()).not.toContain(KEY);
  };

  /** A real door is picked, nobody copies an id. */
  const mapDoor = async () => {
    await goTo('Resources');
    await button('Add resource').click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('Meeting Room Thames');
    await form.getByLabel('Id in the booking platform').fill('thames');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('not mapped', { exact: true }).waitFor();
    await goTo('Door mappings');
    await page.getByRole('link', { name: 'Map a door' }).first().click();
    await page.getByRole('combobox', { name: 'Which one?' }).fill('tham');
    await page.getByRole('option', { name: /Meeting Room Thames/ }).click();
    await page.getByRole('combobox', { name: 'Which door?' }).fill('thames');
    await page.getByRole('option', { name: /London Meeting Room Thames/ }).click();
    await page.getByText('Nobody’s access changes').waitFor();
    await browser.screenshot(page, 'mapping-new');
    await button('Save').click();
    await page.getByRole('link', { name: 'Meeting Room Thames' }).waitFor();
  };

  /** A booking goes active, and its door is open. */
  const makeBooking = async () => {
    await goTo('Bookings');
    await button('Trial booking').click();
    const form = page.getByRole('dialog');
    await form.getByLabel('E-mail address').fill('ada@example.com');
    await form.getByLabel('Name').fill('Ada');
    await form.getByRole('button', { name: 'Send the booking' }).click();
    await page.getByText('Active', { exact: true }).filter({ visible: true }).first().waitFor({ timeout: 30_000 });
    expect(await opens()).toBe(true);
    await browser.screenshot(page, 'bookings-active');
  };

  /** Whom it concerns is shown before; what is ours is shut, mappings stay. */
  const disconnect = async () => {
    await goTo('Integrations');
    await page.getByRole('link', { name: 'Kisi London' }).click();
    await button(/^Disconnect/).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 person can enter now.').waitFor();
    await browser.screenshot(page, 'disconnect');
    await dialog.getByRole('button', { name: 'Revoke and disconnect' }).click();
    await page
      .getByText('Not connected', { exact: true })
      .filter({ visible: true })
      .first()
      .waitFor({ timeout: 40_000 });
    expect(await opens()).toBe(false);
    await goTo('Door mappings');
    await page.getByText('Inactive', { exact: true }).filter({ visible: true }).first().waitFor();
  };

  /** Another key of the same Kisi organization: everything revives by itself. */
  const reconnect = async () => {
    await goTo('Integrations');
    await page.getByRole('link', { name: 'Kisi London' }).click();
    await page.getByLabel('API key').first().fill(SECOND_KEY);
    await button('Save and connect again').click();
    await page.getByText('Connected', { exact: true }).filter({ visible: true }).first().waitFor();
    await goTo('Bookings');
    await page.getByText('Active', { exact: true }).filter({ visible: true }).first().waitFor({ timeout: 30_000 });
    expect(await opens()).toBe(true);
    await goTo('Overview');
    // The connection was away a moment ago: the page asks again by itself until the doors are known again.
    await page.getByText('Everything is all right').waitFor({ timeout: 40_000 });
    await browser.screenshot(page, 'overview-good');
  };

  it('leads to an active booking, through the end of the connection, and back', async () => {
    for (const step of [addLocation, connectKisi, mapDoor, makeBooking, disconnect, reconnect]) {
      await browser.watch(page, `first-door-${step.name}`, step);
    }
  }, 180_000);
});
