/**
 * The cache between the processor and its flash, as a model: 16 KiB in two ways, with lines of 8 bytes. A hit costs nothing more; a miss reads a
 * line over the four wires. What the data sheet doesn't tell is assumed: of two lines the one that was used longer ago gives way, and the
 * controller adds no clock of its own.
 * Source: RP2040 datasheet 2.6.3; W25Q16JV datasheet, Fast Read Quad I/O.   Floor: simulator machine chip; imports nothing.
 */

const LINE_SHIFT = 3;
const SETS = 1024;
/** Of the wire for a line: 6 of address, 2 of mode, 4 of waiting, 16 of data. */
const CLOCKS_OF_LINE = 6 + 2 + 4 + 16;
/** As the second-stage loader of the SDK sets it: cycles of the processor for each clock of the wire. */
const DIVIDER = 2;
export const MISS_CYCLES: number = CLOCKS_OF_LINE * DIVIDER;
const NOTHING = -1;

/** Fields are public, as a snapshot saves them. */
export class FlashCache {
  /** So far. */
  misses = 0;
  /** The line that was read last is in its set, and the newer one there. */
  last: number = NOTHING;
  readonly newer: Int32Array = new Int32Array(SETS).fill(NOTHING);
  readonly older: Int32Array = new Int32Array(SETS).fill(NOTHING);

  /** @param offset in the flash, of what is read; it lies in one line */
  read(offset: number): void {
    const line = offset >>> LINE_SHIFT;
    if (line === this.last) return;
    this.last = line;
    const set = line & (SETS - 1);
    const newer = this.newer[set] as number;
    if (newer === line) return;
    if (this.older[set] !== line) this.misses += 1;
    this.older[set] = newer;
    this.newer[set] = line;
  }

  flush(): void {
    this.last = NOTHING;
    this.newer.fill(NOTHING);
    this.older.fill(NOTHING);
  }
}
