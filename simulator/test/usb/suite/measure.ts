/** How quick a transport is: round trips of PING frames of one report, and reports per second of frames of 16. */
import { COMMAND } from '@comptoir/protocol';
import type { Transport } from '@comptoir/sdk';
import { openRaw } from '../../../../sdk/test/contract/rawReports.js';

const ROUND_TRIPS = 200;
const LONG_FRAMES = 50;
const LONG_FRAME_REPORTS = 16;
const FIRST_BYTES = 57;
const NEXT_BYTES = 59;

export interface Measured {
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Both ways together. */
  readonly reportsPerSecond: number;
}

export async function measure(transport: Transport): Promise<Measured> {
  const raw = await openRaw(transport, await transport.request());
  const times: number[] = [];
  for (let trip = 0; trip < ROUND_TRIPS; trip += 1) {
    const startMs = performance.now();
    await raw.ask(COMMAND.ping, new Uint8Array(FIRST_BYTES));
    times.push(performance.now() - startMs);
  }
  const long = new Uint8Array(FIRST_BYTES + (LONG_FRAME_REPORTS - 1) * NEXT_BYTES);
  const startMs = performance.now();
  for (let frame = 0; frame < LONG_FRAMES; frame += 1) await raw.ask(COMMAND.ping, long);
  const seconds = (performance.now() - startMs) / 1000;
  await raw.close();
  times.sort((one, other) => one - other);
  const at = (part: number): number => times[Math.floor(times.length * part)] ?? 0;
  return { p50Ms: at(0.5), p95Ms: at(0.95), reportsPerSecond: (LONG_FRAMES * LONG_FRAME_REPORTS * 2) / seconds };
}

export function told(name: string, { p50Ms, p95Ms, reportsPerSecond }: Measured): string {
  const times = `round trip p50 ${p50Ms.toFixed(2)} ms, p95 ${p95Ms.toFixed(2)} ms`;
  return `bench ${name.padEnd(16)} ${times}; ${reportsPerSecond.toFixed(0)} reports per second`;
}
