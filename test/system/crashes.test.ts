import { mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createApiClient, type ApiClient } from '../support/api-client';
import { eventually } from '../support/eventually';
import { startProgram, type RunningProgram } from '../support/programs';
import { createSimulatorControl, type SimulatorControl } from '../support/simulator-control';

const CRASHES = process.env['LATCHKEY_TEST_FULL'] === '1' ? 20 : 3;
const SECOND_MS = 1_000;

interface Local {
  readonly apiUrl: string;
  readonly simulatorUrl: string;
  readonly token: string;
}

/** The embedded default is killed with all its processes at random moments, and started again. */
describe('after kill -9 at random moments', () => {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-crash-'));
  const file = join(home, 'local.json');
  const env = {
    LATCHKEY_HOME: home,
    PORT: '0',
    TEMPORAL_PORT: '0',
    TEMPORAL_UI_PORT: '0',
    SIMULATOR_PORT: '0',
    // Fast, so that many requests are under way when it is killed.
    KISI_REQUESTS_PER_SECOND: '50',
    RELAY_LATE_MS: '1000',
    RELAY_INTERVAL_MS: '500',
  };
  let program: RunningProgram;
  let api: ApiClient;
  let simulator: SimulatorControl;

  const start = async (): Promise<void> => {
    rmSync(file, { force: true });
    program = startProgram('standalone', env);
    await eventually(`the service is up; it said: ${program.output()}`, async () => existsSync(file), Boolean, 60_000);
    const local = JSON.parse(readFileSync(file, 'utf8')) as Local;
    api = createApiClient(local.apiUrl, local.token);
    simulator = createSimulatorControl(local.simulatorUrl);
  };
  beforeAll(start, 90_000);
  afterAll(async () => {
    await program.kill();
    rmSync(home, { recursive: true, force: true });
  });

  const accepted = new Map<string, { readonly email: string; readonly endsAt: number; isCancelled: boolean }>();
  const isOurs = (email: string): boolean => email.startsWith('crash-');
  let count = 0;
  const book = async (lengthMs: number): Promise<void> => {
    count += 1;
    const id = `crash-${count}`;
    // Every third booking is somebody's second one: one assignment serves both.
    const email = `crash-${count - (count % 3 === 2 ? 1 : 0)}@example.com`;
    const now = Date.now();
    const endsAt = now + lengthMs;
    await api.call('PUT', `/v1/bookings/${id}`, {
      status: 'confirmed',
      payment: 'paid',
      resourceId: 'hot-desk',
      member: { id: email, email, name: 'A member' },
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
    });
    accepted.set(id, { email, endsAt, isCancelled: false });
    if (count % 4 === 0) {
      await api.call('POST', `/v1/bookings/${id}/cancellation`, {});
      accepted.set(id, { email, endsAt, isCancelled: true });
    }
  };
  /** Books without pause until the service is gone; what it had answered by then must hold. */
  const bookUntilGone = async (lengths: readonly number[]): Promise<void> => {
    for (const length of lengths) {
      try {
        await book(length);
      } catch {
        return;
      }
    }
  };

  it(
    'every accepted fact holds, nobody was invited twice, and no door stays open',
    async () => {
      const [draw] = fc.sample(
        fc.array(
          fc.record({
            afterMs: fc.integer({ min: 50, max: 3_000 }),
            lengthMs: fc.integer({ min: 2_000, max: 15_000 }),
          }),
          {
            minLength: CRASHES,
            maxLength: CRASHES,
          },
        ),
        { numRuns: 1, ...(process.env['CRASH_SEED'] ? { seed: Number(process.env['CRASH_SEED']) } : {}) },
      );
      for (const { afterMs, lengthMs } of draw ?? []) {
        const booking = bookUntilGone(Array.from({ length: 200 }, (_, index) => lengthMs + 37 * index));
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        await program.kill();
        await booking;
        await start();
      }
      await book(30 * 60 * SECOND_MS);
      const [lastId = '', last] = [...accepted].at(-1) ?? [];
      const isLastOpen = !last?.isCancelled;

      const bookings = [...accepted].filter(([id]) => id !== lastId || !isLastOpen);
      for (const [id] of bookings) {
        await eventually(
          `${id} ended, after ${JSON.stringify(draw)}`,
          () => api.call<{ state: string; receipt: unknown }>('GET', `/v1/bookings/${id}`),
          ({ state, receipt }) => state === 'ended' && receipt !== null,
          120_000,
        );
      }
      if (isLastOpen) {
        await eventually(
          'the last one opens its door',
          async () => (await simulator.access(last?.email ?? '', 3001)).allowed,
        );
      }
      // What was stored but not answered when it was killed ends like the others.
      await eventually(
        'nobody else can open anything',
        async () => new Set((await simulator.accesses()).map(({ email }) => email).filter(isOurs)),
        (emails) => [...emails].join() === (isLastOpen ? (last?.email ?? '') : ''),
      );
      const invited = (await simulator.mails()).map(({ to }) => to).filter(isOurs);
      expect(invited).toEqual([...new Set(invited)]);
    },
    CRASHES * 60_000 + 180_000,
  );

  it('Ctrl-C then ends it cleanly, with no process left', async () => {
    const group = program.pid;
    expect(await program.stop('SIGINT')).toBe(0);
    expect(existsSync(file)).toBe(false);
    expect(() => process.kill(-group, 0)).toThrow(/ESRCH/);
  });
});
