import { doorKey } from '../history';
import type { Interval } from '../intervals';
import type { Demand } from '../judge';
import type {
  EntitlementState,
  GuestedBookingState,
  Holder,
  MemberState,
  PassState,
  PlayedCourse,
  SubscriptionState,
  TeamState,
} from './facts';
import { both, runsOf, type Run } from './runs';

/** What the rehearsal set up: which groups something opens, and the minutes that rooms open earlier. */
export interface MixedSite {
  readonly sourceId: string;
  readonly leadMs: number;
  readonly graceMs: number;
  groupsOf(type: 'resource' | 'plan' | 'pass_type', id: string): readonly number[];
}

export interface Played {
  readonly members: readonly PlayedCourse<MemberState>[];
  readonly teams: readonly PlayedCourse<TeamState>[];
  readonly entitlements: readonly PlayedCourse<EntitlementState>[];
}

/** One door for whoever holds the entitlement, or for a guest of theirs. */
interface Ask {
  readonly holder: Holder;
  readonly guest: string | null;
  readonly groupId: number;
  readonly window: Interval;
}

/**
 * What was due to each person at each door, from the facts alone: what the entitlement said, while its member was one and was
 * in the team. A guest is let in as long as the host is a member.
 */
export function demandsOf({ members, teams, entitlements }: Played, site: MixedSite): Demand[] {
  const presence = new Map(members.map(({ id, deliveries }) => [id, runsOf(deliveries, presentAs)]));
  const joined = new Map(teams.map(({ id, deliveries }) => [id, runsOf(deliveries, joinedBy)]));
  const peopleOf = (holder: Holder): readonly Run<string>[] => {
    if ('memberId' in holder) return presence.get(holder.memberId) ?? [];
    return (joined.get(holder.teamId) ?? []).flatMap((membership) =>
      (presence.get(membership.said) ?? []).flatMap((present) => overlap(present.said, membership, present)),
    );
  };
  return entitlements.flatMap(({ id, deliveries }) =>
    runsOf(deliveries, (state) => askedBy(state, site)).flatMap((asked) =>
      peopleOf(asked.said.holder).flatMap((person) => {
        const stretch = both(asked, person);
        const { guest, groupId, window } = asked.said;
        return stretch === null
          ? []
          : [{ entitlementId: id, key: doorKey(guest ?? person.said, groupId), window, ...stretch }];
      }),
    ),
  );
}

function overlap(email: string, one: Run<string>, other: Run<string>): Run<string>[] {
  const stretch = both(one, other);
  return stretch === null ? [] : [{ said: email, ...stretch }];
}

function presentAs({ email, status }: MemberState): ReadonlyMap<string, string> {
  return new Map(status === 'active' ? [[email, email]] : []);
}

function joinedBy({ memberIds }: TeamState): ReadonlyMap<string, string> {
  return new Map(memberIds.map((id) => [id, id]));
}

function askedBy(state: EntitlementState, site: MixedSite): ReadonlyMap<string, Ask> {
  const asks = asksOf(state, site);
  return new Map(
    asks.map((ask) => [
      [JSON.stringify(ask.holder), ask.guest, ask.groupId, ask.window.from, ask.window.until].join(' '),
      ask,
    ]),
  );
}

function asksOf(state: EntitlementState, site: MixedSite): Ask[] {
  switch (state.kind) {
    case 'subscription':
      return spread(
        state.holder,
        [null],
        site.groupsOf('plan', state.planId),
        subscriptionWindows(state, site.graceMs),
      );
    case 'pass':
      return spread(
        { memberId: state.memberId },
        [null],
        site.groupsOf('pass_type', state.passTypeId),
        passWindows(state),
      );
    case 'booking':
      return spread(
        { memberId: state.memberId },
        [null, ...state.guests],
        site.groupsOf('resource', state.room),
        bookingWindows(state, site.leadMs),
      );
  }
}

function spread(
  holder: Holder,
  guests: readonly (string | null)[],
  groups: readonly number[],
  windows: readonly Interval[],
): Ask[] {
  return guests.flatMap((guest) =>
    groups.flatMap((groupId) =>
      windows.filter(({ from, until }) => from < until).map((window) => ({ holder, guest, groupId, window })),
    ),
  );
}

/** When a subscription lets in: overdue, until its grace is over; paused, before and after the pause. */
export function subscriptionWindows(state: SubscriptionState, graceMs: number): Interval[] {
  const { status, startsAt: from, endsAt, pastDueAt, pausedFrom, resumesAt } = state;
  const until = endsAt ?? Infinity;
  switch (status) {
    case 'trialing':
    case 'active':
      return [{ from, until }];
    case 'past_due':
      return pastDueAt === null ? [] : [{ from, until: Math.min(until, pastDueAt + graceMs) }];
    case 'paused':
      return [
        ...(pausedFrom === null ? [] : [{ from, until: Math.min(until, pausedFrom) }]),
        ...(resumesAt === null ? [] : [{ from: Math.max(from, resumesAt), until }]),
      ];
    case 'cancelled':
      return endsAt === null ? [] : [{ from, until }];
    case 'ended':
      return [];
  }
}

/** When a pass lets in: for its time, until its last use is counted. */
export function passWindows({ status, startsAt, endsAt, totalUses, uses }: PassState): Interval[] {
  const isUsedUp = totalUses !== null && (uses ?? 0) >= totalUses;
  return status === 'active' && !isUsedUp ? [{ from: startsAt, until: endsAt ?? Infinity }] : [];
}

function bookingWindows({ status, payment, startsAt, endsAt }: GuestedBookingState, leadMs: number): Interval[] {
  return status === 'confirmed' && payment === 'paid' ? [{ from: startsAt - leadMs, until: endsAt }] : [];
}
