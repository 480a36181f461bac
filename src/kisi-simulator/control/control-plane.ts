import type { Request, Response } from 'express';
import { ZodError } from 'zod';
import { readBody } from '../http/body';
import { refuse, Refusal, type Reply } from '../http/reply';
import { send } from '../http/send';
import type { Simulator } from '../simulator';
import type { ControlRoute } from './control-routes';

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.)/;

/** Answers one call of the control plane. It is for whoever runs the simulator, so only for the same machine. */
export async function runControl(
  simulator: Simulator,
  route: ControlRoute,
  request: Request,
  response: Response,
): Promise<void> {
  const reply = await answer(simulator, route, request);
  send(response, reply, simulator.clock.now());
}

async function answer(simulator: Simulator, route: ControlRoute, request: Request): Promise<Reply> {
  try {
    if (!LOOPBACK.test(request.socket.remoteAddress ?? '')) {
      throw refuse(403, 'fcd8ef', 'The control plane answers on loopback only.');
    }
    const body = await readBody(request);
    const params = Object.fromEntries(Object.entries(request.params).map(([key, value]) => [key, String(value)]));
    const query = new URLSearchParams(request.url.split('?', 2)[1] ?? '');
    const result = route.handle(simulator, { params, query, body });
    return result === undefined ? { status: 204 } : { status: 200, body: result };
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    if (error instanceof ZodError) return { status: 422, body: { errors: toErrors(error) } };
    throw error;
  } finally {
    simulator.store.commit();
    simulator.webhooks.release();
  }
}

function toErrors(error: ZodError): Record<string, string[]> {
  const errors: Record<string, string[]> = {};
  for (const issue of error.issues) {
    const field = issue.path.join('.') || 'base';
    errors[field] = [...(errors[field] ?? []), issue.message];
  }
  return errors;
}
