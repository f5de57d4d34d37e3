/**
 * What runs in the guest: `node suite.js [JUNIT-FILE] [part of a name …]`. The contract of transports on real devices, and what only a
 * kernel can show.
 */
import type { BenchKind } from '../../../../sdk/test/contract/bench.js';
import { contract } from '../../../../sdk/test/contract/contract.js';
import { createCases } from './cases.js';
import { commandAtReader } from './command.js';
import { descriptorsByLsusb, descriptorsInKernel } from './descriptors.js';
import { blockedMainThread, killedMeanwhile, stoppedProcess } from './freeze.js';
import { openedByAnybody } from './permissions.js';
import { payBehindXhci, payOnTheChip } from './tall.js';
import { benchOf, usbBenches } from './usbBenches.js';

const [, , junitFile, ...only] = process.argv;
const {
  COMPTOIR_SALES: sales = '100',
  COMPTOIR_PICO_PORT: picoPort,
  COMPTOIR_PICO_SERIAL: picoSerial,
  COMPTOIR_REDIR_SERIAL: redirSerial,
} = process.env;
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

// A guest that has such a reader from its start has it alone.
if (redirSerial !== undefined) {
  await cases.run('nodeHid', 'a sale by a reader that is plugged in through QEMU', () => payBehindXhci(redirSerial));
  process.exit(cases.end(junitFile) === 0 ? 0 : 1);
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

await cases.run('comptoir', 'list, doctor, info, wink and pay, at a reader of comptoir-sim', commandAtReader);

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

process.exit(cases.end(junitFile) === 0 ? 0 : 1);
