/**
 * What an authoriser knows, as what happened. Each call that changes something appends one entry, and its answer follows from
 * that entry: so a crash at any place leaves a call either done or not done, and the same call again ends in the same state.
 * Floor: issuer; imports nothing.
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

/** What a journal's entries make. */
export interface Book<Entry> {
  /** Unix milliseconds of the latest entry. */
  readonly lastMs: number;
  apply(entry: Entry): void;
}

/**
 * Reads the journal into a new book: after a crash, that is all that is needed.
 * @returns `now`: the clock, which stands still while `nowMs` is behind what it or the journal told; `keep`: one entry more, in both
 */
export function replayJournal<Entry>(
  journal: Journal<Entry>,
  book: Book<Entry>,
  nowMs: () => number,
): { readonly now: () => number; readonly keep: (entry: Entry) => void } {
  for (const entry of journal.entries()) book.apply(entry);
  let latestMs = book.lastMs;
  return {
    now() {
      latestMs = Math.max(latestMs, nowMs());
      return latestMs;
    },
    keep(entry) {
      journal.append(entry);
      book.apply(entry);
    },
  };
}
