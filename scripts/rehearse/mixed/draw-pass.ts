import { between, unfold, type Change, type Draw } from './draw';
import type { Course, PassState } from './facts';

const VISITS = 5;

/** A pass for 24 hours, one of ten cancelled while it lasts; or a bundle of visits, used up at once or bit by bit, topped up or not. */
export function drawPass(draw: Draw, id: string, memberId: string, madeDay: number): Course<PassState> {
  const isDay = draw.random() < 0.5;
  const startsDay = madeDay + between(draw, 0.7, 3);
  const endsDay = Math.min(startsDay + (isDay ? 1 : 14), draw.days);
  const made: PassState = {
    kind: 'pass',
    status: 'active',
    passTypeId: isDay ? 'day' : 'visits',
    memberId,
    startsAt: draw.at(startsDay),
    endsAt: draw.at(endsDay),
    totalUses: isDay ? null : VISITS,
    uses: isDay ? null : 0,
  };
  const changes = isDay ? cancellation(draw, startsDay) : visits(draw, startsDay);
  return { id, needs: [memberId], steps: unfold(draw, madeDay, made, changes) };
}

function cancellation(draw: Draw, startsDay: number): readonly Change<PassState>[] {
  return draw.random() < 0.1 ? [[startsDay + 0.5, { status: 'cancelled' }]] : [];
}

function visits(draw: Draw, startsDay: number): readonly Change<PassState>[] {
  const used = Math.floor(between(draw, 1, VISITS + 1));
  const days = Array.from({ length: used }, (_, index) => startsDay + 0.5 + index);
  const counted = days.map((day, index): Change<PassState> => [day, { uses: index + 1 }]);
  if (used < VISITS) return counted;
  const after = startsDay + VISITS;
  const said: Change<PassState> = [after, { status: 'used_up' }];
  const isToppedUp = draw.random() < 0.5;
  return [...counted, said, ...(isToppedUp ? [[after + 2, { status: 'active', totalUses: 2 * VISITS }] as const] : [])];
}
