/**
 * The readers of a simulator server: each a simulation with a WebSocket of its own for the SDK of another process.
 * Floor: simulator serve.
 */

import type { GiftBooks } from '@comptoir/issuer/authorisers';
import { toHex } from '@comptoir/protocol';
import { systemRandom } from '@comptoir/sdk';
import { createManualClock, realClock } from '../machine/clock.js';
import type { ReaderTargetName } from '../machine/targets/targets.js';
import type { LogEntry } from '../simulation/eventLog.js';
import { type SimulateOptions, type Simulation, type SimulationState, simulate } from '../simulation/simulate.js';
import { serveReader } from '../wires/webSocketServer.js';
import { createServedTill, type ServedTill } from './servedTill.js';

export interface NewReader {
  readonly seed?: number;
  readonly target?: ReaderTargetName;
  /** `manual`: time passes by `advance` alone. Default: `real`. */
  readonly clock?: 'real' | 'manual';
}

export interface ServedReader {
  readonly id: string;
  readonly simulation: Simulation;
  readonly about: ReaderAbout;
  readonly till: ServedTill;
  /** @param listener gets each entry of the log; none: it's another way than it was @returns a function that ends it */
  listen(listener: (entry?: LogEntry) => void): () => void;
}

interface ReaderAbout {
  readonly id: string;
  readonly serial: string;
  readonly target: ReaderTargetName;
  readonly seed: number;
  readonly clock: 'real' | 'manual';
  /** For `comptoir --reader` and the SDK's `webSocket`. */
  readonly url: string;
  readonly acquirerUrl: string;
}

export interface ServedReaders {
  /** Rejects with words for the caller when there are too many. */
  create(options: NewReader): Promise<ServedReader>;
  /** Takes a reader that somebody else made, with the options of `watch`. @param end what becomes of it when it's ended here */
  adopt(
    simulation: Simulation,
    about: Omit<ReaderAbout, 'id'>,
    watch: Watchable,
    end: () => Promise<void>,
  ): ServedReader;
  find(id: string): ServedReader | undefined;
  all(): readonly ServedReader[];
  remove(id: string): Promise<void>;
  /** @param listener called when a reader came or went @returns a function that ends it */
  listen(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface ReaderNow extends ReaderAbout, SimulationState {}

/** A machine runs out of other things first. */
const READERS_MAX = 64;
const TOKEN_BYTES = 16;
/** Of reports, and of entries of the log: hundreds of sales. */
const HISTORY_MAX = 5_000;

/** A simulation that can be watched: what it's made with, and how it's listened to. */
interface Watchable {
  readonly options: Pick<SimulateOptions, 'historyMax' | 'logged' | 'changed'>;
  readonly listen: ServedReader['listen'];
}

export function watchable(): Watchable {
  const watchers = new Set<(entry?: LogEntry) => void>();
  const tell = (entry?: LogEntry): void => {
    for (const watcher of watchers) watcher(entry);
  };
  return {
    options: { historyMax: HISTORY_MAX, logged: tell, changed: () => tell() },
    listen(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}

/** @param readersMax that are made here, those included that are being made */
export function createServedReaders(readersMax: number = READERS_MAX, giftBooks?: GiftBooks): ServedReaders {
  const readers = new Map<string, ServedReader & { readonly end: () => Promise<void> }>();
  const listeners = new Set<() => void>();
  let made = 0;
  let making = 0;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  async function remove(id: string): Promise<void> {
    const reader = readers.get(id);
    readers.delete(id);
    changed();
    await reader?.end();
  }
  function nextId(): string {
    made += 1;
    return `${made}`;
  }
  function keep(
    simulation: Simulation,
    about: ReaderAbout,
    { listen }: Watchable,
    end: () => Promise<void>,
    till: ServedTill = createServedTill(simulation),
  ): ServedReader {
    const reader = { id: about.id, simulation, about, till, listen, end };
    readers.set(about.id, reader);
    changed();
    return reader;
  }
  async function make({ seed = 1, target = 'quickjs', clock = 'real' }: NewReader): Promise<ServedReader> {
    const id = nextId();
    const watch = watchable();
    const simulation = await simulate({
      seed,
      target,
      clock: clock === 'real' ? realClock : createManualClock(),
      ...(giftBooks !== undefined && { giftBooks }),
      ...watch.options,
    });
    const till = createServedTill(simulation);
    const token = toHex(systemRandom(TOKEN_BYTES));
    const server = await serveReader({ port: 0, token, reader: simulation, acquirer: till.acquirer });
    const { url, acquirerUrl } = server;
    const about = { id, serial: simulation.serial, target, seed, clock, url, acquirerUrl };
    const end = async (): Promise<void> => {
      await server.close();
      await simulation.close();
    };
    return keep(simulation, about, watch, end, till);
  }
  return {
    async create(options) {
      if (readers.size + making >= readersMax) throw new Error(`there are ${readersMax} readers already`);
      making += 1;
      try {
        return await make(options);
      } finally {
        making -= 1;
      }
    },
    adopt: (simulation, about, watch, end) => keep(simulation, { ...about, id: nextId() }, watch, end),
    find: (id) => readers.get(id),
    all: () => [...readers.values()],
    remove,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      await Promise.all([...readers.keys()].map(remove));
    },
  };
}

export function readerNow({ about, simulation }: ServedReader): ReaderNow {
  return { ...about, ...simulation.state() };
}
