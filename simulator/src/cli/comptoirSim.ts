/** The command `comptoir-sim`; bin/comptoir-sim.js starts it. In a thread of its own it runs the scenarios it's given, or serves a wire.   Floor: simulator cli. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveJobs } from '../trials/scenarios/scenarioJobs.js';
import { runWire } from '../wires/usb/serveWire.js';
import { run } from './run.js';

if (parentPort !== null && workerData?.usb !== undefined) void runWire(workerData, parentPort);
else if (parentPort !== null) serveJobs(parentPort);
else {
  const ending = new AbortController();
  process.exitCode = await run(process.argv.slice(2), {
    out: (text) => console.log(text),
    err: (text) => console.error(text),
    worker: new URL(import.meta.url),
    ended: ending.signal,
    awaitsEnd() {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());
    },
  });
}
