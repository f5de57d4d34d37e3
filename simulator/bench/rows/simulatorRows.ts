/**
 * What the simulator costs whoever tests a till with it: from nothing to the first command at a card, and what recording costs.
 */
import { performance } from 'node:perf_hooks';
import { connect, keyFrom, money } from '@comptoir/sdk';
import { type Card, createCard, simulate, type TargetName, targetNames } from '@comptoir/simulator';
import { collectGarbage } from '../garbage.js';
import { spreadOf } from '../stopwatch.js';
import type { Row } from './row.js';

const STARTS = 11;
const FIRST_TAP_MS_MAX = 300;
const RECORDING_PERCENT_MAX = 5;
const RECORDING_ROUNDS = 41;
const SALES_IN_ROUND = 8;

export async function simulatorRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const target of targetNames) rows.push(await firstTapRow(target));
  return [...rows, await recordingRow()];
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
    await reader.pay({ amount: money(1250, 'EUR'), key: keyFrom('first') });
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
    await reader.pay({ amount: money(1250, 'EUR'), key: keyFrom(`bench-${number}`) });
    simulation.lift();
  };
  for (let sale = 0; sale < SALES_IN_ROUND; sale += 1) await sell();
  return sell;
}
