/**
 * Text that may be base64, of either alphabet. Capitals and figures alone aren't taken for it: they are most labels and each PAR, and hardly
 * ever the base64 of anything.
 * Source: RFC 4648 §4, §5.   Floor: token; imports nothing.
 * Memory: what is returned is new; the caller erases it.
 */

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
      const value = sixBits(bytes[end] as number);
      if (value < 0) break;
      hasSmallLetter ||= value >= 26 && value < 52;
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
    held = ((held << 6) | sixBits(character)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[count] = held >> bits;
    count += 1;
  }
  return bytes;
}

/** @returns -1 for what is no character of base64 */
function sixBits(byte: number): number {
  if (byte >= 0x61) return byte <= 0x7a ? byte - 0x61 + 26 : -1;
  if (byte >= 0x41) return byte <= 0x5a ? byte - 0x41 : byte === 0x5f ? 63 : -1;
  if (byte >= 0x30) return byte <= 0x39 ? byte - 0x30 + 52 : -1;
  if (byte === 0x2b || byte === 0x2d) return 62;
  return byte === 0x2f ? 63 : -1;
}
