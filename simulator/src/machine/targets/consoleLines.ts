/**
 * What a chip says on its console, line by line.
 * Floor: simulator machine.
 */
import type { Chip } from '../chip/chip.js';

/** @param logged gets each line that isn't empty, without its end */
export function logLines(chip: Chip, logged: (line: string) => void): void {
  let line = '';
  chip.uartWritten[0] = (byte) => {
    const character = String.fromCharCode(byte);
    if (character !== '\n') line += character;
    else {
      if (line.trimEnd() !== '') logged(line.trimEnd());
      line = '';
    }
  };
}
