/**
 * A script as an engine compiles it once for all who run it: its program, which they share, and its entry, which each runs with a board of
 * its own.
 * Floor: simulator machine; imports nothing.
 */

/** How a bundle marks where a module begins. The last one is the entry: it makes the reader, and it alone knows `board`. */
const MODULE_START = '\n// src/';
/** A process runs a firmware and its update, a card and its vectors; tests break them in more ways. */
const PROGRAMS_MAX = 8;

/**
 * Evaluates to a function that runs the program and gives the entry, a function of the board. What comes before the entry are functions and tables,
 * which nothing changes; a script without modules is an entry as a whole. The text keeps its lines.
 */
export function programText(script: string): string {
  const entryAt = script.lastIndexOf(MODULE_START) + 1;
  return `(function () {${script.slice(0, entryAt)}return function (board) {${script.slice(entryAt)}\n}})`;
}

/** @param compile makes the entry of a script @param drop is told which was forgotten @returns the entry of a script; the latest few are remembered */
export function rememberPrograms<T>(compile: (script: string) => T, drop: (entry: T) => void): (script: string) => T {
  const entries = new Map<string, T>();
  return (script) => {
    const entry = entries.get(script) ?? compile(script);
    entries.delete(script);
    entries.set(script, entry);
    const [oldest] = entries;
    if (entries.size > PROGRAMS_MAX && oldest !== undefined) {
      entries.delete(oldest[0]);
      drop(oldest[1]);
    }
    return entry;
  };
}
