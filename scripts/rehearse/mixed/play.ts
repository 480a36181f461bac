import { sendUntilAccepted, until, type FactRequest } from '../play';
import type { Service } from '../service';
import type { Course, Delivered, FactState, PlayedCourse } from './facts';

/** Plays courses at their instants, each in order, after the members they need are known. */
export function createPlayer(service: Service, sourceId: string, onProgress: () => void) {
  const arrivals = new Map<string, Promise<void>>();
  const playOne = async <State extends FactState>(
    course: Course<State>,
    isKnown: () => void,
  ): Promise<PlayedCourse<State>> => {
    for (const id of course.needs) await arrivals.get(id);
    const deliveries: Delivered<State>[] = [];
    for (const [index, { at, state }] of course.steps.entries()) {
      await until(at);
      const times = await sendUntilAccepted(service, requestOf(course.id, state, index + 1, sourceId));
      deliveries.push({ state, ...times });
      isKnown();
      onProgress();
    }
    return { id: course.id, deliveries };
  };
  return {
    /** Members go first: what others need is who they are. */
    playMembers: <State extends FactState>(courses: readonly Course<State>[]): Promise<PlayedCourse<State>[]> =>
      Promise.all(
        courses.map((course) => {
          let isKnown = (): void => undefined;
          arrivals.set(course.id, new Promise((resolve) => (isKnown = resolve)));
          return playOne(course, () => isKnown());
        }),
      ),
    play: <State extends FactState>(courses: readonly Course<State>[]): Promise<PlayedCourse<State>[]> =>
      Promise.all(courses.map((course) => playOne(course, () => undefined))),
  };
}

const PATHS: Record<FactState['kind'], string> = {
  member: '/v1/members',
  team: '/v1/teams',
  subscription: '/v1/subscriptions',
  pass: '/v1/passes',
  booking: '/v1/bookings',
};

/** Where one thing of a source stands in the API. */
export function pathOf(kind: FactState['kind'], id: string, sourceId: string): string {
  return `${PATHS[kind]}/${encodeURIComponent(id)}?source=${sourceId}`;
}

function requestOf(id: string, state: FactState, version: number, sourceId: string): FactRequest {
  return { method: 'PUT', path: pathOf(state.kind, id, sourceId), body: { version, ...bodyOf(id, state) } };
}

function bodyOf(id: string, state: FactState): Record<string, unknown> {
  switch (state.kind) {
    case 'member':
      return { email: state.email, name: `Member ${id}`, status: state.status };
    case 'team':
      return { name: `Team ${id}`, memberIds: state.memberIds };
    case 'subscription': {
      const { status, planId, holder, pastDueAt, pausedFrom, resumesAt } = state;
      return { status, planId, holder, ...times(state), ...given({ pastDueAt, pausedFrom, resumesAt }) };
    }
    case 'pass': {
      const { status, passTypeId, memberId, totalUses, uses } = state;
      const counts = { ...(totalUses === null ? {} : { totalUses }), ...(uses === null ? {} : { uses }) };
      return { status, passTypeId, memberId, ...times(state), ...counts };
    }
    case 'booking': {
      const { status, payment, room, memberId, memberEmail, guests } = state;
      return {
        status,
        payment,
        resourceId: room,
        member: { id: memberId, email: memberEmail, name: `Member ${memberId}` },
        guests: guests.map((email) => ({ email, name: 'Guest' })),
        ...times(state),
      };
    }
  }
}

function times({ startsAt, endsAt }: { readonly startsAt: number; readonly endsAt: number | null }) {
  return given({ startsAt, endsAt });
}

/** Instants as texts, without those that are not there. */
function given(instants: Readonly<Record<string, number | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(instants).flatMap(([name, at]) => (at === null ? [] : [[name, new Date(at).toISOString()]])),
  );
}
