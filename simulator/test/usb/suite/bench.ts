/** Round trips and reports per second of each transport, in this kernel: PING frames of one report, and of 16. */
import { COMMAND } from '@comptoir/protocol';
import { openRaw } from '../../../../sdk/test/contract/rawReports.js';
import { benchOf, usbBenches } from './usbBenches.js';

const ROUND_TRIPS = 200;
const LONG_FRAMES = 50;
const LONG_FRAME_REPORTS = 16;

for (const kind of usbBenches.map(benchOf)) {
  const bench = await kind.open();
  const transport = bench.transport();
  const raw = await openRaw(transport, await transport.request());
  const times: number[] = [];
  for (let trip = 0; trip < ROUND_TRIPS; trip += 1) {
    const startMs = performance.now();
    await raw.ask(COMMAND.ping, new Uint8Array(57));
    times.push(performance.now() - startMs);
  }
  const startMs = performance.now();
  for (let frame = 0; frame < LONG_FRAMES; frame += 1)
    await raw.ask(COMMAND.ping, new Uint8Array(57 + (LONG_FRAME_REPORTS - 1) * 59));
  const reports = (LONG_FRAMES * LONG_FRAME_REPORTS * 2 * 1000) / (performance.now() - startMs);
  await raw.close();
  await bench.close();
  times.sort((one, other) => one - other);
  const at = (part: number): string => (times[Math.floor(times.length * part)] ?? 0).toFixed(2);
  console.log(
    `bench ${kind.name.padEnd(16)} round trip p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; ${reports.toFixed(0)} reports per second`,
  );
}
process.exit();
