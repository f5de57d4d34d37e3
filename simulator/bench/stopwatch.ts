/**
 * Measures two ways of doing the same thing, one beside the other: batch of ours, batch of theirs, round after round in one
 * process, so that what disturbs the machine disturbs both.
 */
import { performance } from 'node:perf_hooks';
import { collectYoungGarbage } from './garbage.js';

const ROUNDS = 25;
const WARM_UP_MS = 150;
/** Long enough for the clock, short enough for a round to be one moment. */
const BATCH_MS = 8;

/** Of all rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Comparison {
  /** Nanoseconds for one call. */
  readonly ours: Spread;
  readonly theirs: Spread;
  /** Theirs by ours, round by round: 4 says that ours is four times as fast. */
  readonly ratio: Spread;
}

/** What a call gives is kept here, so that no compiler can leave the call out. */
let sink: unknown;

export function compare(ours: () => unknown, theirs: () => unknown): Comparison {
  const ourCalls = callsInBatch(ours);
  const theirCalls = callsInBatch(theirs);
  const ourNs: number[] = [];
  const theirNs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const oursFirst = round % 2 === 0;
    if (oursFirst) ourNs.push(nsOfBatch(ours, ourCalls));
    theirNs.push(nsOfBatch(theirs, theirCalls));
    if (!oursFirst) ourNs.push(nsOfBatch(ours, ourCalls));
  }
  return {
    ours: spreadOf(ourNs),
    theirs: spreadOf(theirNs),
    ratio: spreadOf(theirNs.map((ns, round) => ns / (ourNs[round] ?? 0))),
  };
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? 0, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

function nsOfBatch(call: () => unknown, calls: number): number {
  // Or one side would clear away what the other left: that was 10 % of a batch of RSA recoveries beside node:crypto.
  collectYoungGarbage();
  const startMs = performance.now();
  for (let i = 0; i < calls; i += 1) sink = call();
  return ((performance.now() - startMs) * 1e6) / calls;
}

/** Warms up, and tells how many calls fill a batch. */
function callsInBatch(call: () => unknown): number {
  let calls = 0;
  const startMs = performance.now();
  let passedMs = 0;
  while (passedMs < WARM_UP_MS) {
    sink = call();
    calls += 1;
    passedMs = performance.now() - startMs;
  }
  // The warm-up had cold code in it: a second look at what is warm by now.
  const ns = nsOfBatch(call, Math.max(1, calls >> 2));
  return Math.max(1, Math.round((BATCH_MS * 1e6) / ns));
}

/** Keeps `sink` alive for the compiler. */
export function lastGiven(): unknown {
  return sink;
}
