/**
 * Bytes that hold card data beside the card's own answers: joined answers, the number, what is hashed. A reader serves one
 * card at a time, so there is one list, and it's erased when the command ends, however it ends.
 * Floor: apdu; imports nothing.
 */
const kept: Uint8Array[] = [];

/** Marks bytes for erasure. @returns the same bytes */
export function sensitive(bytes: Uint8Array): Uint8Array {
  kept.push(bytes);
  return bytes;
}

/** Overwrites everything that was marked since the last time. */
export function eraseSensitive(): void {
  for (const bytes of kept) bytes.fill(0);
  kept.length = 0;
}
