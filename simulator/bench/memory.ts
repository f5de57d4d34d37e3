/**
 * What is allocated, by the engine's own count.
 */
import { collectGarbage } from './garbage.js';
import { spreadOf } from './stopwatch.js';

/** Few enough that no collection of young objects falls between the two readings. */
const CALLS = 40;

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

/** Bytes of objects and buffers that are held, garbage collected: less than the process holds, and no garbage in it. */
export function heldBytes(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
