import type { SwitchValues } from '../switches';
import type { Reply } from './reply';

/** A 429. What is in it is not documented by Kisi, so it is what the switches say. */
export function rateLimitReply(switches: SwitchValues, waitMs: number): Reply {
  const headers =
    switches.rate_limit_retry_after === 'seconds' ? { 'Retry-After': String(Math.ceil(waitMs / 1_000)) } : {};
  if (switches.rate_limit_body === 'empty') return { status: 429, headers };
  if (switches.rate_limit_body === 'text') {
    return { status: 429, headers, text: 'Too many requests\n', contentType: 'text/plain' };
  }
  return { status: 429, headers, body: { code: '000429', error: 'Too many requests.' } };
}
