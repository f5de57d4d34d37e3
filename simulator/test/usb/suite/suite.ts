/**
 * What runs in the guest: `node suite.js [JUNIT-FILE] [part of a name …]`. The contract of transports on real devices, and what only a
 * kernel can show.
 */
import assert from 'node:assert/strict';
import { realClock, simulate } from '@comptoir/simulator';
import type { BenchKind } from '../../../../sdk/test/contract/bench.js';
import { contract } from '../../../../sdk/test/contract/contract.js';
import { serveWire } from '../../../src/wires/usb/serveWire.js';
import { createCases } from './cases.js';
import { grantReader, openPage } from './chromium.js';
import { descriptorsByLsusb, descriptorsInKernel } from './descriptors.js';
import { blockedMainThread, killedMeanwhile, stoppedProcess } from './freeze.js';
import { openedByAnybody } from './permissions.js';
import { payOnTheChip } from './tall.js';
import { benchOf, THREAD, USB_IP, usbBenches } from './usbBenches.js';

const [, , junitFile, ...only] = process.argv;
const { COMPTOIR_SALES: sales = '100', COMPTOIR_PICO_PORT: picoPort, COMPTOIR_PICO_SERIAL: picoSerial } = process.env;
const cases = createCases(only);

async function withBench(
  kind: BenchKind,
  work: (bench: Awaited<ReturnType<BenchKind['open']>>) => Promise<void>,
): Promise<void> {
  const bench = await kind.open();
  try {
    await work(bench);
  } finally {
    await bench.close();
  }
}

const [hid] = usbBenches.map(benchOf);
if (hid !== undefined) {
  await cases.run('kernel', 'its copy of the descriptors is the table', () =>
    withBench(hid, ({ simulation }) => descriptorsInKernel(simulation.serial)),
  );
  await cases.run('kernel', 'lsusb prints them', () =>
    withBench(hid, ({ simulation }) => descriptorsByLsusb(simulation.serial)),
  );
  for (const transport of ['nodeHid', 'usb'])
    await cases.run(transport, 'opened by anybody: only with our rules', () =>
      withBench(hid, () => openedByAnybody(transport, 'plugdev')),
    );
}

for (const kind of usbBenches.map(benchOf))
  for (const { name, run } of contract(Number(sales)))
    await cases.run(kind.name, name, () => withBench(kind, (bench) => run(bench, kind)));

for (const transport of ['nodeHid', 'usb']) {
  await cases.run(transport, 'a breakpoint in the reader: the client ends by itself', () =>
    blockedMainThread(transport),
  );
  await cases.run(transport, 'a breakpoint in the reader: the client can be ended', () => killedMeanwhile(transport));
  await cases.run(transport, 'the reader’s process is stopped: the client is free when it goes on, or dies', () =>
    stoppedProcess(transport),
  );
}

if (picoPort !== undefined)
  await cases.run('nodeHid', 'a sale on the emulated Pico, through its own TinyUSB', () =>
    payOnTheChip(Number(picoPort), picoSerial ?? ''),
  );

for (const name of ['webHid', 'webUsb'])
  await cases.run(name, 'a page in Chromium takes a sale', () => paidByPage(name));

process.exit(cases.end(junitFile) === 0 ? 0 : 1);

async function paidByPage(name: string): Promise<void> {
  grantReader();
  const simulation = await simulate({
    clock: realClock,
    record: false,
    target: 'node',
  });
  const wire = await serveWire(simulation.usb(), USB_IP, THREAD);
  const page = await openPage();
  try {
    simulation.tap('visa-debit');
    assert.equal(await page.pay(name, 1250, simulation.host), 'approved');
  } finally {
    await page.close();
    await wire.close();
    await simulation.close();
  }
}
