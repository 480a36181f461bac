import type { SeedInput } from '../../src/kisi-simulator/seed/seed-schema';

/** The simulator's control plane, as the tests use it. */
export interface SimulatorControl {
  readonly url: string;
  setClock(at: number): Promise<void>;
  /** The seed again, switches and faults as at the start. */
  reset(): Promise<void>;
  /** Another site instead of the one there, with Kisi's limit off. */
  seed(site: SeedInput): Promise<void>;
  /** Kisi's clock runs this much ahead of ours. */
  shiftClock(offsetMs: number): Promise<void>;
  /** Back to real time. */
  runClock(): Promise<void>;
  switches(values: Readonly<Record<string, unknown>>): Promise<void>;
  fault(fault: Readonly<Record<string, unknown>>): Promise<void>;
  clearFaults(): Promise<void>;
  access(
    email: string,
    lockId: number,
    at?: number,
  ): Promise<{ allowed: boolean; reason: string; assignments: { id: number }[] }>;
  /** Everyone who could open anything now. */
  accesses(): Promise<{ email: string; lockId: number }[]>;
  mails(): Promise<{ kind: string; to: string }[]>;
  /** Method and path of each request, and what became of it. */
  requests(): Promise<{ method: string; path: string; status: number | null; fault: string | null }[]>;
  /** What the user with this address holds at Kisi, expired or not. */
  assignmentsOf(email: string): Promise<{ id: number; groupId: number }[]>;
  /** Kisi's own API as an operator would use it by hand. */
  byHand(method: string, path: string, body?: unknown): Promise<unknown>;
}

export function createSimulatorControl(url: string): SimulatorControl {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/_simulator${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return readJson<T>(response);
  };
  return {
    url,
    setClock: (at) => call('PUT', '/clock', { now: new Date(at).toISOString() }),
    reset: () => call('POST', '/reset'),
    async seed(site) {
      await call('POST', '/seed', site);
      await call('PUT', '/switches', { requestsPerSecond: 0 });
    },
    shiftClock: (offsetMs) => call('PUT', '/clock', { offsetMs }),
    runClock: () => call('PUT', '/clock', { running: true }),
    switches: (values) => call('PUT', '/switches', values),
    fault: (fault) => call('POST', '/faults', fault),
    clearFaults: () => call('DELETE', '/faults'),
    access: (email, lockId, at) => {
      const when = at === undefined ? {} : { at: new Date(at).toISOString() };
      return call('GET', `/access?${new URLSearchParams({ email, lockId: String(lockId), ...when }).toString()}`);
    },
    accesses: () => call('GET', '/accesses'),
    mails: () => call('GET', '/mails'),
    async assignmentsOf(email) {
      const history = await call<{ email: string; assignmentId: number; groupId: number; kind: string }[]>(
        'GET',
        '/assignments/history?limit=100000',
      );
      const held = new Map<number, { id: number; groupId: number }>();
      for (const entry of history.filter((one) => one.email === email)) {
        if (/deleted|purged/.test(entry.kind)) held.delete(entry.assignmentId);
        else held.set(entry.assignmentId, { id: entry.assignmentId, groupId: entry.groupId });
      }
      return [...held.values()];
    },
    requests: () => call('GET', '/requests?since=0'),
    async byHand(method, path, body) {
      const headers = { Authorization: 'KISI-LOGIN simulated-key-of-olivia', 'Content-Type': 'application/json' };
      const response = await fetch(url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return readJson(response);
    },
  };
}

async function readJson<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
