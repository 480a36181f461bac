import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypts what must be read again, such as API keys. */
export interface SecretBox {
  seal(text: string): string;
  /** @throws Error when the master key is missing or the text was changed; it holds no secret */
  open(sealed: string): string;
}

export interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM with the id of the master key in front: the first key seals, all of them open, so a master key can be replaced.
 *
 * @param keys at least one, 32 bytes each
 */
export function createSecretBox(keys: readonly MasterKey[]): SecretBox {
  const [first] = keys;
  if (first === undefined) throw new Error('At least one encryption key is needed.');
  return {
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', first.key, nonce);
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${first.id}:${sealed.toString('base64')}`;
    },
    open(sealed) {
      const [id = '', text = ''] = sealed.split(':', 2);
      const master = keys.find((one) => one.id === id);
      // Whatever is no id of a key is not told: it may be a secret that was stored as it is.
      if (!sealed.includes(':')) throw new Error('A stored secret is not sealed.');
      if (master === undefined) throw new Error(`The encryption key "${id}" is not configured.`);
      const bytes = Buffer.from(text, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', master.key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const opened = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
      return Buffer.concat(opened).toString('utf8');
    },
  };
}

/**
 * Master keys as they are configured: `id:base64` of 32 bytes, separated by commas.
 *
 * @throws Error that names the place, never the value
 */
export function parseMasterKeys(text: string): MasterKey[] {
  return text.split(',').map((part, index) => {
    const [id = '', encoded = ''] = part.trim().split(':', 2);
    const key = Buffer.from(encoded, 'base64');
    if (!/^[\w-]{1,40}$/.test(id) || key.length !== 32) {
      throw new Error(`key ${index + 1} is not "id:base64 of 32 bytes" (make one with: openssl rand -base64 32)`);
    }
    return { id, key };
  });
}
