import { type Comparison, compare } from '../stopwatch.js';
import type { Row } from './row.js';

/** A row that tells how many times as fast ours is. @param goal at least this ratio */
export function ratioRow(name: string, ours: () => unknown, theirs: () => unknown, goal?: number): Row {
  const comparison = compare(ours, theirs);
  const { median, min, max } = comparison.ratio;
  return {
    name,
    unit: '×',
    value: median,
    min,
    max,
    ...(goal === undefined ? {} : { goal: { kind: 'atLeast' as const, value: goal } }),
    detail: detailOf(comparison),
  };
}

export function detailOf({ ours, theirs }: Comparison): string {
  return `${time(ours.median)} against ${time(theirs.median)}`;
}

/** @param ns nanoseconds */
export function time(ns: number): string {
  if (ns < 1000) return `${ns.toFixed(0)} ns`;
  return ns < 1e6 ? `${(ns / 1000).toFixed(2)} µs` : `${(ns / 1e6).toFixed(2)} ms`;
}
