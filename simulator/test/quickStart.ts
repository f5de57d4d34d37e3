/**
 * Starts of the chip that leave out the boot stage: it looks at the images alone, and takes longer than all else. The chip goes on where the firmware
 * is about to look at what it keeps, with the flash as it is now.
 */
import type { Chip } from '../src/chip/chip.js';
import { type ChipSnapshot, resumeChip, saveChip } from '../src/chip/snapshot.js';

const SLICE_STEPS = 1_000_000;
const QUIET_NANOS = 1_000_000;
const START_STEPS_MAX = 500_000_000;

/** @param symbols of the program @returns for `boot` of a reader on the chip; the first start is a whole one */
export function quickStart(symbols: ReadonlyMap<string, number>): (chip: Chip) => void {
  const entry = (symbols.get('key_store_open') ?? 0) & ~1;
  let before: ChipSnapshot | undefined;
  return (chip) => {
    if (before === undefined) {
      chip.powerOn();
      runTo(chip, entry);
      before = saveChip(chip);
    }
    resumeChip(chip, { ...before, flash: chip.flash.bytes.slice() });
    runToIdle(chip);
  };
}

function runTo(chip: Chip, address: number): void {
  const { core } = chip.core;
  const { executeInstruction } = core;
  let isThere = false;
  core.executeInstruction = () => {
    const cycles = executeInstruction.call(core);
    if (core.PC === address) {
      isThere = true;
      chip.stop();
    }
    return cycles;
  };
  const { steps } = chip;
  while (!isThere && chip.steps - steps < START_STEPS_MAX) chip.run({ steps: SLICE_STEPS });
  core.executeInstruction = executeInstruction;
  if (!isThere) throw new Error('the firmware never came to look at its keys');
}

/** Until it sleeps with nothing that happens within a millisecond. @throws Error when it doesn't come up */
function runToIdle(chip: Chip): void {
  const { steps } = chip;
  while (chip.run({ steps: SLICE_STEPS, untilNanos: chip.nanos() + QUIET_NANOS }) !== 'idle')
    if (chip.fault !== undefined || chip.steps - steps > START_STEPS_MAX)
      throw new Error(`the reader did not come up: ${chip.fault}`);
}
