import type { KisiFailure, KisiOutcome } from '../domain/outcomes';
import { SECOND_MS, type Instant } from '../domain/time';

/** What a key must be allowed to see, so that Latchkey can do its work with it. */
export const RIGHTS = [
  'see_organization',
  'see_places',
  'see_doors',
  'see_groups',
  'see_users',
  'see_assignments',
] as const;
export type Right = (typeof RIGHTS)[number];

export interface KisiNamed {
  readonly id: number;
  readonly name: string | null;
}

/** What checking a key asks of Kisi. */
export interface KisiForChecks {
  whoAmI(options: {
    readonly signal: AbortSignal;
  }): Promise<KisiOutcome<{ readonly user: KisiNamed; readonly organization: KisiNamed }>>;
  /** One GET of one row. */
  tryRight(
    right: Exclude<Right, 'see_organization'>,
    options: { readonly signal: AbortSignal },
  ): Promise<KisiOutcome<void>>;
  clockOffsetMs(): number;
}

/** Where Kisi is and the key to it; `apiUserKey` is whom its rate limit counts, where that is known already. */
export interface KeyToCheck {
  readonly baseUrl: string | null;
  readonly apiKey: string;
  readonly apiUserKey: string | null;
}

export interface RightCheck {
  readonly right: Right;
  readonly ok: boolean;
  readonly message: string | null;
}

export type KeyProblem = 'kisi_key_refused' | 'kisi_unreachable' | 'kisi_rights_missing';

/** Who a key is and what it may see. */
export interface CheckedKey {
  readonly user: KisiNamed | null;
  readonly organization: KisiNamed | null;
  readonly rights: readonly RightCheck[];
  /** Milliseconds that Kisi's clock is ahead of ours; null when it never answered. */
  readonly clockOffsetMs: number | null;
  readonly problem: KeyProblem | null;
}

export interface CheckKeyDeps {
  readonly kisiFor: (key: KeyToCheck) => KisiForChecks;
  readonly clock: () => Instant;
  readonly wait: (ms: number) => Promise<void>;
}

/** All requests of one check together; somebody waits for it. */
const PATIENCE_MS = 12 * SECOND_MS;

/**
 * Asks Kisi who a key is and tries each right that is needed, by one small GET each. Changes nothing at Kisi and stores
 * nothing. Once the user behind the key is known, its requests count against that user's rate limit.
 */
export function createCheckKey({ kisiFor, clock, wait }: CheckKeyDeps): (key: KeyToCheck) => Promise<CheckedKey> {
  return async (key) => {
    const deadlineAt = clock() + PATIENCE_MS;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const patiently = async <T>(ask: () => Promise<KisiOutcome<T>>): Promise<KisiOutcome<T>> => {
      for (;;) {
        const outcome = await ask();
        if (outcome.kind !== 'wait_until' || outcome.at >= deadlineAt) return outcome;
        await wait(Math.max(outcome.at - clock(), 0));
      }
    };
    const stranger = kisiFor(key);
    const me = await patiently(() => stranger.whoAmI({ signal }));
    if (me.kind !== 'done') return unknownKey(me, stranger);
    const { user, organization } = me.value;
    const kisi = kisiFor({ ...key, apiUserKey: apiUserKeyOf(organization.id, user.id) });
    const rights: RightCheck[] = [{ right: 'see_organization', ok: true, message: null }];
    let isSilent = false;
    for (const right of RIGHTS) {
      if (right === 'see_organization') continue;
      const outcome = await patiently(() => kisi.tryRight(right, { signal }));
      rights.push({ right, ok: outcome.kind === 'done', message: outcome.kind === 'done' ? null : sayWhy(outcome) });
      isSilent ||= outcome.kind !== 'done' && !isRefusal(outcome);
    }
    const isMissing = rights.some((right) => !right.ok);
    const problem = isSilent ? 'kisi_unreachable' : isMissing ? 'kisi_rights_missing' : null;
    return { user, organization, rights, clockOffsetMs: kisi.clockOffsetMs(), problem };
  };
}

/** Whom Kisi's rate limit counts: one API user, whichever of its keys is used. */
export function apiUserKeyOf(kisiOrganizationId: number | null, kisiUserId: number | null): string {
  return `${kisiOrganizationId}/${kisiUserId}`;
}

function unknownKey(failure: KisiFailure, kisi: KisiForChecks): CheckedKey {
  const isRefused = isRefusal(failure);
  return {
    user: null,
    organization: null,
    rights: RIGHTS.map((right) => ({ right, ok: false, message: sayWhy(failure) })),
    clockOffsetMs: isRefused ? kisi.clockOffsetMs() : null,
    problem: isRefused ? 'kisi_key_refused' : 'kisi_unreachable',
  };
}

/** Kisi answered, and said no: trying again changes nothing. */
function isRefusal(failure: KisiFailure): boolean {
  return failure.kind === 'refused' && (failure.reason === 'key_invalid' || failure.reason === 'forbidden');
}

function sayWhy(failure: KisiFailure): string {
  switch (failure.kind) {
    case 'refused':
      return failure.reason === 'key_invalid'
        ? 'Kisi does not know this key (401).'
        : `The user of this key may not do this (${failure.status}).`;
    case 'gone':
      return 'Kisi has nothing at this address (404): is the base URL right?';
    case 'wait_until':
      return 'Kisi asks to slow down; try again in a moment.';
    case 'unavailable':
      return 'No connection to Kisi came about.';
    case 'unknown':
      return `Kisi did not answer in a way that can be used (${failure.cause}).`;
    case 'already_so':
      return 'Kisi answered something unexpected (409).';
  }
}
