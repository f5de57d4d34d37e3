/**
 * What an authoriser knows, as what happened. Each call that changes something appends one entry, and its answer follows from
 * that entry: so a crash at any place leaves a call either done or not done, and the same call again ends in the same state.
 * Floor: simulator; imports nothing.
 */
export interface Journal<Entry> {
  /**
   * Durable and whole when it returns. When it throws, the entry is there or it isn't: the authoriser must be opened anew,
   * which reads the truth.
   */
  append(entry: Entry): void;
  /** In the order in which they came. */
  entries(): Iterable<Entry>;
}

/** Lasts as long as the process. */
export function memoryJournal<Entry>(): Journal<Entry> {
  const kept: Entry[] = [];
  return { append: (entry) => void kept.push(entry), entries: () => kept };
}
