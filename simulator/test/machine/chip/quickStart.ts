/**
 * Starts of the chip that leave out the boot stage: it looks at the images alone, and takes longer than all else. The chip goes on where the firmware
 * is about to look at what it keeps, with the flash as it is now. Signatures of the self-test are checked outside the chip.
 */
import { p256 } from '@noble/curves/nist.js';
import type { Chip } from '../../../src/machine/chip/chip.js';
import { type ChipSnapshot, resumeChip, saveChip } from '../../../src/machine/chip/snapshot.js';

const SLICE_STEPS = 1_000_000;
const QUIET_NANOS = 1_000_000;
const START_STEPS_MAX = 500_000_000;

/** @param symbols of the program @returns for `boot` of a reader on the chip; the first start is a whole one */
export function quickStart(symbols: ReadonlyMap<string, number>): (chip: Chip) => void {
  const entry = (symbols.get('key_store_open') ?? 0) & ~1;
  let before: ChipSnapshot | undefined;
  return (chip) => {
    if (before === undefined) {
      verifyOutside(chip, (symbols.get('curves_verify') ?? 0) & ~1);
      chip.powerOn();
      runTo(chip, entry);
      before = saveChip(chip);
    }
    resumeChip(chip, { ...before, flash: chip.flash.bytes.slice() });
    runToIdle(chip);
  };
}

/** `curves_verify(key, digest, signature)` gives the same answer in no time: it's 50 million instructions on the chip. */
function verifyOutside(chip: Chip, entry: number): void {
  chip.attach(() => {
    const { core } = chip.core;
    const { executeInstruction } = core;
    const bytesAt = (register: number, length: number): Uint8Array =>
      Uint8Array.from({ length }, (_, at) => chip.core.readUint8((core.registers[register] ?? 0) + at));
    core.executeInstruction = () => {
      if (core.PC === entry) {
        const key = Uint8Array.of(4, ...bytesAt(0, 64));
        const [digest, signature] = [bytesAt(1, 32), bytesAt(2, 64)];
        core.registers[0] = isSigned(key, digest, signature) ? 1 : 0;
        core.PC = core.LR & ~1;
      }
      return executeInstruction.call(core);
    };
  });
}

function isSigned(key: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return p256.verify(signature, digest, key, { prehash: false, lowS: false });
  } catch {
    return false;
  }
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
