import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseMasterKeys, type MasterKey } from '../secrets';

/** The folder of the embedded default; only its owner may read it. */
export interface Home {
  readonly folder: string;
  path(name: string): string;
  readJson(name: string): unknown;
  /** Whole or not at all, mode 0600. */
  writeJson(name: string, value: unknown): void;
  remove(name: string): void;
}

export function openHome(folder: string): Home {
  const absolute = resolve(folder);
  mkdirSync(absolute, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(absolute, name);
  return {
    folder: absolute,
    path,
    readJson(name) {
      if (!existsSync(path(name))) return null;
      const parsed: unknown = JSON.parse(readFileSync(path(name), 'utf8'));
      return parsed;
    },
    writeJson: (name, value) => writeWhole(path(name), `${JSON.stringify(value, null, 2)}\n`),
    remove: (name) => rmSync(path(name), { force: true }),
  };
}

/** The master key of this folder; made the first time. */
export function readMasterKeys(home: Home): MasterKey[] {
  const file = home.path('encryption.key');
  if (!existsSync(file)) writeWhole(file, `local:${randomBytes(32).toString('base64')}\n`);
  return parseMasterKeys(readFileSync(file, 'utf8').trim());
}

function writeWhole(file: string, text: string): void {
  const draft = `${file}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}
