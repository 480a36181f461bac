import { z } from 'zod';
import { emitSignIn, unlockAtTheDoor } from './people';
import { listAccesses, explainAccess, listHistory } from './accesses';
import { faultSchema } from '../faults/fault-schema';
import { toTimestamp } from '../http/present';
import { defaultSeed } from '../seed/default-seed';
import { plant, savedSeed } from '../seed/plant';
import { seedSchema } from '../seed/seed-schema';
import type { Simulator } from '../simulator';

/** One call of the control plane; answers JSON, or 204 for undefined. */
export interface ControlRoute {
  readonly method: 'get' | 'put' | 'post' | 'delete';
  readonly path: string;
  readonly handle: (simulator: Simulator, input: ControlInput) => unknown;
}

export interface ControlInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

const clockSchema = z.union([
  z.strictObject({ now: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)) }),
  z.strictObject({ offsetMs: z.number() }),
  z.strictObject({ running: z.literal(true) }),
]);

function setClock({ clock }: Simulator, { body }: ControlInput): unknown {
  const wanted = clockSchema.parse(body);
  if ('now' in wanted) clock.freeze(wanted.now);
  else if ('offsetMs' in wanted) clock.shift(wanted.offsetMs);
  else clock.run();
  return clock.describe();
}

const presentFault = ({ id, rule, fired }: { id: number; rule: object; fired: number }) => ({ id, ...rule, fired });

/** What the simulator serves beside Kisi's API under `/_simulator`: no key, and only on loopback. */
export const controlRoutes: readonly ControlRoute[] = [
  {
    method: 'post',
    path: '/reset',
    handle: (simulator) => plant(simulator, savedSeed(simulator.store) ?? defaultSeed),
  },
  { method: 'post', path: '/seed', handle: (simulator, { body }) => plant(simulator, seedSchema.parse(body)) },
  { method: 'get', path: '/clock', handle: ({ clock }) => clock.describe() },
  { method: 'put', path: '/clock', handle: setClock },
  {
    method: 'post',
    path: '/faults',
    handle: ({ faults }, { body }) => presentFault(faults.add(faultSchema.parse(body))),
  },
  { method: 'get', path: '/faults', handle: ({ faults }) => faults.list().map(presentFault) },
  { method: 'delete', path: '/faults', handle: ({ faults }) => faults.clear() },
  {
    method: 'delete',
    path: '/faults/:id',
    handle: ({ faults }, { params }) => void faults.remove(Number(params['id'])),
  },
  {
    method: 'get',
    path: '/requests',
    handle: ({ requests }, { query }) => requests.since(Number(query.get('since') ?? 0)),
  },
  { method: 'get', path: '/stats', handle: ({ requests }) => requests.stats() },
  {
    method: 'get',
    path: '/mails',
    handle: ({ store }) =>
      store.mails.all().map(({ id, kind, to, sentAt, text }) => ({ id, kind, to, time: toTimestamp(sentAt), text })),
  },
  { method: 'get', path: '/access', handle: explainAccess },
  { method: 'get', path: '/accesses', handle: listAccesses },
  { method: 'get', path: '/assignments/history', handle: listHistory },
  { method: 'post', path: '/unlock', handle: unlockAtTheDoor },
  { method: 'post', path: '/invitations/accept', handle: emitSignIn },
  { method: 'get', path: '/switches', handle: ({ switches }) => switches.values },
  {
    method: 'put',
    path: '/switches',
    handle: ({ switches }, { body }) => switches.change(z.record(z.string(), z.unknown()).parse(body)),
  },
];
