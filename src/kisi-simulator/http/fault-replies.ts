import type { ActiveFault } from '../faults/faults';
import type { SwitchValues } from '../switches';
import { rateLimitReply } from './rate-limit-reply';
import type { Reply } from './reply';

/** The answer of a fault that comes instead of the effect, or null. */
export function earlyReply(fault: ActiveFault | null, switches: SwitchValues): Reply | null {
  if (fault === null) return null;
  if (fault.rule.kind === 'rate_limit') return rateLimitReply(switches, 1_000);
  if (fault.rule.kind === 'html') {
    const text =
      '<!DOCTYPE html><html><head><title>500</title></head><body><h1>Something went wrong</h1></body></html>';
    return { status: 500, text, contentType: 'text/html; charset=utf-8' };
  }
  return fault.rule.kind === 'status' ? statusReply(fault) : null;
}

function statusReply({ rule }: ActiveFault): Reply {
  const status = rule.status ?? 500;
  if (status === 422) return { status, body: { errors: { base: [rule.code ?? 'is not possible now'] } } };
  return { status, body: { code: rule.code ?? `000${status}`, error: 'The simulator was told to refuse this.' } };
}
