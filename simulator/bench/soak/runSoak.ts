/**
 * Payments by the thousand on simulated readers, one in a hundred with something that goes wrong: no key serial number twice, no card
 * number in anything that left a reader, and every payment ends known, by its result or by `lookup`.
 * Readers have nothing in common, so that their lives may run in any order, and in several processes.
 */
import { setImmediate } from 'node:timers/promises';
import { collectGarbage } from '../garbage.js';
import { type LifeReport, type SoakLife, soakReader } from './soakReader.js';

export interface SoakOptions extends Pick<SoakLife, 'firmware'> {
  readonly payments: number;
  readonly seed: number | string;
  readonly target?: SoakLife['target'];
  /** Default 1. */
  readonly faultsInHundred?: number;
  /** Payments of a reader, before another one takes its place. Default 1,000. */
  readonly paymentsOfReader?: number;
}

/** Of the readers that one process had, one after the other. */
export interface SoakReport extends LifeReport {
  /** Of JavaScript's heap and of what it holds outside, after each reader, in bytes, without garbage. */
  readonly heapBytes: readonly number[];
}

export const NO_LIFE: LifeReport = {
  payments: 0,
  faults: 0,
  ends: {},
  keySerialNumbers: 0,
  repeated: [],
  unopened: [],
  numbersFound: [],
  unknown: [],
};

/** The readers of a soak, in order. The same options are the same readers. */
export function livesOf(options: SoakOptions): readonly SoakLife[] {
  const { payments, seed, target = 'node', faultsInHundred = 1, paymentsOfReader = 1000, firmware } = options;
  return Array.from({ length: Math.ceil(payments / paymentsOfReader) }, (_, life) => ({
    seed: `soak/${seed}/${life}`,
    payments: Math.min(paymentsOfReader, payments - life * paymentsOfReader),
    target,
    faultsInHundred,
    ...(firmware && { firmware }),
  }));
}

export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const heapBytes: number[] = [];
  let sum = NO_LIFE;
  for (const life of livesOf(options)) {
    sum = added(sum, await soakReader(life, () => {}));
    heapBytes.push(await heapNow());
  }
  return { ...sum, heapBytes };
}

/** In bytes, without garbage: in a turn of its own, since what a function has just ended with is still held by it. */
export async function heapNow(): Promise<number> {
  await setImmediate();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export function added(a: LifeReport, b: LifeReport): LifeReport {
  const names = [...new Set([...Object.keys(a.ends), ...Object.keys(b.ends)])].sort();
  return {
    payments: a.payments + b.payments,
    faults: a.faults + b.faults,
    ends: Object.fromEntries(names.map((name) => [name, (a.ends[name] ?? 0) + (b.ends[name] ?? 0)])),
    keySerialNumbers: a.keySerialNumbers + b.keySerialNumbers,
    repeated: [...a.repeated, ...b.repeated],
    unopened: [...a.unopened, ...b.unopened],
    numbersFound: [...a.numbersFound, ...b.numbersFound],
    unknown: [...a.unknown, ...b.unknown],
  };
}
