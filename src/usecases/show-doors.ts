import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../domain/errors';
import { describeProblem, type Problem, type ProblemCode } from '../domain/problems';
import { MINUTE_MS, SECOND_MS, type Instant } from '../domain/time';
import type { Page, PageRequest } from './catalogue';
import type { LookUpDoor } from './check-target';
import type { DoorFilter, DoorsLedger, DoorType, IntegrationKey, KisiDoorView } from './kisi-doors';
import type { ReadDoors } from './read-doors';

/** What was read longer ago than this is read again before it is shown. */
const FRESH_MS = MINUTE_MS;
/** Nobody who looks waits longer than this for Kisi. */
const LONGEST_WAIT_MS = 10 * SECOND_MS;
/** After a failure, lists are answered from the ledger for a while without asking again. */
const FAILURE_KEPT_MS = 10 * SECOND_MS;

/** One page of doors and how far it can be trusted. */
export interface ShownDoors extends Page<KisiDoorView> {
  readonly readAt: Instant | null;
  readonly isStale: boolean;
  readonly problem: Problem | null;
}

export interface ShowDoors {
  list(
    key: IntegrationKey,
    filter: DoorFilter,
    page: PageRequest,
    options: { readonly mustRefresh: boolean },
  ): Promise<ShownDoors>;
  get(key: IntegrationKey, type: DoorType, id: number): Promise<KisiDoorView>;
}

/**
 * Shows Kisi's doors from the ledger, reading Kisi first where what is known is old. Where Kisi does not answer in time it
 * shows what it knows and says so.
 *
 * @throws AppError not_found, kisi_unreachable
 */
export function createShowDoors(deps: {
  readonly ledger: DoorsLedger;
  readonly readDoors: ReadDoors;
  readonly lookUpDoor: LookUpDoor;
  readonly clock: () => Instant;
}): ShowDoors {
  const { ledger, readDoors, clock } = deps;
  const failures = new Map<string, { readonly problem: ProblemCode; readonly at: Instant }>();
  const refresh = async (key: IntegrationKey, mustRefresh: boolean): Promise<ProblemCode | null> => {
    const id = `${key.organizationId}/${key.integrationId}`;
    const failed = failures.get(id);
    if (!mustRefresh && failed && clock() - failed.at < FAILURE_KEPT_MS) return failed.problem;
    const problem = await readInTime(readDoors, key);
    if (problem === null) failures.delete(id);
    else failures.set(id, { problem, at: clock() });
    return problem;
  };
  return {
    async list(key, filter, page, { mustRefresh }) {
      const before = await stateOf(ledger, key);
      // Later pages belong to the list that the first one began.
      const isOld = before.readAt === null || clock() - before.readAt > FRESH_MS;
      const mustRead = page.after === null && (mustRefresh || isOld);
      const problem = mustRead ? await refresh(key, mustRefresh) : null;
      const { readAt } = mustRead ? await stateOf(ledger, key) : before;
      const found = await ledger.list(key, filter, page);
      return {
        ...found,
        readAt,
        isStale: readAt === null || clock() - readAt > FRESH_MS,
        problem: problem === null ? null : describeProblem(problem, clock()),
      };
    },
    async get(key, type, id) {
      await stateOf(ledger, key);
      const known = await ledger.get(key, type, id);
      if (known !== null) return known;
      const looked = await deps.lookUpDoor(key, type, id);
      if (looked === 'unknown') {
        throw new AppError('kisi_unreachable', `Kisi could not be asked whether this ${type} exists. Try again later.`);
      }
      const found = looked === 'exists' ? await ledger.get(key, type, id) : null;
      if (found === null) throw new AppError('not_found', `Kisi has no ${type} with this id.`);
      return found;
    },
  };
}

async function stateOf(ledger: DoorsLedger, key: IntegrationKey): Promise<{ readonly readAt: Instant | null }> {
  const state = await ledger.findState(key);
  if (state === null) throw new AppError('not_found', 'There is no integration with this id.');
  return state;
}

async function readInTime(readDoors: ReadDoors, key: IntegrationKey): Promise<ProblemCode | null> {
  const waiting = new AbortController();
  try {
    const reading = await Promise.race([
      readDoors(key),
      sleep(LONGEST_WAIT_MS, null, { signal: waiting.signal }).catch(() => null),
    ]);
    if (reading === null) return 'kisi_unavailable';
    return reading.kind === 'read' ? null : reading.problem;
  } finally {
    waiting.abort();
  }
}
