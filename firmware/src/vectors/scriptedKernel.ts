/**
 * Runs a kernel against recorded answers. Strict: each command must be the recorded one.
 * Floor: vectors.
 */
import { equalBytes, NO_BYTES, toHex } from '@comptoir/protocol';
import type { Kernel } from '../apdu/kernel.js';
import type { VectorInput } from './vectorInput.js';

interface ScriptedRun<T> {
  readonly outcome: T;
  readonly commands: readonly Uint8Array[];
  readonly isUsedUp: boolean;
}

/** @param script pairs of `c` and `r`; an empty `c` accepts any command */
export function runScripted<T>(kernel: Kernel<T>, script: readonly VectorInput[]): ScriptedRun<T> {
  const commands: Uint8Array[] = [];
  let step = kernel.next(NO_BYTES);
  while (step.done !== true) {
    if (step.value.kind !== 'transmit') {
      step = kernel.next(NO_BYTES);
      continue;
    }
    const { command } = step.value;
    const pair = script[commands.length];
    if (pair === undefined) throw new Error(`command ${commands.length + 1} is not in the script: ${toHex(command)}`);
    const recorded = pair.hex('c');
    if (recorded.length > 0 && !equalBytes(recorded, command))
      throw new Error(`command ${commands.length + 1} differs: ${toHex(command)}`);
    commands.push(command);
    step = kernel.next(pair.hex('r'));
  }
  return { outcome: step.value, commands, isUsedUp: commands.length === script.length };
}

/** As `runScripted`, and the script must be used up. */
export function runWholeScript<T>(kernel: Kernel<T>, script: readonly VectorInput[]): T {
  const run = runScripted(kernel, script);
  if (!run.isUsedUp) throw new Error(`only ${run.commands.length} of ${script.length} commands were sent`);
  return run.outcome;
}
