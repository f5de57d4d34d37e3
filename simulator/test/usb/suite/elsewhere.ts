/**
 * A reader beside the guest, for the guest: `node elsewhere.js pico usbip` or `node elsewhere.js node usbredir SOCKET`. It presents a card whenever it
 * asks for one, and prints what the guest has to know. Its time is as slow as the guest's.
 */
import { PROMPT } from '@comptoir/protocol';
import { isReaderTargetName, type Simulation, simulate } from '@comptoir/simulator';
import { slowClock } from '../../../../sdk/test/contract/bench.js';
import { CARD } from '../../../../sdk/test/contract/sales.js';
import { serveWire } from '../../../src/wires/usb/serveWire.js';
import { SLOWER, SLOWER_WITH_A_CHIP } from './slower.js';
import { THREAD } from './usbBenches.js';

const [, , target = '', wire, path = ''] = process.argv;
if (!isReaderTargetName(target)) throw new Error(`there is no target "${target}"`);
const simulation: Simulation = await simulate({
  target,
  clock: slowClock(target === 'pico' ? SLOWER_WITH_A_CHIP : SLOWER),
  record: false,
  prompted(prompt) {
    if (prompt === PROMPT.presentCard) simulation.tap(CARD);
    else if (prompt === 0 || prompt === PROMPT.removeCard) simulation.lift();
  },
});
const served = await serveWire(
  simulation.usb(),
  wire === 'usbip' ? { wire: 'usbip', port: 0, attach: false } : { wire: 'usbredir', path },
  THREAD,
);
console.log(JSON.stringify({ serial: simulation.serial, port: served.port }));
