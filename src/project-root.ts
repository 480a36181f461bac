import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of this project, found upwards from this file: it runs both from `src/` and, bundled, from `dist/`.
 *
 * @throws Error when no package.json of this project is found above
 */
export function projectRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && /"name":\s*"latchkey"/.test(readFileSync(file, 'utf8'))) return folder;
    if (folder === dirname(folder)) throw new Error('The project folder was not found above the running program.');
  }
}
