/**
 * The memory of the emulated chip: what is read and written most goes straight to its array, and what real hardware answers
 * by a HardFault is one.
 * Source: RP2040 datasheet 2.2.   Floor: simulator machine chip.
 *
 *   00000000  boot ROM, 16 KiB      20000000  SRAM, 264 KiB      10000000  flash, where it's executed, read only
 */
import { RP2040 } from 'rp2040js';
import { FlashCache } from './flashCache.js';
import { MemoryProtection } from './protection.js';

export const ROM_BYTES: number = 16 * 1024;
export const FLASH_START = 0x10000000;
const SRAM_START = 0x20000000;
const SRAM_BYTES: number = 264 * 1024;

/** 10000000 to 13FFFFFF: the same flash four times, by way of caching; the first is the cached one. */
const FLASH_WINDOWS = FLASH_START >>> 26;
const NO_FLASH = new Uint8Array(0);

/** Thrown out of an instruction that real hardware answers by a HardFault. */
export class HardFault extends Error {
  override readonly name = 'HardFault';
}

/** The emulator, with flash of the given size instead of its own 16 MiB. */
export class EmulatedChip extends RP2040 {
  readonly flashCache: FlashCache = new FlashCache();
  readonly protection: MemoryProtection = new MemoryProtection();
  readonly #sram: Uint8Array;
  readonly #sram16: Uint16Array;
  readonly #sram32: Uint32Array;
  readonly #flash: Uint8Array;
  readonly #flash16: Uint16Array;
  readonly #flash32: Uint32Array;

  /** @param flash shared with whoever programs it; whole words */
  constructor(flash: Uint8Array) {
    super();
    this.#sram = this.sram;
    this.#sram16 = new Uint16Array(this.sram.buffer);
    this.#sram32 = new Uint32Array(this.sram.buffer);
    this.#flash = flash;
    this.#flash16 = new Uint16Array(flash.buffer, flash.byteOffset, flash.length / 2);
    this.#flash32 = new Uint32Array(flash.buffer, flash.byteOffset, flash.length / 4);
    // Its own would be 16 MiB for nothing: all reads of flash end here.
    Object.assign(this, { flash: NO_FLASH, flash16: new Uint16Array(0), flashView: new DataView(new ArrayBuffer(0)) });
  }

  override readUint32(address: number): number {
    const at = address >>> 0;
    if ((at & 3) !== 0) throw unaligned(at);
    const inSram = at - SRAM_START;
    if (inSram >= 0 && inSram < SRAM_BYTES) return this.#sram32[inSram >>> 2] as number;
    if (at >>> 26 === FLASH_WINDOWS) return this.#flash32[this.#inFlash(at) >>> 2] ?? 0xffffffff;
    return super.readUint32(at);
  }

  override readUint16(address: number): number {
    const at = address >>> 0;
    if ((at & 1) !== 0) throw unaligned(at);
    if (at >>> 26 === FLASH_WINDOWS) return this.#flash16[this.#inFlash(at) >>> 1] ?? 0xffff;
    const inSram = at - SRAM_START;
    if (inSram >= 0 && inSram < SRAM_BYTES) return this.#sram16[inSram >>> 1] as number;
    return super.readUint16(at);
  }

  override readUint8(address: number): number {
    const at = address >>> 0;
    const inSram = at - SRAM_START;
    if (inSram >= 0 && inSram < SRAM_BYTES) return this.#sram[inSram] as number;
    if (at >>> 26 === FLASH_WINDOWS) return this.#flash[this.#inFlash(at)] ?? 0xff;
    return super.readUint8(at);
  }

  /** What is read past the cache costs nothing in the model: the firmware doesn't. */
  #inFlash(at: number): number {
    const offset = at & 0xffffff;
    this.flashCache.read(offset);
    return offset;
  }

  override writeUint32(address: number, value: number): void {
    const at = address >>> 0;
    if ((at & 3) !== 0) throw unaligned(at);
    const inSram = at - SRAM_START;
    if (inSram >= 0 && inSram < SRAM_BYTES) this.#sram32[inSram >>> 2] = value;
    else if (!this.#ignoresWrite(at) && !this.protection.write(at, value)) super.writeUint32(at, value);
  }

  override writeUint16(address: number, value: number): void {
    const at = address >>> 0;
    if ((at & 1) !== 0) throw unaligned(at);
    const inSram = at - SRAM_START;
    if (inSram >= 0 && inSram < SRAM_BYTES) this.#sram16[inSram >>> 1] = value;
    else if (!this.#ignoresWrite(at)) super.writeUint16(at, value);
  }

  override writeUint8(address: number, value: number): void {
    const at = address >>> 0;
    const inSram = at - SRAM_START;
    if (inSram >= 0 && inSram < SRAM_BYTES) this.#sram[inSram] = value;
    else if (!this.#ignoresWrite(at)) super.writeUint8(at, value);
  }

  /**
   * Writing there changes nothing: ROM ignores it, the cache in front of the flash forgets a line.
   * TinyUSB 0.18 does write to address 0, with each packet of endpoint 0.
   */
  #ignoresWrite(at: number): boolean {
    if (at < ROM_BYTES) return true;
    if (at >>> 26 !== FLASH_WINDOWS) return false;
    if (this.protection.refusesWrite(at)) throw new HardFault(`write to ${at.toString(16)}, which is read only`);
    return true;
  }
}

function unaligned(at: number): HardFault {
  return new HardFault(`unaligned access to ${at.toString(16)}`);
}
