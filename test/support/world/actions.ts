import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Latchkey } from '../../../src/compose';
import type { EntitlementKind } from '../../../src/domain/entitlement';
import type { BookingFact } from '../../../src/domain/facts';
import { MINUTE_MS } from '../../../src/domain/time';
import type { OpenLedger } from '../../../src/ledger/open';
import type { BookingView } from '../../../src/usecases/bookings';
import type { EntitlementView } from '../../../src/usecases/entitlements';
import type { FactResult } from '../../../src/usecases/receive-fact';
import type { SimulatorControl } from '../simulator-control';
import { memberAccessId } from '../../../workflows/ids';
import { bookingFact, type BookingInput, type SaidFact } from './bookings';
import { mapDoor } from './map-door';
import type { Time } from './time';

type FactOutcome = FactResult['result'];

export interface WorldActions {
  /** Minute 0 is the next full minute from now on; each test begins with it. */
  begin(): Promise<void>;
  /** The instant of a minute of the test. */
  at(minute: number): number;
  /** Skips to a minute of the test. */
  goTo(minute: number): Promise<void>;
  book(input: BookingInput): Promise<FactOutcome>;
  say(id: string, fact: BookingFact): Promise<FactOutcome>;
  /** What a platform or an operator says of an entitlement of any kind. */
  tell(id: string, said: SaidFact): Promise<FactOutcome>;
  entitlement(kind: EntitlementKind, id: string): Promise<EntitlementView>;
  /** Lets what was caused happen, in no time at all. */
  settle(): Promise<void>;
  /** One round of the relay, and what it causes. */
  relay(): Promise<void>;
  booking(id: string): Promise<BookingView>;
  /** What the door would do now. */
  opens(email: string, lock: number): Promise<boolean>;
  map(resource: string, group: number, id?: string): Promise<void>;
}

/** What a test does and asks, in minutes of its own time. */
export function createActions(parts: {
  readonly latchkey: Latchkey;
  readonly env: TestWorkflowEnvironment;
  readonly simulator: SimulatorControl;
  readonly ledger: OpenLedger;
  readonly time: Time;
  readonly organizationId: string;
  readonly integrationId: string;
}): WorldActions {
  const { latchkey, env, simulator, ledger, time, organizationId, integrationId } = parts;
  let base = 0;
  const at = (minute: number): number => base + minute * MINUTE_MS;
  // Whatever is due now is done in real time; only what waits for Kisi to recover stays open longer.
  const untilQuiet = async (): Promise<void> => {
    for (let looks = 0, quiet = 0; looks < 60 && quiet < 2; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      quiet = (await isQuiet(ledger)) ? quiet + 1 : 0;
    }
  };
  /**
   * The test server never completes a workflow task that takes back an activity which nobody has begun, so whatever wakes a
   * person waits here until none is under way. A test on the development server meets that case.
   */
  const untilNothingQueued = async (): Promise<void> => {
    const persons = await ledger.prisma.person.findMany({ select: { id: true } });
    for (const { id: personId } of persons) {
      const handle = env.client.workflow.getHandle(memberAccessId({ organizationId, integrationId, personId }));
      for (let looks = 0; looks < 200; looks += 1) {
        const pending = await handle.describe().then(
          ({ raw, status }) => (status.name === 'RUNNING' ? (raw.pendingActivities?.length ?? 0) : 0),
          () => 0,
        );
        if (pending === 0) break;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  };
  const settle = async (): Promise<void> => {
    await latchkey.drain();
    await time.sync();
    await untilQuiet();
    await time.sync();
  };
  const receive = async (id: string, given: SaidFact): Promise<FactOutcome> => {
    await untilQuiet();
    await untilNothingQueued();
    await time.sync();
    const { result } = await latchkey.http.receiveFact({
      organizationId,
      sourceId: 'default',
      externalId: id,
      ...given,
      idempotencyKey: null,
      eventId: null,
    });
    await latchkey.drain();
    return result;
  };
  return {
    async begin() {
      base = Math.ceil((await time.sync()) / MINUTE_MS) * MINUTE_MS;
    },
    at,
    settle,
    async relay() {
      await untilNothingQueued();
      await latchkey.relay.tick();
      await settle();
    },
    book: (input) => receive(input.id, bookingFact(input, at)),
    say: (id, fact) =>
      receive(id, {
        kind: 'booking',
        fact,
        member: null,
        payload: { fact: fact.kind },
        versionKind: fact.version === null ? null : 'integer',
      }),
    async goTo(minute) {
      const waitMs = at(minute) - (await env.currentTimeMs());
      if (waitMs > 0) await env.sleep(waitMs);
      await settle();
    },
    async booking(id) {
      const view = await latchkey.http.bookings.get(organizationId, 'default', id, await time.sync());
      if (view === null) throw new Error(`There is no booking ${id}.`);
      return view;
    },
    tell: receive,
    async entitlement(kind, id) {
      const key = { organizationId, kind, sourceId: 'default', externalId: id };
      const view = await latchkey.http.entitlements.get(key, await time.sync());
      if (view === null) throw new Error(`There is no ${kind} ${id}.`);
      return view;
    },
    async opens(email, lock) {
      return (await simulator.access(email, lock, await time.sync())).allowed;
    },
    map: (resource, group, id) => mapDoor(latchkey, { organizationId, integrationId }, resource, group, id),
  };
}

/** True when nobody has anything to look at and Kisi agrees with every claim. */
async function isQuiet({ prisma }: OpenLedger): Promise<boolean> {
  const [row] = await prisma.$queryRaw<{ isQuiet: boolean }[]>`
    SELECT NOT EXISTS (SELECT 1 FROM "Entitlement" WHERE "dirtySeq" > "seenSeq")
       AND NOT EXISTS (SELECT 1 FROM "Person" WHERE "dirtySeq" > "seenSeq")
       AND NOT EXISTS (SELECT 1 FROM "Integration" WHERE "dirtySeq" > "seenSeq")
       AND NOT EXISTS (SELECT 1 FROM "Claim" WHERE "settledRevision" <> "revision")
       AND NOT EXISTS (SELECT 1 FROM "Intent" WHERE "status" = 'open') AS "isQuiet"`;
  return row?.isQuiet === true;
}
