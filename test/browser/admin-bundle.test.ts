import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { projectRoot } from '../../src/project-root';

const MOST_BYTES = 350 * 1024;
const folder = join(projectRoot(), 'dist', 'admin');

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

const manifest = (): Map<string, Chunk> =>
  new Map(Object.entries<Chunk>(JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8'))));

/** The files that some chunks and everything they import at once consist of. */
function filesOf(chunks: Map<string, Chunk>, names: readonly string[], seen = new Set<string>()): Set<string> {
  for (const name of names) {
    const chunk = chunks.get(name);
    if (chunk === undefined || seen.has(chunk.file)) continue;
    seen.add(chunk.file);
    filesOf(chunks, chunk.imports ?? [], seen);
  }
  return seen;
}

const compressedBytes = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).byteLength, 0);

describe('the bundle of the admin pages', () => {
  it('loads any page, the first one too, with less than 350 kB of compressed JavaScript', () => {
    const chunks = manifest();
    const entries = [...chunks].filter(([, { isEntry }]) => isEntry === true).map(([name]) => name);
    const pages = entries.flatMap((name) => chunks.get(name)?.dynamicImports ?? []);
    expect(entries).toHaveLength(1);
    expect(pages.length).toBeGreaterThan(5);
    const sizes = pages.map((page) => compressedBytes(filesOf(chunks, [...entries, page])));
    expect(Math.max(...sizes)).toBeLessThan(MOST_BYTES);
  });

  it('takes nothing from other servers', () => {
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) {
      expect(address).toMatch(/^\/admin\//);
      expect(existsSync(join(folder, address.replace('/admin/', '')))).toBe(true);
    }
  });
});
