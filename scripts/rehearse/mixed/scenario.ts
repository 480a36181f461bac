import { between, unfold, type Change, type Draw } from './draw';
import { drawBooking } from './draw-booking';
import { drawPass } from './draw-pass';
import { drawSubscription } from './draw-subscription';
import type { Course, GuestedBookingState, MemberState, PassState, SubscriptionState, TeamState } from './facts';

export interface Scenario {
  readonly members: readonly Course<MemberState>[];
  readonly teams: readonly Course<TeamState>[];
  readonly subscriptions: readonly Course<SubscriptionState>[];
  readonly passes: readonly Course<PassState>[];
  readonly bookings: readonly Course<GuestedBookingState>[];
}

/** Below, lives would be cut before anything happens in them. */
export const FEWEST_DAYS = 20;
/** Those who are there from the beginning come in over some days, as a move to a new system goes. */
const EARLY_DAYS = 5;
const PEOPLE_PER_TEAM = 15;
/** Facts about what a member holds come this long after the member. */
const AFTER_MEMBER_DAYS = 0.3;

interface DrawnMember {
  readonly id: string;
  readonly email: string;
  readonly arrivesDay: number;
  readonly isStaying: boolean;
  readonly course: Course<MemberState>;
}

/**
 * Draws a month of a coworking space: who is a member when, what each of them subscribes to, buys and books, and who is in
 * which team. The same seed gives the same scenario.
 */
export function makeScenario(draw: Draw, people: number): Scenario {
  const members = Array.from({ length: people }, (_, index) => drawMember(draw, index));
  const known = members
    .filter(({ isStaying, arrivesDay }) => isStaying && arrivesDay < EARLY_DAYS)
    .map(({ email }) => email);
  const teams = Array.from({ length: Math.ceil(people / PEOPLE_PER_TEAM) }, (_, index) =>
    drawTeam(draw, index, members),
  );
  const holds = (share: number): DrawnMember[] => members.filter(() => draw.random() < share);
  return {
    members: members.map(({ course }) => course),
    teams,
    subscriptions: [
      ...holds(0.5).map(({ id, arrivesDay }) =>
        drawSubscription(draw, `${id}-plan`, { memberId: id }, [id], arrivesDay + AFTER_MEMBER_DAYS, 'desk'),
      ),
      ...teams.map(({ id, needs }) =>
        drawSubscription(draw, `${id}-plan`, { teamId: id }, needs, EARLY_DAYS + 0.5, 'team'),
      ),
    ],
    passes: holds(0.35).map(({ id, arrivesDay }) => drawPass(draw, `${id}-pass`, id, arrivesDay + AFTER_MEMBER_DAYS)),
    bookings: [0, 1].flatMap((round) =>
      holds(0.4).map((member) =>
        drawBooking(draw, `${member.id}-book-${round}`, member, known, member.arrivesDay + AFTER_MEMBER_DAYS),
      ),
    ),
  };
}

/** Three of five are there from the beginning; one of eight leaves, and most of those come back. */
function drawMember(draw: Draw, index: number): DrawnMember {
  const id = `${draw.runId}-m${index}`;
  const email = `${id}@rehearsal.example`;
  const arrivesDay = index % 5 < 3 ? between(draw, 0, EARLY_DAYS) : between(draw, EARLY_DAYS, draw.days * 0.4);
  const isStaying = draw.random() >= 1 / 8;
  const leavesDay = between(draw, draw.days * 0.45, draw.days * 0.7);
  const left: Change<MemberState> = [leavesDay, { status: 'left' }];
  const back: Change<MemberState> = [leavesDay + between(draw, 3, 5), { status: 'active' }];
  const changes = isStaying ? [] : draw.random() < 0.7 ? [left, back] : [left];
  const first: MemberState = { kind: 'member', email, status: 'active' };
  return {
    id,
    email,
    arrivesDay,
    isStaying,
    course: { id, needs: [], steps: unfold(draw, arrivesDay, first, changes) },
  };
}

/** A team of five of those who are there from the beginning; somebody joins, somebody leaves, and one of them comes back. */
function drawTeam(draw: Draw, index: number, members: readonly DrawnMember[]): Course<TeamState> {
  const early = members.filter(({ arrivesDay }) => arrivesDay < EARLY_DAYS).map(({ id }) => id);
  const first = Math.floor(draw.random() * early.length);
  const drawn = Array.from(
    { length: Math.min(6, early.length) },
    (_, place) => early[(first + place) % early.length] ?? '',
  );
  const [joining = '', leaving = '', ...others] = drawn;
  const changeDay = EARLY_DAYS + between(draw, 2, 5);
  const team: TeamState = { kind: 'team', memberIds: [leaving, ...others] };
  const steps = unfold(draw, EARLY_DAYS, team, [
    [changeDay, { memberIds: drawn }],
    [changeDay + 4, { memberIds: [joining, ...others] }],
    [changeDay + 8, { memberIds: drawn }],
  ]);
  return { id: `${draw.runId}-t${index}`, needs: drawn, steps };
}
