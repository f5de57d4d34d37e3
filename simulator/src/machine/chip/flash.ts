/**
 * Flash as the chip on the board has it: NOR. Erasing makes FF, programming only clears bits, and the power may fail at any
 * operation.
 * Source: W25Q16JV datasheet §6.1; RP2040 datasheet 2.8.3.1.3.   Floor: simulator machine chip; imports nothing.
 */

export const SECTOR_BYTES = 4096;
export const PAGE_BYTES = 256;

/** When the power fails, counted in erased sectors and programmed pages from 1. */
export interface PowerCut {
  readonly operation: number;
  /** `clean`: right after the operation. `torn`: in the middle of it; what it was to change is partly as before. */
  readonly kind: 'clean' | 'torn';
}

/** Thrown by the operation at which the power failed. What was to come after it has not happened. */
export class PowerLost extends Error {
  override readonly name = 'PowerLost';
}

export interface Flash {
  /** What it holds, to look at: a view or a copy. */
  read(offset: number, length: number): Uint8Array;
  /** Sectors and pages so far. */
  readonly operations: number;
  /** @param offset @param length multiples of 4096 @throws RangeError, PowerLost */
  erase(offset: number, length: number): void;
  /** @param offset and the length of `data`: multiples of 256 @throws RangeError, PowerLost */
  program(offset: number, data: Uint8Array): void;
  /** Sets it as a programmer would, with the power on the programmer's side: nothing fails, nothing is counted. */
  load(offset: number, data: Uint8Array): void;
  /** Counts from here. @param cut undefined: the power stays @param area counts what happens there alone. Default: everywhere */
  cutPower(cut: PowerCut | undefined, area?: FlashArea): void;
}

/** In bytes. */
export interface FlashArea {
  readonly offset: number;
  readonly length: number;
}

/** Flash in one piece of memory. */
export interface FlashInMemory extends Flash {
  readonly bytes: Uint8Array;
}

/** What the bytes of a flash are in. Whoever calls keeps within its length. */
interface FlashCells {
  readonly length: number;
  read(offset: number, length: number): Uint8Array;
  /** From `start` to before `end`, in one sector. */
  erase(start: number, end: number): void;
  /** Clears the bits that `data` hasn't, in one page. */
  clear(offset: number, data: Uint8Array): void;
  set(offset: number, data: Uint8Array): void;
}

/** @param bytes memory to use, FF everywhere for a new chip */
export function createFlash(bytes: Uint8Array): FlashInMemory {
  const cells: FlashCells = {
    length: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    erase: (start, end) => void bytes.fill(0xff, start, end),
    clear: (offset, data) => clearBits(bytes, offset, data),
    set: (offset, data) => bytes.set(data, offset),
  };
  return Object.assign(flashOf(cells), { bytes });
}

export function flashOf(cells: FlashCells): Flash {
  let operations = 0;
  let untilCut = Number.POSITIVE_INFINITY;
  let cutKind: PowerCut['kind'] = 'clean';
  let cutArea: FlashArea = { offset: 0, length: cells.length };

  /** @param part does the operation on the bytes before the offset it's given */
  function operate(offset: number, length: number, part: (end: number) => void): void {
    operations += 1;
    if (offset >= cutArea.offset && offset < cutArea.offset + cutArea.length) untilCut -= 1;
    if (untilCut > 0) {
      part(length);
      return;
    }
    untilCut = Number.POSITIVE_INFINITY;
    part(cutKind === 'clean' ? length : tornLength(operations, length));
    throw new PowerLost(`the power failed at flash operation ${operations}, ${cutKind}`);
  }
  function inRange(offset: number, length: number, unit: number): void {
    if (offset % unit !== 0 || length % unit !== 0 || offset < 0 || offset + length > cells.length)
      throw new RangeError(`no whole ${unit} bytes of flash at ${offset.toString(16)}, ${length} long`);
  }
  return {
    read: cells.read,
    get operations() {
      return operations;
    },
    erase(offset, length) {
      inRange(offset, length, SECTOR_BYTES);
      for (let sector = offset; sector < offset + length; sector += SECTOR_BYTES)
        operate(sector, SECTOR_BYTES, (end) => cells.erase(sector, sector + end));
    },
    program(offset, data) {
      inRange(offset, data.length, PAGE_BYTES);
      for (let page = 0; page < data.length; page += PAGE_BYTES) {
        operate(offset + page, PAGE_BYTES, (end) => cells.clear(offset + page, data.subarray(page, page + end)));
      }
    },
    load(offset, data) {
      if (offset + data.length > cells.length) throw new RangeError('the flash is smaller than that');
      cells.set(offset, data);
    },
    cutPower(cut, area = { offset: 0, length: cells.length }) {
      cutArea = area;
      untilCut = cut?.operation ?? Number.POSITIVE_INFINITY;
      cutKind = cut?.kind ?? 'clean';
    },
  };
}

/** What programming does. */
export function clearBits(bytes: Uint8Array, offset: number, data: Uint8Array): void {
  for (let at = 0; at < data.length; at += 1) bytes[offset + at] = (bytes[offset + at] ?? 0xff) & (data[at] ?? 0xff);
}

/** Somewhere in the middle, another place each time, the same in each run. */
function tornLength(operation: number, length: number): number {
  return 1 + (((operation * 2_654_435_761) % 4_294_967_296) % (length - 1));
}
