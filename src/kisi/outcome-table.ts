import { AxiosError } from 'axios';
import type { KisiFailure, RefusalReason } from '../domain/outcomes';
import { errorSchema } from './schemas';

/** An answer as it came, before anybody trusts it. */
export interface RawAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | null;
}

/** With no `Retry-After`, Kisi's limit of a few requests a second is over after this. */
const DEFAULT_WAIT_MS = 1_500;
const LONGEST_WAIT_MS = 5 * 60_000;
/** Connections that never came about: nothing was sent. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ERR_BAD_OPTION']);

/** The table for answers: what each status means. Null for a 2xx, whose body is still to be read. */
export function failureOfAnswer(answer: RawAnswer, now: number): KisiFailure | null {
  const { status } = answer;
  if (status >= 200 && status < 300) return null;
  if (status === 404) return { kind: 'gone' };
  if (status === 409 || (status === 422 && saysExists(answer.body))) return { kind: 'already_so' };
  if (status === 429) return { kind: 'wait_until', at: waitUntil(answer.retryAfter, now), cause: 'rate_limited' };
  if (status >= 400 && status < 500) return refusal(answer);
  return { kind: 'unknown', cause: `status ${status}` };
}

/** The table for silence: an error of the connection, never of Kisi. Its text is not passed on: it might hold an address. */
export function failureOfError(error: unknown): KisiFailure {
  const code = error instanceof AxiosError ? (error.code ?? 'no answer') : 'no answer';
  if (NOT_SENT.has(code)) return { kind: 'unavailable', cause: code };
  return { kind: 'unknown', cause: code === 'ERR_CANCELED' ? 'no answer in time' : code };
}

function refusal(answer: RawAnswer): KisiFailure {
  const parsed = errorSchema.safeParse(answer.body);
  const code = parsed.success ? (parsed.data.code ?? null) : null;
  const fields = parsed.success ? Object.keys(parsed.data.errors ?? {}) : [];
  const reason: RefusalReason =
    answer.status === 401
      ? 'key_invalid'
      : answer.status === 403
        ? 'forbidden'
        : answer.status === 422 || answer.status === 400
          ? 'invalid'
          : 'other';
  const message = fields.length > 0 ? `refused because of ${fields.join(', ')}` : 'refused';
  return { kind: 'refused', reason, status: answer.status, code, message };
}

function saysExists(body: unknown): boolean {
  const parsed = errorSchema.safeParse(body);
  if (!parsed.success) return false;
  const texts = [parsed.data.error ?? '', ...Object.values(parsed.data.errors ?? {}).flat()];
  return texts.some((text) => /already (exists|been taken)|has already|taken/i.test(text));
}

function waitUntil(retryAfter: string | null, now: number): number {
  if (retryAfter === null) return now + DEFAULT_WAIT_MS;
  const seconds = Number(retryAfter);
  const at = Number.isFinite(seconds) ? now + seconds * 1_000 : Date.parse(retryAfter);
  if (Number.isNaN(at)) return now + DEFAULT_WAIT_MS;
  return Math.min(Math.max(at, now), now + LONGEST_WAIT_MS);
}
