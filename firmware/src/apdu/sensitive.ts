/**
 * Bytes that hold card data beside the card's own answers: joined answers, the number, what is hashed. They go to the list of
 * the command that runs, which erases it when it ends, however it ends.
 * Floor: apdu; imports nothing.
 */
let marked: Uint8Array[] = [];

/** What is marked from here on goes to that list. Said before each step: several readers of a process may share this module. */
export function markInto(list: Uint8Array[]): void {
  marked = list;
}

/** Marks bytes for erasure. @returns the same bytes */
export function sensitive(bytes: Uint8Array): Uint8Array {
  marked.push(bytes);
  return bytes;
}

/** Overwrites everything on a list, and empties it. */
export function eraseAll(list: Uint8Array[]): void {
  for (const bytes of list) bytes.fill(0);
  list.length = 0;
}
