/** Runs the simulator's commands for tests. */
import { run } from '../../src/cli/run.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `comptoir-sim` with these arguments, in this process. */
export async function ran(...args: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    ended: AbortSignal.abort(),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
