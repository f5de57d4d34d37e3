/**
 * What is allocated, by the engine's own count.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { spreadOf } from './stopwatch.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
// Contexts that are made from here on are without it, as they are elsewhere.
setFlagsFromString('--no-expose-gc');

/** Few enough that no collection of young objects falls between the two readings. */
const CALLS = 500;

/** Bytes of heap that one call takes, median of 21; what the reading itself takes is taken off. */
export function heapBytesPerCall(call: () => unknown): number {
  for (let i = 0; i < 20 * CALLS; i += 1) call();
  const empty = spreadOf(Array.from({ length: 21 }, () => heapGrowth(() => undefined))).median;
  const taken = spreadOf(Array.from({ length: 21 }, () => heapGrowth(call))).median;
  return Math.max(0, taken - empty) / CALLS;
}

function heapGrowth(call: () => unknown): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < CALLS; i += 1) call();
  return process.memoryUsage().heapUsed - before;
}

/** Bytes that the process holds for good, garbage collected. */
export function residentBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().rss;
}
