import { between, pick, unfold, type Change, type Draw } from './draw';
import { ROOMS, type Course, type GuestedBookingState } from './facts';

type Life = (
  draw: Draw,
  from: number,
  until: number,
  made: GuestedBookingState,
) => readonly Change<GuestedBookingState>[];

const LIVES: readonly [Life, ...Life[]] = [
  () => [],
  (draw, from, until) => [[between(draw, from, (from + until) / 2), { payment: 'paid' }]],
  (_draw, from) => [[from - 0.3, { status: 'cancelled' }]],
  (_draw, from, until) => [[(from + until) / 2, { status: 'cancelled' }]],
  (draw, from, until) => [[between(draw, from, until), { room: pick(draw, ROOMS) }]],
  (draw, from, until) => [[(from + until) / 2, { endsAt: draw.at(Math.min(until + 0.5, draw.days)) }]],
  (draw, from, until, { guests }) => [
    [
      from + (until - from) * 0.3,
      { guests: [...guests, `${draw.runId}-late-${Math.floor(draw.random() * 1e6)}@rehearsal.example`] },
    ],
    [from + (until - from) * 0.6, { guests: guests.slice(1) }],
  ],
];

/**
 * A booking with up to three guests: left alone, paid late, cancelled before or while it runs, moved to another room, made
 * longer, or with a guest who is added and one who is taken away while it runs.
 *
 * @param known addresses of members that may be somebody's guest
 */
export function drawBooking(
  draw: Draw,
  id: string,
  member: { readonly id: string; readonly email: string },
  known: readonly string[],
  madeDay: number,
): Course<GuestedBookingState> {
  const from = between(draw, madeDay + 0.8, draw.days - 3.5);
  const until = from + pick(draw, [0.5, 1, 2]);
  const life = pick(draw, LIVES);
  const made: GuestedBookingState = {
    kind: 'booking',
    status: 'confirmed',
    payment: life === LIVES[1] ? 'due' : 'paid',
    room: pick(draw, ROOMS),
    memberId: member.id,
    memberEmail: member.email,
    guests: drawGuests(
      draw,
      id,
      known.filter((email) => email !== member.email),
    ),
    startsAt: draw.at(from),
    endsAt: draw.at(until),
  };
  return { id, needs: [member.id], steps: unfold(draw, madeDay, made, life(draw, from, until, made)) };
}

/** Every third guest is a member. */
function drawGuests(draw: Draw, id: string, known: readonly string[]): readonly string[] {
  const count = Math.floor(draw.random() * 4);
  const drawn = Array.from({ length: count }, (_, index) => {
    const stranger = `${id}-guest-${index + 1}@rehearsal.example`;
    const [first, ...rest] = known;
    return first !== undefined && draw.random() < 1 / 3 ? pick(draw, [first, ...rest]) : stranger;
  });
  return [...new Set(drawn)];
}
