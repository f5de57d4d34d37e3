/** Benches of pages: a shim of `navigator` on a machine with our device model. Time is virtual: nothing waits for a kernel. */
import type { Transport } from '@comptoir/sdk';
import { webHid } from '@comptoir/sdk/transports/webHid';
import { webUsb } from '@comptoir/sdk/transports/webUsb';
import { simulate } from '@comptoir/simulator';
import type { BenchKind } from './bench.js';
import type { Person } from './pageShim.js';
import { createUsbMachine, type UsbMachine } from './usbMachine.js';
import { createHidShim } from './webHidShim.js';
import { createUsbShim } from './webUsbShim.js';

const NOBODY: Person = { hasClicked: false, picks: false };
/** The browser fails that many writes after each plugging in. */
const FAILING_WRITES = 3;

function pageBench(
  given: Pick<BenchKind, 'name' | 'isExclusive' | 'tellsSerials'>,
  page: (machine: UsbMachine, clock: Awaited<ReturnType<typeof simulate>>['clock']) => Transport,
): BenchKind {
  return {
    ...given,
    async open() {
      const simulation = await simulate({ record: false });
      const { clock } = simulation;
      const machine = createUsbMachine(simulation.usb());
      machine.failingWrites = FAILING_WRITES;
      await machine.settled(true);
      return {
        simulation,
        clock,
        transport: () => page(machine, clock),
        async unplug() {
          simulation.unplug();
          await machine.settled(false);
        },
        async plug() {
          await simulation.restart();
          await machine.settled(true);
        },
        close: () => simulation.close(),
      };
    },
  };
}

/** Each transport is a page of its own. */
export const webHidBench: BenchKind = pageBench(
  { name: 'webHid', isExclusive: false, tellsSerials: false },
  (machine, clock) => webHid({ hid: createHidShim(machine, NOBODY, true), clock }),
);

export const webUsbBench: BenchKind = pageBench(
  { name: 'webUsb', isExclusive: true, tellsSerials: true },
  (machine, clock) => webUsb({ usb: createUsbShim(machine, NOBODY, true), clock }),
);
