/** How two hosts have one reader at the same time. Each opens the till's transport and the stranger's. */
import type { Clock, Transport } from '@comptoir/sdk';
import { webHid } from '@comptoir/sdk/transports/webHid';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { webUsb } from '@comptoir/sdk/transports/webUsb';
import type { Person } from '../../../sdk/test/contract/pageShim.js';
import { createUsbMachine } from '../../../sdk/test/contract/usbMachine.js';
import { createHidShim } from '../../../sdk/test/contract/webHidShim.js';
import { createUsbShim } from '../../../sdk/test/contract/webUsbShim.js';
import { realClock } from '../../src/machine/clock.js';
import type { Simulation } from '../../src/simulation/simulate.js';
import { serveReader } from '../../src/wires/webSocketServer.js';

export interface Hosts {
  readonly till: Transport;
  readonly stranger: Transport;
  close(): Promise<void>;
}

export interface Way {
  readonly name: string;
  /** 1: in clear; 2: an anonymous Noise session each. */
  readonly version: 1 | 2;
  /** Default: virtual. */
  readonly clock?: Clock;
  /** Each host gets the reports of all, so that it sees whose channel was reset. */
  readonly isShared: boolean;
  /** Default: every attack. A wire costs time, and two ways share the attacks between them: one takes the even rows, the other the odd. */
  readonly rows?: 'even' | 'odd';
  open(simulation: Simulation): Promise<Hosts>;
}

type Kind = Omit<Way, 'version'>;

const NOBODY: Person = { hasClicked: false, picks: false };

const memory: Kind = {
  name: 'memory',
  isShared: true,
  open: async (simulation) => ({ till: simulation, stranger: simulation, close: async () => undefined }),
};

const sockets: Kind = {
  name: 'WebSocket',
  isShared: true,
  clock: realClock,
  async open(simulation) {
    const server = await serveReader({
      port: 0,
      token: 'two-hosts-one-reader',
      reader: simulation,
      acquirer: simulation.acquirer,
    });
    return { till: webSocket(server.url), stranger: webSocket(server.url), close: () => server.close() };
  },
};

function usb(name: string, isTillOnHid: boolean): Kind {
  return {
    name,
    isShared: false,
    async open(simulation) {
      const machine = createUsbMachine(simulation.usb());
      await machine.settled(true);
      const { clock } = simulation;
      const hid = webHid({ hid: createHidShim(machine, NOBODY, true), clock });
      const vendor = webUsb({ usb: createUsbShim(machine, NOBODY, true), clock });
      const [till, stranger] = isTillOnHid ? [hid, vendor] : [vendor, hid];
      return { till, stranger, close: async () => undefined };
    },
  };
}

export const WAYS: readonly Way[] = [
  { ...memory, version: 1 },
  { ...memory, version: 2 },
  { ...sockets, version: 1, rows: 'even' },
  { ...sockets, version: 2, rows: 'odd' },
  { ...usb('till on the vendor interface, stranger on HID', false), version: 1, rows: 'odd' },
  { ...usb('till on HID, stranger on the vendor interface', true), version: 2, rows: 'even' },
];

/** Its part of a table. */
export function rowsOf<T>({ rows }: Way, table: readonly T[]): readonly T[] {
  return table.filter((_, at) => rows === undefined || (at % 2 === 0) === (rows === 'even'));
}
