import type { ListTables } from '../store/snapshot';
import { compilePath, type FaultRule } from './fault-schema';
import { seededRandom } from './random';

export interface ActiveFault {
  readonly id: number;
  readonly rule: FaultRule;
  fired: number;
}

interface Armed extends ActiveFault {
  readonly path: RegExp | null;
  readonly random: () => number;
  snapshot: { readonly takenAt: number; readonly lists: ListTables } | null;
}

/** What meets one request: at most one thing going wrong, after any delays. */
export interface Misfortune {
  readonly fault: ActiveFault | null;
  readonly delayMs: number;
  /** Lists to answer from instead of the present ones. */
  readonly lists: ListTables | null;
}

export const noMisfortune: Misfortune = { fault: null, delayMs: 0, lists: null };
const DEFAULT_DELAY_MS = 1_000;

/** The faults that are set: matched against each API request in the order they were made; the first that fires wins, delays add up. */
export class Faults {
  private armed: Armed[] = [];
  private lastId = 0;

  constructor(private readonly snapshot: () => ListTables) {}

  add(rule: FaultRule): ActiveFault {
    this.lastId += 1;
    const fault: Armed = {
      id: this.lastId,
      rule,
      fired: 0,
      path: rule.path === undefined ? null : compilePath(rule.path),
      random: seededRandom(rule.seed ?? 1),
      snapshot: rule.kind === 'stale_list' ? { takenAt: Date.now(), lists: this.snapshot() } : null,
    };
    this.armed.push(fault);
    return fault;
  }

  list(): readonly ActiveFault[] {
    return this.armed;
  }

  /** @returns whether there was such a fault */
  remove(id: number): boolean {
    const before = this.armed.length;
    this.armed = this.armed.filter((fault) => fault.id !== id);
    return this.armed.length < before;
  }

  clear(): void {
    this.armed = [];
  }

  meet(method: string, path: string, isList: boolean): Misfortune {
    if (this.armed.length === 0) return noMisfortune;
    let chosen: Armed | null = null;
    let delayMs = 0;
    let lists: ListTables | null = null;
    for (const fault of this.armed) {
      if (!matches(fault, method, path)) continue;
      if (fault.rule.kind === 'stale_list' ? !isList || lists !== null : fault.rule.kind !== 'slow' && chosen) continue;
      if (!fires(fault)) continue;
      if (fault.rule.kind === 'slow') delayMs += fault.rule.delayMs ?? DEFAULT_DELAY_MS;
      else if (fault.rule.kind === 'stale_list') lists = this.listsOf(fault);
      else chosen = fault;
    }
    return { fault: chosen, delayMs, lists };
  }

  /** The snapshot of when the fault was made; with a `delayMs` it is taken again when it has got that old. */
  private listsOf(fault: Armed): ListTables | null {
    const maxAgeMs = fault.rule.delayMs ?? Infinity;
    if (fault.snapshot === null || Date.now() - fault.snapshot.takenAt > maxAgeMs) {
      fault.snapshot = { takenAt: Date.now(), lists: this.snapshot() };
    }
    return fault.snapshot.lists;
  }
}

function matches({ rule, path: pattern, fired }: Armed, method: string, path: string): boolean {
  if (rule.times !== undefined && fired >= rule.times) return false;
  if (rule.method !== undefined && rule.method !== method) return false;
  return pattern === null || pattern.test(path);
}

function fires(fault: Armed): boolean {
  if (fault.rule.probability !== undefined && fault.random() >= fault.rule.probability) return false;
  fault.fired += 1;
  return true;
}
