/** The keys of the simulator's seed. */
export const KEYS = {
  integration: 'simulated-key-of-the-integration',
  second: 'simulated-second-key-of-the-integration',
  olivia: 'simulated-key-of-olivia',
  /** Of a user who is no administrator. */
  sam: 'simulated-key-of-sam',
} as const;

/** Revokes a key at Kisi, as somebody there would. */
export async function revokeKey(url: string, secret: string): Promise<void> {
  const answer = await fetch(`${url}/login`, { method: 'DELETE', headers: { Authorization: `KISI-LOGIN ${secret}` } });
  if (!answer.ok) throw new Error(`The key was not revoked: ${answer.status}`);
}
