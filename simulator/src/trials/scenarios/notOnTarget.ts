/**
 * What a target can't do of a scenario: found before it runs.
 * Floor: simulator trials; imports nothing but faults.
 */

import type { ReaderTargetName } from '../../machine/targets/targets.js';
import { whyNotOn } from '../../simulation/faults/fault.js';
import type { Scenario } from './scenario.js';

/** @returns a sentence; undefined: it can do all of it */
export function notOnTarget({ steps }: Scenario, target: ReaderTargetName): string | undefined {
  for (const step of steps) {
    for (const { fault } of [step, ...(step.during ?? [])]) {
      const whyNot = fault && whyNotOn(target, fault);
      if (whyNot !== undefined) return whyNot;
    }
    if (target === 'pico' && step.install !== undefined)
      return 'there is no install on the target pico: what a scenario offers is the text of the simulated reader, and the chip takes images';
  }
  return undefined;
}
