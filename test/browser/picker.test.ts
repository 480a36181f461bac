import { defaultSeed } from '../../src/kisi-simulator/seed/default-seed';
import { startAdminWorld, type AdminWorld } from '../support/admin-world';
import { startBrowser, type Page, type TestBrowser } from '../support/browser';

const DOORS = 2_000;
/** 2,000 doors on 20 sites. */
const manyDoors = {
  ...defaultSeed,
  places: Array.from({ length: 20 }, (_, index) => ({ id: 2_001 + index, name: `Site ${index + 1}` })),
  locks: Array.from({ length: DOORS }, (_, index) => ({
    id: 30_001 + index,
    name: `Room ${index + 1}`,
    placeId: 2_001 + (index % 20),
    online: index % 100 !== 7,
  })),
  groups: [{ id: 4_008, name: 'Staff everywhere', lockIds: [30_001] }],
};

describe('the picker with 2,000 doors', () => {
  let world: AdminWorld;
  let browser: TestBrowser;
  let page: Page;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startAdminWorld(), startBrowser()]);
    await world.simulator.seed(manyDoors);
    await world.makeRooms();
    await world.connect();
    page = await world.signIn(browser);
  });
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });
  beforeEach(async () => {
    await page.goto(`${world.url}/admin/resources/access-control-door-mappings/new`);
    await field('Which door?').waitFor();
  });
  afterEach(() => expect(browser.errors()).toEqual([]));

  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const field = (name: string) => page.getByRole('combobox', { name });
  const options = () => page.getByRole('option').filter({ visible: true });
  /** What Enter would take. */
  const selected = (text: string) => page.locator('[data-combobox-selected]').filter({ hasText: text });
  const isFocused = async (name: string): Promise<boolean> =>
    (await page.evaluate('document.activeElement.id')) === (await field(name).getAttribute('id'));
  const tabTo = async (label: string) => {
    for (let tabs = 0; tabs < 60; tabs += 1) {
      if (await isFocused(label)) return;
      await press('Tab');
    }
    throw new Error(`The keyboard does not reach "${label}".`);
  };

  it('finds one by its name within a second', async () => {
    const door = field('Which door?');
    await door.click();
    await options().first().waitFor();
    const startedAt = performance.now();
    await door.fill('room 1742');
    await page.getByRole('option', { name: /Room 1742/ }).waitFor();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(await options().count()).toBe(1);
    await browser.screenshot(page, 'picker');
    await options().click();
    await page
      .getByText(/Id 31742$/)
      .filter({ visible: true })
      .first()
      .waitFor();
    expect(await door.inputValue()).toBe('Room 1742');
  });

  it('finds one by its place, and says that it is offline', async () => {
    await field('Which door?').fill('site 8');
    await page
      .getByRole('option', { name: /Site 8/ })
      .first()
      .waitFor();
    await field('Which door?').fill('room 108');
    await page.getByRole('option', { name: /Room 108 .*offline/ }).waitFor();
  });

  it('says so when nothing is called like that', async () => {
    await field('Which door?').fill('no such door');
    await page.getByText('No door is called like that').waitFor();
  });

  it('maps a door by keyboard only', async () => {
    await tabTo('Which one?');
    await page.keyboard.type('Thames');
    await selected('Meeting Room Thames').waitFor();
    await press('Enter');
    await tabTo('Which door?');
    await page.keyboard.type('Room 1234');
    await selected('Room 1234').waitFor();
    await press('Enter');
    await page.getByText('Nobody’s access changes').waitFor();
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Door mappings' }).waitFor();
    await browser.watch(page, 'keyboard', async () => {
      await page.getByRole('link', { name: 'Meeting Room Thames' }).waitFor();
      await page.getByText('Room 1234').first().waitFor();
    });
  });

  it('checks an id that is typed by hand', async () => {
    await page.getByRole('button', { name: 'Type an id by hand' }).click();
    const id = page.getByLabel('Kisi id');
    await id.fill('front');
    await page.getByText('An id is a whole number, like 1234.').waitFor();
    await id.fill('99');
    await page.getByText(/Kisi knows no door 99/).waitFor();
    await id.fill('30005');
    await page.getByText('✓ Room 5').waitFor();
  });
});
