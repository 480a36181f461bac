/** One figure with what it must keep. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: number;
  readonly isAtMost: boolean;
}

export const atMost = (name: string, value: number, unit: string, bound: number): Figure => ({
  name,
  value,
  unit,
  bound,
  isAtMost: true,
});

export const atLeast = (name: string, value: number, unit: string, bound: number): Figure => ({
  name,
  value,
  unit,
  bound,
  isAtMost: false,
});
