import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

export type { Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const HEIGHT = 900;

export interface PageOptions {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: 'en-GB' | 'de-DE';
  readonly timeZone?: string;
}

/** A headless Chromium for one test file. */
export interface TestBrowser {
  /** A page with a memory of its own, as another person's browser. */
  open(options?: PageOptions): Promise<Page>;
  /** What went wrong in any page so far: thrown errors and console errors, but not answers that are not 2xx. */
  errors(): readonly string[];
  /** Writes `NAME-WIDTH.png` of the whole page to a temporary folder, whose name is printed at the end. */
  screenshot(page: Page, name: string, widths?: readonly number[]): Promise<void>;
  /** Does something; if it fails, takes a screenshot of what the page showed. */
  watch(page: Page, name: string, work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** @throws when it was not started by `npm test`, which finds the browser */
export async function startBrowser(): Promise<TestBrowser> {
  const path = process.env['CHROMIUM_PATH'];
  if (!path) throw new Error('Run the tests with: npm test');
  const browser = await chromium.launch({ executablePath: path, args: FLAGS });
  const errors: string[] = [];
  let folder: string | null = null;
  const screenshot: TestBrowser['screenshot'] = async (page, name, widths = [1280, 375]) => {
    folder ??= screenshotFolder();
    const before = page.viewportSize();
    for (const width of widths) {
      await page.setViewportSize({ width, height: HEIGHT });
      await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
    }
    if (before !== null) await page.setViewportSize(before);
  };
  return {
    open: (options = {}) => openPage(browser, errors, options),
    errors: () => errors,
    screenshot,
    async watch(page, name, work) {
      try {
        await work();
      } catch (error) {
        await screenshot(page, `${name}-FAILED`, [page.viewportSize()?.width ?? 1280]);
        throw error;
      }
    },
    async close() {
      await browser.close();
      if (folder !== null) process.stderr.write(`Screenshots: ${folder}\n`);
    },
  };
}

function screenshotFolder(): string {
  const given = process.env['LATCHKEY_SCREENSHOTS'];
  if (given === undefined) return mkdtempSync(join(tmpdir(), 'latchkey-screenshots-'));
  mkdirSync(given, { recursive: true });
  return given;
}

async function openPage(browser: Browser, errors: string[], options: PageOptions): Promise<Page> {
  const { width = 1280, colorScheme = 'light', locale = 'en-GB', timeZone = 'Europe/London' } = options;
  const context = await browser.newContext({
    viewport: { width, height: HEIGHT },
    colorScheme,
    locale,
    timezoneId: timeZone,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    // Answers that are not 2xx are part of the tests; Chromium tells each of them here too.
    const isError = message.type() === 'error' && !message.text().startsWith('Failed to load resource');
    if (isError) errors.push(`${page.url()}: ${message.text()}`);
  });
  return page;
}

const FINISH_TRANSITIONS = `Promise.all(document.getAnimations().filter((animation) => animation instanceof CSSTransition)
  .map((animation) => (animation.finish(), animation.finished.catch(() => undefined))))`;
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Looks for what keeps people from using the page as it is now.
 *
 * @returns what is serious or critical (axe-core's words), one line each with the places; empty when all is well
 */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  // A colour halfway to another one is on the screen for a moment only, and nobody has to read it.
  await page.evaluate(FINISH_TRANSITIONS);
  // Not as a script element: the page's Content-Security-Policy would rightly refuse it.
  await page.evaluate(axeSource);
  const { violations }: AxeResults = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary ?? ''})`).join('; ')}`,
    );
}

const CUT_OFF = `[...document.querySelectorAll('header *, nav *, main *, [role=dialog] *')]
  .filter((element) => element.matches('a, button, input, select, textarea, h1, h2'))
  .filter((element) => element.checkVisibility() && element.closest('[tabindex="0"]') === null)
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((element) => element.getAttribute('aria-label') ?? element.textContent)`;

/** What does not fit the width of the screen: the page, or something in it that people read or use. */
export async function findCutOff(page: Page): Promise<readonly string[]> {
  const isWider = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
  const elements: readonly string[] = await page.evaluate(CUT_OFF);
  return [...(isWider === true ? ['the page itself'] : []), ...elements];
}
