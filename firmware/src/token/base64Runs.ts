/**
 * Text that may be base64, of either alphabet. Capitals and figures alone aren't taken for it: they are most labels and each PAR, and hardly
 * ever the base64 of anything.
 * Source: RFC 4648 §4, §5.   Floor: token; imports nothing.
 * Memory: what is returned is new; the caller erases it.
 */

/** By character: 64 above its six bits; 0 for one that is none. */
const SIX_BITS: Uint8Array = tableOfSixBits();
const SMALL_A = 64 + 26;
const SMALL_Z = 64 + 51;

/** So many characters hold nine packed digits. */
const CHARACTERS_MIN = 6;

/** @returns where the next run of characters is, with a small letter among them, that is long enough */
export function nextBase64Run(
  bytes: Uint8Array,
  from: number,
): { readonly start: number; readonly end: number } | undefined {
  const { length } = bytes;
  for (let start = from; length - start >= CHARACTERS_MIN; ) {
    let hasSmallLetter = false;
    let end = start;
    for (; end < length; end += 1) {
      const value = SIX_BITS[bytes[end] as number] as number;
      if (value === 0) break;
      if (value >= SMALL_A && value <= SMALL_Z) hasSmallLetter = true;
    }
    if (hasSmallLetter && end - start >= CHARACTERS_MIN) return { start, end };
    start = end + 1;
  }
  return undefined;
}

/** @param text characters of base64, the first of which begins a group */
export function bytesInBase64(text: Uint8Array): Uint8Array {
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let held = 0;
  let bits = 0;
  let count = 0;
  for (const character of text) {
    held = ((held << 6) | ((SIX_BITS[character] as number) & 63)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[count] = held >> bits;
    count += 1;
  }
  return bytes;
}

function tableOfSixBits(): Uint8Array {
  const table = new Uint8Array(256);
  for (let value = 0; value < 62; value += 1) {
    const first = value < 26 ? 0x41 : value < 52 ? 0x61 - 26 : 0x30 - 52;
    table[first + value] = 64 + value;
  }
  table[0x2b] = table[0x2d] = 64 + 62;
  table[0x2f] = table[0x5f] = 64 + 63;
  return table;
}
