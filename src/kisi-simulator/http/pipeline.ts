import type { ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { Simulator } from '../simulator';
import { purgeExpired } from '../rules/purge';
import type { Misfortune } from '../faults/faults';
import { authorize, identify } from './auth';
import { readBody } from './body';
import type { Actor, Route } from './call';
import { earlyReply } from './fault-replies';
import { rateLimitReply } from './rate-limit-reply';
import { Refusal, unknownEndpoint, type Reply } from './reply';
import { send, sendTruncated } from './send';

/** A request that may be waiting for a `slow` fault when the simulator is closed. */
export type Delay = (delayMs: number) => Promise<void>;

/** Takes one API request through log, faults, authentication, rate limit and its route, and answers or does not. */
export async function runRoute(
  simulator: Simulator,
  route: Route,
  delay: Delay,
  request: Request,
  response: Response,
): Promise<void> {
  const startedAt = performance.now();
  const [path = '/', query = ''] = request.url.split('?', 2);
  const { clock, faults, requests } = simulator;
  const entry = requests.open({ method: request.method, path, query, route: route.path, simulatedAt: clock.now() });
  const actor = identify(simulator, request);
  entry.apiUser = actor.kind === 'login' ? actor.user.id : null;
  const misfortune = faults.meet(request.method, path, route.isList === true);
  entry.fault = misfortune.fault?.rule.kind ?? (misfortune.delayMs > 0 ? 'slow' : misfortune.lists && 'stale_list');
  const kind = misfortune.fault?.rule.kind;
  const finish = (status: number | null): void => requests.close(entry, status, performance.now() - startedAt);

  if (kind === 'outage' || kind === 'drop_before') {
    finish(null);
    request.socket.destroy();
    return;
  }
  const reply = await carryOut(simulator, route, actor, misfortune, delay, request, query);
  finish(kind === 'drop_after' ? null : reply.status);
  if (kind === 'drop_after') request.socket.destroy();
  else if (kind === 'truncated') sendTruncated(response, reply, clock.now());
  else send(response, reply, clock.now());
}

async function carryOut(
  simulator: Simulator,
  route: Route,
  actor: Actor,
  misfortune: Misfortune,
  delay: Delay,
  request: Request,
  query: string,
): Promise<Reply> {
  try {
    const body = await readBody(request);
    const early = earlyReply(misfortune.fault, simulator.switches.values);
    if (early !== null) return early;
    const limited = limit(simulator, route, actor, request);
    if (limited !== null) return limited;
    authorize(simulator, actor, route.access);
    if (request.method === 'PUT' && simulator.switches.values.put_is_patch === 'not_found') return unknownEndpoint;
    if (misfortune.delayMs > 0) await delay(misfortune.delayMs);
    purgeExpired(simulator);
    const params = Object.fromEntries(Object.entries(request.params).map(([key, value]) => [key, String(value)]));
    const lists = misfortune.lists ?? simulator.store;
    return route.handle({
      simulator,
      lists,
      params,
      query: new URLSearchParams(query),
      body,
      actor,
      now: simulator.clock.now(),
    });
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  } finally {
    simulator.store.commit();
    simulator.webhooks.release();
  }
}

/** Kisi API, rate limits: per user whichever key is used, per address without one. */
function limit({ switches, limiter }: Simulator, route: Route, actor: Actor, request: Request): Reply | null {
  const who = actor.kind === 'login' ? `user:${actor.user.id}` : `address:${request.socket.remoteAddress ?? ''}`;
  const taken = limiter.take(who, switches.values.requestsPerSecond);
  if (!taken.isAllowed) return rateLimitReply(switches.values, taken.waitMs);
  if (route.isEventSet !== true) return null;
  const event = limiter.take(`event_sets:${who}`, switches.values.event_sets_per_second);
  return event.isAllowed ? null : rateLimitReply(switches.values, event.waitMs);
}

/** For errors of the simulator itself: a plain 500, said on the console, with nothing half written to the journal. */
export function answerBug(response: ServerResponse, error: unknown): void {
  console.error('The simulator failed on a request:', error);
  if (!response.headersSent)
    send(response, { status: 500, body: { code: 'ffffff', error: 'Unexpected error.' } }, Date.now());
}
