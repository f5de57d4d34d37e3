/**
 * What a page that watches all readers of a server is told: how they are at the beginning, then whatever changes. Everything that
 * happens in one turn of the event loop goes together.
 * Floor: simulator serve.
 */
import type { Rule } from '#files';
import type { LogEntry } from '../simulation/eventLog.js';
import { LOG_ENTRY, list, READER, required, TEXT } from './controlRules.js';
import { type ReaderNow, readerNow, type ServedReader, type ServedReaders } from './servedReaders.js';

export type LiveMessage =
  /** All of them: at the beginning, and when one came, went or is another way than it was. */
  | { readonly kind: 'readers'; readonly readers: readonly ReaderNow[] }
  /** What happened at one of them, in order; at the beginning, the latest. */
  | { readonly kind: 'log'; readonly id: string; readonly entries: readonly LogEntry[] };

export const LIVE_RULE: Rule = {
  is: 'variant',
  by: 'kind',
  of: {
    readers: { readers: required(list(READER), 'all of them') },
    log: { id: required(TEXT, 'of which reader'), entries: required(list(LOG_ENTRY), 'in order') },
  },
};

/** Of what happened before somebody looked. */
const ENTRIES_AT_FIRST = 500;

/** @param send takes a message in JSON @returns a function that ends it */
export function feedLive(readers: ServedReaders, send: (message: string) => void): () => void {
  const watched = new Map<string, () => void>();
  let news = new Map<string, LogEntry[]>();
  let told = '';
  let isDue = false;
  let isOver = false;

  const say = (message: LiveMessage): void => send(JSON.stringify(message));
  function due(): void {
    if (isDue) return;
    isDue = true;
    setImmediate(flush);
  }
  function flush(): void {
    isDue = false;
    if (isOver) return;
    watchAll();
    const now: LiveMessage = { kind: 'readers', readers: readers.all().map(readerNow) };
    // Real time goes on by itself: that's no news.
    const text = JSON.stringify(
      now.readers.map(({ atMs, ...rest }) => (rest.clock === 'real' ? rest : { atMs, ...rest })),
    );
    const entries = news;
    news = new Map();
    if (text !== told || entries.size > 0) say(now);
    told = text;
    for (const [id, happened] of entries) say({ kind: 'log', id, entries: happened });
  }
  function watchAll(): void {
    const all = new Map(readers.all().map((reader) => [reader.about.id, reader]));
    for (const [id, stop] of watched) {
      if (all.has(id)) continue;
      stop();
      watched.delete(id);
    }
    for (const [id, reader] of all) if (!watched.has(id)) watched.set(id, watch(reader));
  }
  function watch({ about, simulation, listen }: ServedReader): () => void {
    news.set(about.id, simulation.log().slice(-ENTRIES_AT_FIRST));
    return listen((entry) => {
      if (entry !== undefined) {
        const waiting = news.get(about.id);
        if (waiting === undefined) news.set(about.id, [entry]);
        else waiting.push(entry);
      }
      due();
    });
  }

  const stopList = readers.listen(due);
  flush();
  return () => {
    isOver = true;
    stopList();
    for (const stop of watched.values()) stop();
  };
}
