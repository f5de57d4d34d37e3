/** A reader in a process of its own, plugged into this kernel; its main thread stands still for as long as it's told on standard input. */
import { createInterface } from 'node:readline';
import { simulate } from '@comptoir/simulator';
import { slowClock } from '../../../../sdk/test/contract/bench.js';
import { serveWire } from '../../../src/wires/usb/serveWire.js';
import { SLOWER } from './slower.js';
import { THREAD, USB_IP } from './usbBenches.js';

const simulation = await simulate({ clock: slowClock(SLOWER), record: false, target: 'node' });
await serveWire(simulation.usb(), USB_IP, THREAD);
console.log('plugged in');
for await (const line of createInterface({ input: process.stdin })) {
  console.log('standing still');
  // A breakpoint looks just so from outside: no timers, no messages.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(line));
  console.log('going on');
}
process.exit();
