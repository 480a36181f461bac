/** What a scenario is drawn with; days count from its beginning. */
export interface Draw {
  /** Begins the ids, so that a second run does not meet the first. */
  readonly runId: string;
  readonly days: number;
  readonly random: () => number;
  /** The instant of a day, fractions too. */
  readonly at: (day: number) => number;
  /** How long the organization lets an overdue subscription in. Real time: only its policy is not compressed. */
  readonly graceMs: number;
}

export function pick<Item>({ random }: Pick<Draw, 'random'>, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

export function between({ random }: Pick<Draw, 'random'>, from: number, until: number): number {
  return from + random() * (until - from);
}

/** What a thing is from a day on. */
export type Change<State> = readonly [day: number, change: Partial<State>];

/** The states that follow from the first one with each change on top; what would come on the last day or later is left out. */
export function unfold<State>(
  { at, days }: Draw,
  firstDay: number,
  first: State,
  changes: readonly Change<State>[],
): { at: number; state: State }[] {
  const steps = [{ at: at(firstDay), state: first }];
  let state = first;
  for (const [day, change] of changes) {
    if (day >= days - 1) break;
    state = { ...state, ...change };
    steps.push({ at: at(day), state });
  }
  return steps;
}
