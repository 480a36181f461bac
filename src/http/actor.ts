import type { Actor, Principal } from '../usecases/catalogue';

/** Who does something by hand: the token's name stands in the audit log. */
export function actorOf({ organizationId, tokenName }: Principal): Actor {
  return { organizationId, name: tokenName };
}
