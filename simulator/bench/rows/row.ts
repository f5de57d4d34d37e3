/** One line of the table: a figure, what it's held against, and the goal. */
export interface Row {
  readonly name: string;
  /** `×` faster than the peer, or a unit. */
  readonly unit: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  readonly goal?: { readonly kind: 'atLeast' | 'atMost'; readonly value: number };
  /** Absolute figures; they tell about this machine only. */
  readonly detail: string;
}

/** Undefined when there is no goal. */
export function isReached({ value, goal }: Row): boolean | undefined {
  if (goal === undefined) return undefined;
  return goal.kind === 'atLeast' ? value >= goal.value : value <= goal.value;
}
