/**
 * The readers of a simulator server: each a simulation with a WebSocket of its own for the SDK of another process.
 * Floor: simulator.
 */
import { toHex } from '@comptoir/protocol';
import { systemRandom } from '@comptoir/sdk';
import { createManualClock, realClock } from '../clock.js';
import type { LogEntry } from '../eventLog.js';
import { type Simulation, type SimulationState, simulate } from '../simulate.js';
import type { ReaderTargetName } from '../targets/targets.js';
import { type ReaderServer, serveReader } from '../wires/webSocketServer.js';

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
  /** @returns a function that ends it */
  listen(listener: (entry: LogEntry) => void): () => void;
}

export interface ReaderAbout {
  readonly id: string;
  readonly serial: string;
  readonly target: ReaderTargetName;
  readonly seed: number;
  /** For `comptoir --reader` and the SDK's `webSocket`. */
  readonly url: string;
  readonly hostUrl: string;
}

export interface ServedReaders {
  create(options: NewReader): Promise<ServedReader>;
  find(id: string): ServedReader | undefined;
  all(): readonly ServedReader[];
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface ReaderNow extends ReaderAbout, SimulationState {}

/** A machine runs out of other things first. */
export const READERS_MAX = 64;
const TOKEN_BYTES = 16;

export function createServedReaders(): ServedReaders {
  const readers = new Map<string, ServedReader & { readonly server: ReaderServer }>();
  let made = 0;

  async function remove(id: string): Promise<void> {
    const reader = readers.get(id);
    readers.delete(id);
    await reader?.server.close();
    await reader?.simulation.close();
  }
  return {
    async create({ seed = 1, target = 'quickjs', clock = 'real' }) {
      made += 1;
      const id = `${made}`;
      const listeners = new Set<(entry: LogEntry) => void>();
      const simulation = await simulate({
        seed,
        target,
        clock: clock === 'real' ? realClock : createManualClock(),
        logged: (entry) => {
          for (const listener of listeners) listener(entry);
        },
      });
      const token = toHex(systemRandom(TOKEN_BYTES));
      const server = await serveReader({ port: 0, token, reader: simulation, host: simulation.host });
      const { url, hostUrl } = server;
      const reader = {
        id,
        simulation,
        server,
        about: { id, serial: simulation.serial, target, seed, url, hostUrl },
        listen(listener: (entry: LogEntry) => void): () => void {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      };
      readers.set(id, reader);
      return reader;
    },
    find: (id) => readers.get(id),
    all: () => [...readers.values()],
    remove,
    async close() {
      await Promise.all([...readers.keys()].map(remove));
    },
  };
}

export function readerNow({ about, simulation }: ServedReader): ReaderNow {
  return { ...about, ...simulation.state() };
}
