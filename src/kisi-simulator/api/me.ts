import type { Call, Route } from '../http/call';
import { organizationOf, shortOrganization } from '../http/present';
import { ok, type Reply } from '../http/reply';
import { presentUser } from './users-present';

/** Who am I: the natural test of a connection. */
function readMe({ actor, simulator }: Call): Reply {
  if (actor.kind !== 'login') return ok(null);
  const user = presentUser(simulator.store, actor.user);
  return ok({ ...user, organization: shortOrganization(organizationOf(simulator.store)) });
}

export const meRoutes: readonly Route[] = [{ method: 'get', path: '/user', access: 'user', handle: readMe }];
