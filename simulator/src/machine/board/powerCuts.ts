/**
 * Where the power of a reader without a chip fails: at one of the operations by which it keeps something.
 * Floor: simulator machine.
 */
import type { PowerCut } from '../chip/flash.js';

export interface PowerCuts {
  /** The power fails at that operation, 1 the next: `clean` right after it, `torn` in the middle of it. */
  cutPower(cut: PowerCut): void;
  /** Called for each operation. @returns how the power fails at it; undefined: it stays */
  next(): PowerCut['kind'] | undefined;
}

export function createPowerCuts(): PowerCuts {
  let kind: PowerCut['kind'] = 'clean';
  let untilCut = Number.POSITIVE_INFINITY;
  return {
    cutPower(cut) {
      kind = cut.kind;
      untilCut = cut.operation;
    },
    next() {
      untilCut -= 1;
      return untilCut === 0 ? kind : undefined;
    },
  };
}
