import type { GroupLinkRow, LoginRow, UserRow } from '../store/rows';
import type { ListTables } from '../store/snapshot';
import type { Simulator } from '../simulator';
import type { Reply } from './reply';

/** Who sent a request. */
export type Actor =
  | { readonly kind: 'login'; readonly user: UserRow; readonly login: LoginRow; readonly isAdmin: boolean }
  | { readonly kind: 'group_link'; readonly link: GroupLinkRow }
  | { readonly kind: 'nobody' };

/** One request as a route sees it. */
export interface Call {
  readonly simulator: Simulator;
  /** Where lists are read; older than the store while a `stale_list` fault says so. */
  readonly lists: ListTables;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly actor: Actor;
  /** Simulated, epoch milliseconds. */
  readonly now: number;
}

/** Who may call: an administrator, any user, someone at a door (users and group links), or anybody. */
export type Access = 'admin' | 'user' | 'door' | 'open';

export interface Route {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** Express style, `/users/:id`. */
  readonly path: string;
  readonly access: Access;
  /** True when `stale_list` faults apply. */
  readonly isList?: boolean;
  /** True for the routes with a rate limit of their own. */
  readonly isEventSet?: boolean;
  /** Synchronous, so that no two requests mix. @throws Refusal */
  readonly handle: (call: Call) => Reply;
}
