import type { ExportedBooking } from './export';

/** What a booking is from one fact to the next. Instants in epoch milliseconds, compressed. */
export interface BookingState {
  readonly status: 'confirmed' | 'cancelled';
  readonly payment: 'due' | 'paid' | 'refunded';
  readonly room: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

export type Message = 'booking' | 'payment' | 'cancellation';

/** One fact of a booking's life, to be sent at its instant, and what the booking is from then on. */
export interface Step {
  readonly at: number;
  readonly message: Message;
  readonly version: number;
  readonly state: BookingState;
}

export interface Life {
  readonly bookingId: string;
  readonly memberId: string;
  readonly steps: readonly Step[];
}

export interface Compression {
  /** The instant that the beginning of the export becomes. */
  readonly startAt: number;
  readonly dayMs: number;
}

const REAL_DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Every so many rows one belongs to somebody who has another booking. */
const SHARED_EVERY = 5;

/**
 * Makes the life of each booking: made, changed, paid, cancelled, each at its compressed instant.
 *
 * What the export does not say is drawn from the seed: whose booking it is (every fifth row is of somebody with another
 * booking), when a row without deposit is paid (at check-in or up to a quarter of the stay later), and what changed.
 */
export function makeLives(
  bookings: readonly ExportedBooking[],
  runId: string,
  random: () => number,
  to: Compression,
): Life[] {
  const first = Math.min(...bookings.map((booking) => booking.madeAt));
  const compress = (at: number): number => Math.round(to.startAt + ((at - first) / REAL_DAY_MS) * to.dayMs);
  return bookings.map((booking, index) => {
    const isShared = index % SHARED_EVERY === SHARED_EVERY - 1;
    const owner = isShared ? index - 1 - Math.floor(random() * (SHARED_EVERY - 1)) : index;
    const steps = realSteps(booking, random);
    return {
      bookingId: `${runId}-${booking.row}`,
      memberId: `${runId}-${bookings[owner]?.row ?? booking.row}`,
      steps: steps.map((step, position) => ({
        ...step,
        at: compress(step.at),
        version: position + 1,
        state: { ...step.state, startsAt: compress(step.state.startsAt), endsAt: compress(step.state.endsAt) },
      })),
    };
  });
}

type RealStep = Omit<Step, 'version'>;

function realSteps(booking: ExportedBooking, random: () => number): RealStep[] {
  const { madeAt, startsAt, endsAt, reservedRoom, assignedRoom, deposit } = booking;
  const isPaidAtOnce = deposit !== 'No Deposit';
  const payment = isPaidAtOnce ? 'paid' : 'due';
  const made: BookingState = { status: 'confirmed', payment, room: reservedRoom, ...firstTimes(booking) };
  const steps: RealStep[] = [{ at: madeAt, message: 'booking', state: made }];
  const cancelledAt = booking.outcome === 'Canceled' ? Math.max(booking.statusAt, madeAt + HOUR_MS) : null;
  const settledAt = Math.min(startsAt, cancelledAt ?? startsAt);
  for (let change = 1; change <= booking.changes; change += 1) {
    const at = madeAt + ((settledAt - madeAt) * change) / (booking.changes + 1);
    const isLast = change === booking.changes;
    const times = isLast ? { startsAt, endsAt } : firstTimes(booking);
    add(steps, at, 'booking', { ...times, room: isLast ? assignedRoom : reservedRoom });
  }
  if (booking.changes === 0 && assignedRoom !== reservedRoom && cancelledAt === null) {
    add(steps, startsAt - HOUR_MS, 'booking', { room: assignedRoom });
  }
  const isLate = random() < 0.3;
  const paidAt = isLate ? startsAt + random() * (endsAt - startsAt) * 0.25 : startsAt;
  if (!isPaidAtOnce && (cancelledAt === null || paidAt < cancelledAt))
    add(steps, paidAt, 'payment', { payment: 'paid' });
  if (cancelledAt !== null) {
    add(steps, cancelledAt, 'cancellation', { status: 'cancelled' });
    if (deposit === 'Refundable') add(steps, cancelledAt + HOUR_MS, 'payment', { payment: 'refunded' });
  }
  return steps.sort((a, b) => a.at - b.at);
}

/** A booking that is changed later was made for a day more. */
function firstTimes({ changes, startsAt, endsAt }: ExportedBooking): { startsAt: number; endsAt: number } {
  return { startsAt, endsAt: changes > 0 ? endsAt + REAL_DAY_MS : endsAt };
}

function add(steps: RealStep[], at: number, message: Message, change: Partial<BookingState>): void {
  const last = steps.at(-1);
  if (last !== undefined) steps.push({ at, message, state: { ...last.state, ...change } });
}
