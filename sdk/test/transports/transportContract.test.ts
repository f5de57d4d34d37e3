/** The contract of transports on whatever any machine has. Real devices have theirs in `npm run test:usb`. */
import { simulate } from '@comptoir/simulator';
import { describe, expect, test } from 'vitest';
import type { Bench, BenchKind } from '../contract/bench.js';
import { type ContractCase, contract } from '../contract/contract.js';
import { memoryBench, webSocketBench } from '../contract/hostBenches.js';
import { manySales } from '../contract/leak.js';
import { webHidBench, webUsbBench } from '../contract/pageBenches.js';

/** 10,000 in `npm run sales`. */
const SALES = Number(process.env['COMPTOIR_SALES'] ?? 200);
const SALES_TIMEOUT_MS = 60_000 + SALES * 100;
const SABOTAGED_SALES = 120;

async function tryOut(kind: BenchKind, { run }: ContractCase): Promise<void> {
  const bench = await kind.open();
  try {
    await run(bench, kind);
  } finally {
    await bench.close();
  }
}

describe('memory', () => {
  test.each(contract(SALES))('$name', { timeout: SALES_TIMEOUT_MS }, (one) => tryOut(memoryBench, one));

  test('sabotage: a reader whose reports are kept is seen to hold memory', async () => {
    await using simulation = await simulate({ record: true });
    const bench: Bench = {
      simulation,
      clock: simulation.clock,
      transport: () => simulation,
      unplug: async () => {},
      plug: async () => {},
      close: async () => {},
    };
    await expect(manySales(bench, SABOTAGED_SALES)).rejects.toThrow('bytes are held');
  });
});

describe.each([webHidBench, webUsbBench])('$name, a page shim', (kind) => {
  test.each(contract(0))('$name', (one) => tryOut(kind, one));
});

// In real time, they wait beside each other.
describe.concurrent.each([webSocketBench])('$name', (kind) => {
  test.each(contract(0))('$name', (one) => tryOut(kind, one));
});
