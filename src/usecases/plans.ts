import type { PassEnds, UsesCountedBy } from '../domain/decide-pass';
import type { OpeningHours } from '../domain/opening-hours';
import type { Actor, Page, PageRequest, SaveResult } from './catalogue';
import type { DeleteResult } from './references';

/** A plan or a pass type: what a subscription or a pass is an instance of. The id is the platform's own. */
export interface PlanView {
  readonly source: string;
  readonly id: string;
  readonly name: string;
  /** Null: of every location. */
  readonly locationId: string | null;
  /** In the zone of the location, which must be named; null: always. */
  readonly openingHours: OpeningHours | null;
  /** Of a pass type only. */
  readonly ends?: PassEnds;
  readonly usesCountedBy?: UsesCountedBy;
}

/** Without opening hours it always lets in. */
export type PlanToSave = Omit<PlanView, 'openingHours'> & Partial<Pick<PlanView, 'openingHours'>>;

/** With how many door mappings it has. */
export interface ListedPlan extends PlanView {
  readonly mappings: number;
}

/** Null: whatever it is. */
export interface PlanFilter {
  readonly source: string | null;
  /** What is of every location is of this one too. */
  readonly locationId: string | null;
  /** Whether a door mapping that is switched on refers to it. */
  readonly mapped: boolean | null;
  /** A part of the name or the id. */
  readonly query: string | null;
}

/** The ledger's side of plans, and of pass types. `check` sees what is there, locked, and throws to leave it as it is. */
export interface Plans {
  get(organizationId: string, source: string, id: string): Promise<ListedPlan | null>;
  list(organizationId: string, filter: PlanFilter, page: PageRequest): Promise<Page<ListedPlan>>;
  save(actor: Actor, plan: PlanToSave, check: (current: PlanView | null) => void): Promise<SaveResult>;
  delete(actor: Actor, source: string, id: string, check: (current: PlanView) => void): Promise<DeleteResult>;
}
