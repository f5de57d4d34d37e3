/**
 * A strict card: it expects exactly these commands, in this order.
 * Floor: simulator world.
 */
import { equalBytes, fromHex } from '@comptoir/protocol';
import type { Card, CardInterface } from '../../machine/card.js';

export interface ScriptStep {
  /** Command as hex; empty: any. */
  readonly c: string;
  /** Response as hex, SW1 SW2 last. */
  readonly r: string;
}

export interface ScriptedCard extends Card {
  /** Throws, and says which step, unless the script was followed to its end. */
  assertUsedUp(): void;
}

/**
 * A command that differs ends the script: the card is silent from then on, and `assertUsedUp` tells the step.
 * @param script hex that doesn't parse throws
 */
export function scriptedCard(
  script: readonly ScriptStep[],
  name = 'scripted',
  where: CardInterface | 'both' = 'both',
): ScriptedCard {
  const steps = script.map(({ c, r }, at) => ({ command: bytesOf(c, at), response: bytesOf(r, at) }));
  let position = 0;
  let fault: string | undefined;
  return {
    name,
    interface: where,
    powerOn() {},
    transmit(command) {
      if (fault !== undefined) return undefined;
      const step = steps[position];
      if (step === undefined) {
        fault = `a command came after the last step (${steps.length})`;
        return undefined;
      }
      if (step.command.length > 0 && !equalBytes(step.command, command)) {
        fault = `another command came than that of step ${position + 1}`;
        return undefined;
      }
      position += 1;
      return step.response.slice();
    },
    powerOff() {},
    assertUsedUp() {
      if (fault !== undefined) throw new Error(`card ${name}: ${fault}`);
      if (position < steps.length)
        throw new Error(`card ${name}: ${steps.length - position} of ${steps.length} steps unused`);
    },
  };
}

function bytesOf(hex: string, at: number): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(`step ${at + 1} is not hexadecimal`);
  return bytes;
}
