/**
 * What a check of a reader found: the data of all its reports.
 * Floor: simulator trials; imports nothing.
 */

/** `wire`: in clear. `link`: the session, with a host that lies. `sale`: payments. `scenario`: files. */
export type ConformKind = 'wire' | 'link' | 'sale' | 'scenario';

export interface ConformResult {
  readonly kind: ConformKind;
  readonly name: string;
  /** What doesn't hold. */
  readonly problem?: string;
  /** Why it wasn't tried. */
  readonly notRun?: string;
  readonly ms: number;
}

/** How long a command took, each time, in milliseconds. */
export interface Latency {
  readonly command: string;
  readonly samplesMs: readonly number[];
}

export interface CheckedReader {
  /** As the SDK says it. */
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  /** The factory of its certificate, hexadecimal. Not there: no session was opened. */
  readonly factory?: string;
  /** Such as `webSocket`. */
  readonly transport: string;
}

export interface ConformReport {
  readonly reader: CheckedReader;
  readonly seed: number;
  /** Unix milliseconds. */
  readonly startedMs: number;
  readonly results: readonly ConformResult[];
  readonly latencies: readonly Latency[];
}

interface Counts {
  readonly holds: number;
  readonly fails: number;
  readonly notRun: number;
}

export function countsOf(results: readonly ConformResult[]): Counts {
  const notRun = results.filter((result) => result.notRun !== undefined).length;
  const fails = results.filter(({ problem }) => problem !== undefined).length;
  return { holds: results.length - notRun - fails, fails, notRun };
}

/** @param share 0 to 1 @returns the smallest sample that so large a share doesn't exceed */
export function quantileMs({ samplesMs }: Latency, share: number): number {
  const sorted = [...samplesMs].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
