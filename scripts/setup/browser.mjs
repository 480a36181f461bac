import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { cache, root } from './paths.mjs';
import { run } from './run.mjs';
import { say, SetupError, step } from './say.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const TIMEOUT_MS = 30_000;
/** Unpacks the package into $TMPDIR: it looks at the variable when it is imported, hence a process of its own. */
const UNPACK = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";

/**
 * A Chromium for the browser tests that was seen to open a page: CHROMIUM_PATH, one on PATH or in its usual place, one
 * that Playwright installed, the one that comes with the packages (Linux x64), or Debian's package where we may install it.
 *
 * @returns {Promise<string>} its path
 */
export async function ensureBrowser() {
  const given = process.env.CHROMIUM_PATH;
  if (given) return checkGiven(given);
  for (const path of await installed()) {
    if ((await whyNot(path)) === null) return path;
    say(`  ${path} opens no page; looking further`);
  }
  const failures = [];
  for (const [source, get] of [
    ['the one in the packages', fromPackages],
    ["Debian's package", fromDebian],
  ]) {
    try {
      return await get();
    } catch (error) {
      failures.push(`  ${source}: ${error.message.trim().split('\n').slice(-3).join(' ')}`);
    }
  }
  throw new SetupError(
    [
      'The browser tests need a Chromium, and none was found that opens a page:',
      ...failures,
      'Ways out:',
      '  1. Install chromium or Google Chrome, so that it is on PATH.',
      '  2. Set CHROMIUM_PATH to the path of one.',
      '  3. npx playwright-core install chromium',
    ].join('\n'),
  );
}

async function checkGiven(path) {
  const reason = existsSync(path) ? await whyNot(path) : 'there is nothing';
  if (reason !== null) throw new SetupError(`CHROMIUM_PATH names ${path}, which opens no page: ${reason}`);
  return path;
}

async function installed() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const { chromium } = await import('playwright-core');
  return [...onPath, ...MAC, chromium.executablePath()].filter((path) => existsSync(path));
}

/** Why a program is no browser for us, or null when it shows a page. */
async function whyNot(path) {
  const { chromium } = await import('playwright-core');
  try {
    const browser = await chromium.launch({ executablePath: path, args: FLAGS, timeout: TIMEOUT_MS });
    try {
      const page = await browser.newPage();
      await page.goto('data:text/html,<script>document.write(6*7)</script>', { timeout: TIMEOUT_MS });
      return (await page.textContent('body')) === '42' ? null : 'its page is empty';
    } finally {
      await browser.close();
    }
  } catch (error) {
    return error.message.trim().split('\n').slice(0, 2).join(' ');
  }
}

async function fromPackages() {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('it is for Linux x64');
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', '@sparticuz', 'chromium', 'package.json')));
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) await step('Unpacking a browser for the tests', () => unpack(folder));
  const path = join(folder, 'start');
  const reason = await whyNot(path);
  if (reason !== null) throw new Error(reason);
  return path;
}

/** Last and atomic is the name: what is in the cache is whole. */
async function unpack(target) {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'unpack-'));
  try {
    // With this variable the package brings its libraries and fonts too, for machines that have none.
    const env = { TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' };
    await run(process.execPath, ['-e', UNPACK], { env });
    const script = [
      '#!/bin/sh',
      'here="$(cd "$(dirname "$0")" && pwd)"',
      "# The machine's own libraries come first: what is here only fills the gaps.",
      'export LD_LIBRARY_PATH="/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64:$here/al2023/lib"',
      '[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="$here/fonts"',
      'exec "$here/chromium" "$@"',
    ];
    const fonts = join(folder, 'fonts', 'fonts.conf');
    writeFileSync(fonts, readFileSync(fonts, 'utf8').replaceAll('/tmp/fonts', join(target, 'fonts')));
    writeFileSync(join(folder, 'start'), `${script.join('\n')}\n`);
    chmodSync(join(folder, 'start'), 0o755);
    renameSync(folder, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fromDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error('it cannot be installed from here');
  await step("Installing Debian's chromium for the tests", async () => {
    await run('apt-get', ['update', '-q']);
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  });
  const path = '/usr/bin/chromium';
  const reason = existsSync(path) ? await whyNot(path) : 'there is no /usr/bin/chromium afterwards';
  if (reason !== null) throw new Error(reason);
  return path;
}
