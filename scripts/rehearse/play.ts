import type { Life, Step } from './lives';
import type { Service } from './service';

/** When a fact left and when the service had it. Epoch milliseconds. */
export interface Delivery {
  readonly step: Step;
  readonly sentAt: number;
  readonly acceptedAt: number;
}

export interface PlayedLife {
  readonly life: Life;
  readonly deliveries: readonly Delivery[];
}

const MOST_TRIES = 20;

/** Sends each fact at its instant, again until it is accepted, and in order within a booking. */
export async function play(
  service: Service,
  lives: readonly Life[],
  sourceId: string,
  onProgress: (sent: number) => void,
): Promise<PlayedLife[]> {
  let sent = 0;
  return Promise.all(
    lives.map(async (life) => {
      const deliveries: Delivery[] = [];
      for (const step of life.steps) {
        await until(step.at);
        deliveries.push(await deliver(service, life, step, sourceId));
        onProgress((sent += 1));
      }
      return { life, deliveries };
    }),
  );
}

async function deliver(service: Service, life: Life, step: Step, sourceId: string): Promise<Delivery> {
  const { path, ...request } = requestOf(life, step);
  return { step, ...(await sendUntilAccepted(service, { ...request, path: `${path}?source=${sourceId}` })) };
}

export interface FactRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** Sends a fact, again while the service cannot answer. @throws Error when it is refused or stays unanswered */
export async function sendUntilAccepted(
  service: Service,
  { method, path, body }: FactRequest,
): Promise<{ sentAt: number; acceptedAt: number }> {
  const sentAt = Date.now();
  for (let tries = 1; ; tries += 1) {
    const answer = await service.tryApi(method, path, body).catch(() => null);
    if (answer !== null && answer.status < 300) return { sentAt, acceptedAt: Date.now() };
    const isRefused = answer !== null && answer.status < 500;
    if (isRefused || tries === MOST_TRIES) {
      throw new Error(`${method} ${path} was not accepted: ${JSON.stringify(answer?.body ?? 'no answer')}`);
    }
    await until(Date.now() + 250 * tries);
  }
}

function requestOf(life: Life, { message, version, state }: Step): FactRequest {
  const path = `/v1/bookings/${encodeURIComponent(life.bookingId)}`;
  if (message === 'payment')
    return { method: 'POST', path: `${path}/payment`, body: { payment: state.payment, version } };
  if (message === 'cancellation') return { method: 'POST', path: `${path}/cancellation`, body: { version } };
  const body = {
    version,
    status: state.status,
    payment: state.payment,
    resourceId: state.room,
    member: { id: life.memberId, email: emailOf(life), name: `Guest ${life.memberId}` },
    startsAt: new Date(state.startsAt).toISOString(),
    endsAt: new Date(state.endsAt).toISOString(),
  };
  return { method: 'PUT', path, body };
}

export const emailOf = ({ memberId }: Pick<Life, 'memberId'>): string => `${memberId.toLowerCase()}@rehearsal.example`;

export function until(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));
}
