/**
 * What runs beside the guest for its browser: `node browser.js SOCKET PORT-FILE [JUNIT-FILE] [part of a name …]`. The readers are here, and
 * QEMU plugs them into the guest; the page is there, and comes by the port that is written to the file.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { BenchKind } from '../../../../sdk/test/contract/bench.js';
import { type ContractCase, contract } from '../../../../sdk/test/contract/contract.js';
import { CARD } from '../../../../sdk/test/contract/sales.js';
import { createCases } from './cases.js';
import { told } from './measure.js';
import { openPage } from './readerPage.js';
import { benchOf } from './usbBenches.js';

const [, , path = '', portFile = '', junitFile, ...only] = process.argv;
const { COMPTOIR_SALES: sales = '100', COMPTOIR_GUEST_PROGRAM: program } = process.env;
const cases = createCases(only);
const page = openPage((port) => writeFileSync(portFile, String(port)));

for (const { name, isExclusive, tellsSerials } of [
  // Other pages may open it, too; one page has one object of it, which opens once.
  { name: 'webHid', isExclusive: true, tellsSerials: false },
  { name: 'webUsb', isExclusive: true, tellsSerials: true },
]) {
  const kind = benchOf({
    name,
    wire: { wire: 'usbredir', path },
    isExclusive,
    tellsSerials,
    transport: () => page.transport(name),
  });
  if (program === 'bench') {
    await onBench(kind, async () => console.log(told(name, await page.measure(name))));
    continue;
  }
  const paid = (count: number): Promise<void> =>
    onBench(kind, async ({ simulation }) => {
      for (let number = 1; number <= count; number += 1) {
        simulation.tap(CARD);
        assert.equal(await page.pay(name, number, simulation.acquirer), 'approved');
        simulation.lift();
      }
    });
  await cases.run(name, 'a page takes a sale by itself', () => paid(1));
  // What a page holds is not in this process.
  for (const { name: title, run } of contract(0)) await cases.run(name, title, () => onBench(kind, run));
  await cases.run(name, `${sales} sales of the page, one after the other`, () => paid(Number(sales)));
}
process.exit(program === 'bench' || cases.end(junitFile) === 0 ? 0 : 1);

async function onBench(kind: BenchKind, run: ContractCase['run']): Promise<void> {
  const bench = await kind.open();
  try {
    await run(bench, kind);
  } finally {
    await bench.close();
  }
}
