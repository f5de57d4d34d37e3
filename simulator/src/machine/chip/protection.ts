/**
 * The memory protection unit, as far as it refuses a write: a program can make its flash read only.
 * Source: ARMv6-M Architecture Reference Manual B3.5.   Floor: simulator machine chip; imports nothing.
 *
 *   E000ED94  control   ED98  number of a region   ED9C  its address   EDA0  its size and attributes
 */
const CONTROL = 0xe000ed94;
const NUMBER = 0xe000ed98;
const ADDRESS = 0xe000ed9c;
const ATTRIBUTES = 0xe000eda0;

const ENABLE = 1;
const REGIONS = 8;
/** In the address: the region is named with it. */
const VALID = 0x10;
/** Access permissions that let a program of the highest privilege read and not write. */
const READ_ONLY: readonly number[] = [5, 6, 7];

/** Fields are public, as a snapshot saves them. */
export class MemoryProtection {
  control = 0;
  number = 0;
  readonly addresses: Uint32Array = new Uint32Array(REGIONS);
  readonly attributes: Uint32Array = new Uint32Array(REGIONS);

  /** A register is written. @returns false when it's none of this unit */
  write(at: number, value: number): boolean {
    if (at === CONTROL) this.control = value;
    else if (at === NUMBER) this.number = value % REGIONS;
    else if (at === ADDRESS) this.setAddress(value);
    else if (at === ATTRIBUTES) this.attributes[this.number] = value;
    else return false;
    return true;
  }

  private setAddress(value: number): void {
    if ((value & VALID) !== 0) this.number = value & (REGIONS - 1);
    this.addresses[this.number] = value & ~0x1f;
  }

  /** Where regions overlap, the one with the highest number counts. */
  refusesWrite(at: number): boolean {
    if ((this.control & ENABLE) === 0) return false;
    for (let region = REGIONS - 1; region >= 0; region -= 1) {
      const attributes = this.attributes[region] as number;
      const bits = ((attributes >>> 1) & 0x1f) + 1;
      const isInside = at >>> bits === (this.addresses[region] as number) >>> bits;
      if ((attributes & ENABLE) !== 0 && isInside) return READ_ONLY.includes((attributes >>> 24) & 7);
    }
    return false;
  }
}
