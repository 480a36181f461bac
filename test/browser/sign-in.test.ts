import { startAdminWorld, type AdminWorld } from '../support/admin-world';
import { findBarriers, findCutOff, startBrowser, type TestBrowser } from '../support/browser';

describe('signing in to the admin pages in a browser', () => {
  let world: AdminWorld;
  let browser: TestBrowser;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startAdminWorld(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });
  afterEach(() => expect(browser.errors()).toEqual([]));

  it('signs in by the link and takes the token out of the address', async () => {
    const page = await browser.open();
    const link = await world.linkOf('Olivia');
    await page.goto(link);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect(page.url()).not.toContain('lk_');
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.getByRole('button', { name: /Signed in as Olivia/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  });

  it('asks for a token, refuses a wrong one, and leads to the page that was asked for', async () => {
    const page = await browser.open();
    await page.goto(`${world.url}/admin/settings/integrations`);
    const token = page.getByLabel('API token', { exact: true });
    await token.fill('lk_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This token lets nobody in').waitFor();
    await token.fill(String((await world.linkOf('Otto')).split('#token=')[1]));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Integrations' }).waitFor();
  });

  it('lets everybody sign in: no barriers, light and dark, narrow and wide', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1280, 375]) {
        const page = await browser.open({ width, colorScheme });
        await page.goto(`${world.url}/admin/`);
        await page.getByRole('heading', { name: 'Sign in' }).waitFor();
        expect(await findBarriers(page)).toEqual([]);
        expect(await findCutOff(page)).toEqual([]);
        await browser.screenshot(page, `sign-in-${colorScheme}`, [width]);
        await page.context().close();
      }
    }
  });

  it('speaks German with a German browser', async () => {
    const page = await browser.open({ locale: 'de-DE' });
    await page.goto(`${world.url}/admin/`);
    await page.getByRole('heading', { level: 1, name: 'Anmelden' }).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('de');
  });
});
