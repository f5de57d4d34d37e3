/**
 * What a simulated reader holds, beyond what all readers of a process share: code, tables, an engine.
 */
import { performance } from 'node:perf_hooks';
import { connect, keyFrom, money } from '@comptoir/sdk';
import { type Simulation, simulate, type TargetName } from '@comptoir/simulator';
import { quickjsHeldBytes } from '../../src/machine/targets/quickjs.js';
import { heldBytes } from '../memory.js';
import { readBaseline } from '../pico/baseline.js';
import type { Row } from './row.js';

/** How many live at once. */
const READERS: Readonly<Record<TargetName, number>> = { node: 1000, quickjs: 200 };
const KIBIBYTES_MAX: Readonly<Record<TargetName, number>> = { node: 12, quickjs: 300 };
const CHIP_RAM_KIBIBYTES = 264;

export async function memoryRows(): Promise<Row[]> {
  const rows = [
    await memoryRow('node', async () => heldBytes()),
    // The engine's memory grows in steps and never shrinks: its own count tells more.
    await memoryRow('quickjs', async () => heldBytes() + (await quickjsHeldBytes())),
  ];
  const pico = picoRow();
  return pico === undefined ? rows : [...rows, pico];
}

/** All alive at once, each with one sale behind it. */
async function memoryRow(target: TargetName, bytes: () => Promise<number>): Promise<Row> {
  const readers = READERS[target];
  const open: Simulation[] = [];
  const one = async (seed: number): Promise<void> => {
    const simulation = await simulate({ seed, target, record: false });
    open.push(simulation);
    await using reader = await connect(simulation, simulation);
    simulation.tap('no-oda');
    const { status } = await reader.pay({ amount: money(1250, 'EUR'), key: keyFrom('many') });
    if (status !== 'approved') throw new Error(`the sale of reader ${seed} is ${status}`);
  };
  await one(readers);
  const before = await bytes();
  const startMs = performance.now();
  await Promise.all(Array.from({ length: readers }, (_, seed) => one(seed)));
  const tookMs = performance.now() - startMs;
  const kibibytes = ((await bytes()) - before) / readers / 1024;
  for (const simulation of open) await simulation.close();
  return {
    name: `memory of a simulated reader, ${readers} at once [${target}]`,
    unit: 'KiB each',
    value: kibibytes,
    goal: { kind: 'atMost', value: KIBIBYTES_MAX[target] },
    detail: `its cards and acquirer included; ${(tookMs / readers).toFixed(1)} ms each for start and sale`,
  };
}

/** It comes out the same each time, so it's read where `npm run baseline` wrote it; undefined outside of the repository. */
function picoRow(): Row | undefined {
  const { heapPeakBytes, stackPeakBytes } = readBaseline();
  if (heapPeakBytes === undefined || stackPeakBytes === undefined) return undefined;
  return {
    name: 'memory of a reader [pico]',
    unit: 'KiB',
    value: (heapPeakBytes + stackPeakBytes) / 1024,
    goal: { kind: 'atMost', value: CHIP_RAM_KIBIBYTES },
    detail: `heap ${(heapPeakBytes / 1024).toFixed(0)} and stack ${(stackPeakBytes / 1024).toFixed(0)} at their peaks, in the chip's RAM; of the baseline`,
  };
}
