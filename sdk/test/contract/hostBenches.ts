/** Benches that any machine has: within this process, and over a WebSocket on loopback. */
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { simulate } from '@comptoir/simulator';
import { serveReader } from '../../../simulator/src/wires/webSocketServer.js';
import { type BenchKind, slowClock } from './bench.js';

/** A busy machine may stop a test for a second. */
const SLOWER = 2;

export const memoryBench: BenchKind = {
  name: 'memory',
  isExclusive: false,
  tellsSerials: true,
  async open() {
    const simulation = await simulate({ record: false });
    return {
      simulation,
      clock: simulation.clock,
      transport: () => simulation,
      unplug: async () => simulation.unplug(),
      plug: () => simulation.restart(),
      close: () => simulation.close(),
    };
  },
};

export const webSocketBench: BenchKind = {
  name: 'webSocket',
  isExclusive: false,
  tellsSerials: true,
  async open() {
    const clock = slowClock(SLOWER);
    const simulation = await simulate({ clock, record: false });
    const token = 'a-token-of-the-contract';
    const server = await serveReader({ port: 0, token, reader: simulation, acquirer: simulation.acquirer });
    return {
      simulation,
      clock,
      transport: () => webSocket(server.url),
      unplug: async () => simulation.unplug(),
      plug: () => simulation.restart(),
      async close() {
        await server.close();
        await simulation.close();
      },
    };
  },
};
