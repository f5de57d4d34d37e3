/**
 * The last so many of whatever comes, each by its number, counted from 0: history that doesn't grow.
 * Floor: simulator machine; imports nothing.
 */
interface LastOnes<T> {
  push(one: T): void;
  /** @returns undefined: it's forgotten, or hasn't come */
  at(number: number): T | undefined;
  /** In order. */
  all(): readonly T[];
  /** The number that the next one gets. */
  next(): number;
}

/** @param max how many are remembered. Default: all */
export function lastOnes<T>(max: number = Number.POSITIVE_INFINITY): LastOnes<T> {
  let kept: T[] = [];
  let forgotten = 0;
  return {
    push(one) {
      kept.push(one);
      // Not at each: moving all of them costs more than to keep some longer.
      if (kept.length < 2 * max) return;
      forgotten += kept.length - max;
      kept = kept.slice(-max);
    },
    at: (number) => kept[number - forgotten],
    all: () => (kept.length > max ? kept.slice(-max) : [...kept]),
    next: () => forgotten + kept.length,
  };
}
