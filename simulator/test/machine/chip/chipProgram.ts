/** A chip that runs one of the small programs of chipPrograms/. */
import { Chip, type ChipOptions } from '../../../src/machine/chip/chip.js';
import { FLASH_START } from '../../../src/machine/chip/memory.js';

export function chipWith(program: string, options: Omit<ChipOptions, 'image'> = {}): Chip {
  return new Chip({ ...options, image: [{ address: FLASH_START, data: Buffer.from(program, 'base64') }] });
}

export interface Monitor {
  readonly chip: Chip;
  /** Gives a letter, and runs until a line has come. @returns it */
  ask(letter: string): string;
  /** The next line of what comes by itself. */
  line(): string;
  give(letter: string): void;
}

const STEPS_MAX = 5_000_000;

/** The console of the monitor program, without a line between: bytes go straight to the UART. */
export function monitorOf(chip: Chip): Monitor {
  let text = '';
  chip.uartWritten[0] = (byte) => {
    text += String.fromCharCode(byte);
    if (byte === 0x0a) chip.stop();
  };
  function line(): string {
    const lastStep = chip.steps + STEPS_MAX;
    while (!text.includes('\n') && chip.steps < lastStep) if (chip.run({ steps: 100_000 }) === 'lockedUp') break;
    const end = text.indexOf('\n');
    if (end < 0) throw new Error(`no line from the chip, but "${text}"; ${chip.fault ?? 'it runs'}`);
    const taken = text.slice(0, end);
    text = text.slice(end + 1);
    return taken;
  }
  const give = (letter: string): void => chip.feedUart(0, letter.charCodeAt(0));
  return {
    chip,
    line,
    give,
    ask(letter) {
      give(letter);
      return line();
    },
  };
}
