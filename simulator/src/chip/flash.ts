/**
 * Flash as the chip on the board has it: NOR. Erasing makes FF, programming only clears bits, and the power may fail at any
 * operation.
 * Source: W25Q16JV datasheet §6.1; RP2040 datasheet 2.8.3.1.3.   Floor: simulator chip; imports nothing.
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
  /** What it holds, to look at. */
  readonly bytes: Uint8Array;
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

/** @param bytes memory to use, FF everywhere for a new chip */
export function createFlash(bytes: Uint8Array): Flash {
  let operations = 0;
  let untilCut = Number.POSITIVE_INFINITY;
  let cutKind: PowerCut['kind'] = 'clean';
  let cutArea: FlashArea = { offset: 0, length: bytes.length };

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
    if (offset % unit !== 0 || length % unit !== 0 || offset < 0 || offset + length > bytes.length)
      throw new RangeError(`no whole ${unit} bytes of flash at ${offset.toString(16)}, ${length} long`);
  }
  return {
    bytes,
    get operations() {
      return operations;
    },
    erase(offset, length) {
      inRange(offset, length, SECTOR_BYTES);
      for (let sector = offset; sector < offset + length; sector += SECTOR_BYTES)
        operate(sector, SECTOR_BYTES, (end) => bytes.fill(0xff, sector, sector + end));
    },
    program(offset, data) {
      inRange(offset, data.length, PAGE_BYTES);
      for (let page = 0; page < data.length; page += PAGE_BYTES) {
        operate(offset + page, PAGE_BYTES, (end) => {
          for (let at = page; at < page + end; at += 1) bytes[offset + at] = clear(bytes, offset + at, data, at);
        });
      }
    },
    load(offset, data) {
      if (offset + data.length > bytes.length) throw new RangeError('the flash is smaller than that');
      bytes.set(data, offset);
    },
    cutPower(cut, area = { offset: 0, length: bytes.length }) {
      cutArea = area;
      untilCut = cut?.operation ?? Number.POSITIVE_INFINITY;
      cutKind = cut?.kind ?? 'clean';
    },
  };
}

function clear(bytes: Uint8Array, at: number, data: Uint8Array, from: number): number {
  return (bytes[at] ?? 0xff) & (data[from] ?? 0xff);
}

/** Somewhere in the middle, another place each time, the same in each run. */
function tornLength(operation: number, length: number): number {
  return 1 + (((operation * 2_654_435_761) % 4_294_967_296) % (length - 1));
}
