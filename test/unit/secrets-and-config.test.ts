import { readFileSync } from 'node:fs';
import { ConfigError, configShape, readConfig } from '../../src/config';
import { createSecretBox, parseMasterKeys } from '../../src/secrets';

const old = { id: 'old', key: Buffer.alloc(32, 1) };
const fresh = { id: 'fresh', key: Buffer.alloc(32, 2) };

describe('stored secrets', () => {
  it('are opened with the key that sealed them, also after a new one came', () => {
    const sealed = createSecretBox([old]).seal('a Kisi key');
    expect(sealed).not.toContain('a Kisi key');
    expect(createSecretBox([fresh, old]).open(sealed)).toBe('a Kisi key');
  });

  it('cannot be opened after a change of the text or without the key', () => {
    const sealed = createSecretBox([old]).seal('a Kisi key');
    expect(() => createSecretBox([fresh]).open(sealed)).toThrow('"old" is not configured');
    expect(() => createSecretBox([old]).open(`${sealed.slice(0, -6)}AAAAA=`)).toThrow();
  });

  it('are not told by the error about one that was stored as it is', () => {
    const open = (): string => createSecretBox([old]).open('a Kisi key');
    expect(open).toThrow('A stored secret is not sealed.');
    expect(open).not.toThrow(/a Kisi key/);
  });
});

describe('settings', () => {
  it('name every wrong variable with its description and no value', () => {
    const read = (): unknown => readConfig({ PORT: 'seven', LATCHKEY_ENCRYPTION_KEYS: 'a:hunter2' }, ['DATABASE_URL']);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT[\s\S]*LATCHKEY_ENCRYPTION_KEYS[\s\S]*DATABASE_URL: is missing/);
    expect(read).not.toThrow(/hunter2|seven/);
  });

  it('are all in .env.example, with their descriptions', () => {
    const example = readFileSync('.env.example', 'utf8');
    for (const [name, schema] of Object.entries(configShape)) {
      expect(example).toContain(`# ${schema.description ?? ''}\n#${name}=`);
    }
  });

  it('are all in the table of the README, with their defaults and descriptions', () => {
    const rows = readFileSync('README.md', 'utf8')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const defaults = new Map(Object.entries(readConfig({})).map(([name, value]) => [name, JSON.stringify(value)]));
    for (const [name, schema] of Object.entries(configShape)) {
      const standard = defaults.has(name) ? `\`${String(defaults.get(name)).replaceAll('"', '')}\`` : '';
      expect(rows).toContainEqual(['', `\`${name}\``, standard, schema.description ?? '', '']);
    }
  });

  it('refuse a master key of another length', () => {
    expect(() => parseMasterKeys('main:c2hvcnQ=')).toThrow('key 1');
  });
});
