/**
 * What the simulator costs whoever tests a till with it: from nothing to the first command at a card, what recording costs, and many readers at once.
 */
import { performance } from 'node:perf_hooks';
import { connect, money, newKey } from '@comptoir/sdk';
import { type Card, createCard, type Simulation, simulate, type TargetName, targetNames } from '@comptoir/simulator';
import { collectGarbage } from './garbage.js';
import { heldBytes } from './memory.js';
import type { Row } from './row.js';
import { spreadOf } from './stopwatch.js';

const STARTS = 11;
const FIRST_TAP_MS_MAX = 300;
const RECORDING_PERCENT_MAX = 5;
const RECORDING_ROUNDS = 41;
const SALES_IN_ROUND = 8;
const READERS = 1000;
/** Without what all share. */
const READER_KIBIBYTES_MAX = 12;

export async function simulatorRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const target of targetNames) rows.push(await firstTapRow(target));
  return [...rows, await recordingRow(), await manyRow()];
}

async function firstTapRow(target: TargetName): Promise<Row> {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const startMs = performance.now();
    let tappedMs = 0;
    const card = createCard('no-oda', { seed: start });
    const watched: Card = {
      name: card.name,
      interface: card.interface,
      powerOn: (on) => card.powerOn(on),
      transmit(command) {
        if (tappedMs === 0) tappedMs = performance.now() - startMs;
        return card.transmit(command);
      },
      powerOff: () => card.powerOff(),
    };
    await using simulation = await simulate({ seed: start, target });
    await using reader = await connect(simulation, simulation);
    simulation.tap(watched);
    await reader.pay({ amount: money(1250, 'EUR'), key: newKey('first') });
    times.push(tappedMs);
  }
  const { median, min, max } = spreadOf(times);
  return {
    name: `start to the first command at a card [${target}]`,
    unit: 'ms',
    value: median,
    min,
    max,
    goal: { kind: 'atMost', value: FIRST_TAP_MS_MAX },
    detail: `${STARTS} readers, one after the other, the code loaded`,
  };
}

async function recordingRow(): Promise<Row> {
  const tills = await Promise.all([true, false].map((record) => openTill(record)));
  const ratios: number[] = [];
  for (let round = 0; round < RECORDING_ROUNDS; round += 1) {
    const tookMs: number[] = [];
    // In turn, and the other way round each time: what disturbs the machine disturbs both.
    for (const sell of round % 2 === 0 ? tills : [...tills].reverse()) {
      // Its garbage is its own cost, and none of the other's.
      collectGarbage();
      const before = process.cpuUsage();
      for (let sale = 0; sale < SALES_IN_ROUND; sale += 1) await sell();
      const { user, system } = process.cpuUsage(before);
      tookMs.push(user + system);
    }
    const [recorded = 0, plain = 1] = round % 2 === 0 ? tookMs : tookMs.reverse();
    ratios.push(100 * (recorded / plain - 1));
  }
  const { median, min, max } = spreadOf(ratios);
  const goal = { kind: 'atMost', value: RECORDING_PERCENT_MAX } as const;
  return {
    name: 'recording, of a sale [node]',
    unit: '%',
    value: median,
    min,
    max,
    goal,
    detail: `transcript, log and steps, in processor time, beside the same without; standard error ${standardError(ratios).toFixed(1)} %`,
  };
}

/** Of the mean. */
function standardError(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

async function openTill(record: boolean): Promise<() => Promise<void>> {
  const simulation = await simulate({ target: 'node', record });
  const reader = await connect(simulation, simulation);
  let number = 0;
  const sell = async (): Promise<void> => {
    number += 1;
    simulation.tap('visa-debit');
    await reader.pay({ amount: money(1250, 'EUR'), key: newKey('bench', number) });
    simulation.lift();
  };
  for (let sale = 0; sale < SALES_IN_ROUND; sale += 1) await sell();
  return sell;
}

/** All alive at once, each with one sale behind it. */
async function manyRow(): Promise<Row> {
  const open: Simulation[] = [];
  const one = async (seed: number): Promise<void> => {
    const simulation = await simulate({ seed, target: 'node', record: false });
    open.push(simulation);
    await using reader = await connect(simulation, simulation);
    simulation.tap('no-oda');
    const { status } = await reader.pay({ amount: money(1250, 'EUR'), key: newKey('many') });
    if (status !== 'approved') throw new Error(`the sale of reader ${seed} is ${status}`);
  };
  await one(READERS);
  const before = heldBytes();
  const startMs = performance.now();
  await Promise.all(Array.from({ length: READERS }, (_, seed) => one(seed)));
  const tookMs = performance.now() - startMs;
  const kibibytes = (heldBytes() - before) / READERS / 1024;
  for (const simulation of open) await simulation.close();
  return {
    name: `${READERS} readers at once in one process [node]`,
    unit: 'KiB each',
    value: kibibytes,
    goal: { kind: 'atMost', value: READER_KIBIBYTES_MAX },
    detail: `${(tookMs / READERS).toFixed(1)} ms each for start and sale, held by the heap`,
  };
}
