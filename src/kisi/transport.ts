import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { z } from 'zod';
import type { KisiOutcome } from '../domain/outcomes';
import { estimateOffset } from './clock-offset';
import type { RateLimiter } from './limiter';
import { failureOfAnswer, failureOfError } from './outcome-table';

export interface TransportOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Whom Kisi's rate limit counts: one API user, whichever of its keys is used. */
  readonly apiUserKey: string;
  readonly limiter: RateLimiter;
  readonly clock: () => number;
  readonly integrationName?: string;
  readonly integrationContact?: string;
  readonly requestTimeoutMs?: number;
}

export interface KisiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly params?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** One answer whose body was read. */
export interface Answer<T> {
  readonly value: T;
  readonly range: string | null;
}

const DEFAULT_TIMEOUT_MS = 8_000;
const httpAgent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const httpsAgent = new https.Agent({ keepAlive: true, maxSockets: 64 });

/**
 * Sends one request at a time slot and turns whatever happens into an outcome; never throws for Kisi or the network.
 *
 * Its slots belong to whoever reserved them, so each attempt has a transport of its own; the connections are shared.
 */
export class KisiTransport {
  private readonly slots: number[] = [];
  private offsetMs = 0;

  constructor(private readonly options: TransportOptions) {}

  /** Milliseconds that Kisi's clock is ahead of ours, by its last answer. */
  clockOffsetMs(): number {
    return this.offsetMs;
  }

  /** Takes the slots of several requests together. */
  async reserve(
    count: number,
  ): Promise<{ readonly kind: 'slots' } | { readonly kind: 'wait_until'; readonly at: number }> {
    const reserved = await this.options.limiter.reserve(this.options.apiUserKey, count);
    if (reserved.kind === 'wait_until') return reserved;
    this.slots.splice(0, this.slots.length, ...reserved.at);
    return { kind: 'slots' };
  }

  async send<T>(request: KisiRequest, schema: z.ZodType<T>): Promise<KisiOutcome<Answer<T>>> {
    const waited = await this.takeSlot(request.signal);
    if (waited !== null) return waited;
    const sentAt = this.options.clock();
    try {
      const response = await axios.request<unknown>(this.toAxios(request));
      const receivedAt = this.options.clock();
      this.offsetMs = estimateOffset(response.headers['date'], sentAt, receivedAt) ?? this.offsetMs;
      const retryAfter: unknown = response.headers['retry-after'];
      const answer = {
        status: response.status,
        body: toJson(response.data),
        retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
      };
      const failure = failureOfAnswer(answer, receivedAt);
      if (failure !== null) return failure;
      const parsed = schema.safeParse(answer.body);
      if (!parsed.success) return { kind: 'unknown', cause: `unreadable answer with status ${response.status}` };
      const range: unknown = response.headers['x-collection-range'];
      return { kind: 'done', value: { value: parsed.data, range: typeof range === 'string' ? range : null } };
    } catch (error) {
      return failureOfError(error);
    }
  }

  private toAxios({ method, path, params, body, signal }: KisiRequest): Parameters<typeof axios.request>[0] {
    const { baseUrl, apiKey, integrationName = 'Latchkey', integrationContact, requestTimeoutMs } = this.options;
    const timeout = AbortSignal.timeout(requestTimeoutMs ?? DEFAULT_TIMEOUT_MS);
    return {
      method,
      baseURL: baseUrl,
      url: path,
      ...(params === undefined ? {} : { params }),
      ...(body === undefined ? {} : { data: body }),
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
        Authorization: `KISI-LOGIN ${apiKey}`,
        'X-Kisi-Integration-Identifier': integrationName,
        ...(integrationContact === undefined ? {} : { 'X-Kisi-Integration-Contact': integrationContact }),
      },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      maxRedirects: 0,
      validateStatus: () => true,
      responseType: 'text',
      transformResponse: (data: unknown) => data,
      httpAgent,
      httpsAgent,
    };
  }

  /** Waits for this request's slot; answers an outcome when there is none in time. */
  private async takeSlot(signal: AbortSignal | undefined): Promise<KisiOutcome<never> | null> {
    if (this.slots.length === 0) {
      const reserved = await this.reserve(1);
      if (reserved.kind === 'wait_until') return { kind: 'wait_until', at: reserved.at, cause: 'no_slot' };
    }
    const waitMs = (this.slots.shift() ?? 0) - Date.now();
    if (waitMs <= 0) return null;
    try {
      await sleep(waitMs, undefined, signal ? { signal } : {});
      return null;
    } catch {
      return { kind: 'unavailable', cause: 'out of time before sending' };
    }
  }
}

/** The body as JSON, or the text itself, which then fits no schema; nothing for an empty body. */
function toJson(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  if (data === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(data);
    return parsed;
  } catch {
    return data;
  }
}
