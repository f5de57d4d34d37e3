/**
 * Rows of one size under keys of one size, in one piece of memory: what hundreds of millions of accounts need is then arithmetic.
 * Open addressing; it grows to twice its size when three quarters are taken. Keys come out of verified card references only, so
 * nobody chooses them to collide.
 * Floor: issuer; imports nothing.
 *
 *   row = key | value; the value's first byte is never 0 in a row that is taken
 */
const FILLED_MAX = 0.75;
const FIRST_ROWS = 16;

export class FlatTable {
  readonly #keyBytes: number;
  readonly #rowBytes: number;
  #memory: Buffer;
  #taken = 0;

  constructor(keyBytes: number, valueBytes: number) {
    this.#keyBytes = keyBytes;
    this.#rowBytes = keyBytes + valueBytes;
    this.#memory = Buffer.alloc(FIRST_ROWS * this.#rowBytes);
  }

  /** @returns a view of the value, until the next `take`; undefined when there is no such row */
  find(key: Uint8Array): Buffer | undefined {
    const row = this.#rowOf(key);
    return this.#isTaken(row) ? this.#valueAt(row) : undefined;
  }

  /** The same, and a new row where there is none: all zero, and the caller writes its first byte. */
  take(key: Uint8Array): Buffer {
    let row = this.#rowOf(key);
    if (!this.#isTaken(row)) {
      if (this.#taken + 1 > FILLED_MAX * this.#rows()) {
        this.#grow();
        row = this.#rowOf(key);
      }
      this.#memory.set(key, row * this.#rowBytes);
      this.#taken += 1;
    }
    return this.#valueAt(row);
  }

  /** Rows taken, and all bytes that are kept for them. */
  size(): { readonly rows: number; readonly bytes: number; readonly rowBytes: number } {
    return { rows: this.#taken, bytes: this.#memory.length, rowBytes: this.#rowBytes };
  }

  #rows(): number {
    return this.#memory.length / this.#rowBytes;
  }

  /** Where the key is, or would be. */
  #rowOf(key: Uint8Array): number {
    const mask = this.#rows() - 1;
    let row = hashOf(key) & mask;
    while (this.#isTaken(row) && !this.#hasKey(row, key)) row = (row + 1) & mask;
    return row;
  }

  #hasKey(row: number, key: Uint8Array): boolean {
    const at = row * this.#rowBytes;
    for (let i = 0; i < this.#keyBytes; i += 1) if (this.#memory[at + i] !== key[i]) return false;
    return true;
  }

  #isTaken(row: number): boolean {
    return this.#memory[row * this.#rowBytes + this.#keyBytes] !== 0;
  }

  #valueAt(row: number): Buffer {
    return this.#memory.subarray(row * this.#rowBytes + this.#keyBytes, (row + 1) * this.#rowBytes);
  }

  #grow(): void {
    const before = this.#memory;
    this.#memory = Buffer.alloc(before.length * 2);
    for (let at = 0; at < before.length; at += this.#rowBytes) {
      if (before[at + this.#keyBytes] === 0) continue;
      const row = this.#rowOf(before.subarray(at, at + this.#keyBytes));
      before.copy(this.#memory, row * this.#rowBytes, at, at + this.#rowBytes);
    }
  }
}

/** FNV-1a, 32 bits, with its high bits folded in. */
function hashOf(key: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
