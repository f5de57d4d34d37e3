/** The command `comptoir-sim`; bin/comptoir-sim.js starts it.   Floor: simulator. */
import { run } from './run.js';

const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => console.log(text),
  err: (text) => console.error(text),
  ended: ending.signal,
});
