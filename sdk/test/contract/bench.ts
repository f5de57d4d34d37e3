/**
 * What the contract of transports is tried on: a simulated reader behind some wire, and the way to it.
 */
import { type Clock, type ConnectOptions, systemClock, type Transport } from '@comptoir/sdk';
import type { Simulation } from '@comptoir/simulator';

export interface Bench {
  /** The reader, its cards, and what goes wrong with it. Its acquirer is the tills' acquirer. */
  readonly simulation: Simulation;
  readonly clock: Clock;
  /** A transport to the reader; each is another program's. */
  transport(): Transport;
  /** Pulls the cable. Resolves when nobody can open the reader any more. */
  unplug(): Promise<void>;
  /** Resolves when the machine has the reader again. */
  plug(): Promise<void>;
  close(): Promise<void>;
}

/** A kind of transport, and how a bench of it is made. */
export interface BenchKind {
  readonly name: string;
  /** The device is one program's at a time; else channels keep the programs apart. */
  readonly isExclusive: boolean;
  /** `list` tells serial numbers. WebHID doesn't know them. */
  readonly tellsSerials: boolean;
  open(): Promise<Bench>;
}

/** What `connect` takes of a bench. */
export function optionsOf({ simulation, clock }: Bench): ConnectOptions {
  return { acquirer: simulation.acquirer, clock, trust: 'development', timeoutMs: 60_000 };
}

/**
 * The machine's own time, so many times slower: the reader and the till may be away from the processor for that much longer before they
 * take each other for lost.
 */
export function slowClock(times: number): Clock {
  const startMs = systemClock.now();
  return {
    now: () => startMs + Math.floor((systemClock.now() - startMs) / times),
    sleep: (ms, signal) => systemClock.sleep(ms * times, signal),
  };
}
