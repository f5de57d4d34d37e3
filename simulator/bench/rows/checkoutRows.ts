/** A basket from one tap: the selection alone, over a card that is full, and the whole tap with four tenders. */
import { performance } from 'node:perf_hooks';
import { connect, keyFrom } from '@comptoir/sdk';
import { simulate, type TargetName, targetNames } from '@comptoir/simulator';
import { findTarget } from '../../src/machine/targets/targets.js';
import { createVectorEngine, type VectorEngine } from '../../src/trials/replay/vectorEngine.js';
import { vectorsScript } from '../../src/trials/replay/vectorsScript.js';
import { airNanos } from '../pico/airTime.js';
import { spreadOf } from '../stopwatch.js';
import { ACCOUNT_CREDIT, checkFourTenders, FOUR_TENDERS } from './fourTenders.js';
import { FULL_WALLET } from './fullWallet.js';
import type { Row } from './row.js';

const ROUNDS = 11;
const SELECTIONS_IN_ROUND = 10;
const SCRIPT_TIME_LIMIT_MS = 10_000;

export async function checkoutRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const target of targetNames) rows.push(await selectionRow(target));
  for (const target of targetNames) rows.push(await tapRow(target));
  return rows;
}

/** @throws Error when nothing is selected */
export async function selectOnce(engine: VectorEngine): Promise<void> {
  const answer = await engine.run('selection', FULL_WALLET);
  const told = JSON.stringify(answer);
  if (!told.includes('"outcome":"TENDERS"')) throw new Error(`the full card's selection came out as ${told}`);
}

async function selectionRow(target: TargetName): Promise<Row> {
  const engine = createVectorEngine(findTarget(target), await vectorsScript(() => {}), SCRIPT_TIME_LIMIT_MS);
  const perSecond: number[] = [];
  await selectOnce(engine);
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now();
    for (let at = 0; at < SELECTIONS_IN_ROUND; at += 1) await selectOnce(engine);
    perSecond.push((SELECTIONS_IN_ROUND * 1000) / (performance.now() - startMs));
  }
  engine.dispose();
  const { median, min, max } = spreadOf(perSecond);
  return {
    name: `selection, 32 profiles with 12 coupons [${target}]`,
    unit: '/s',
    value: median,
    min,
    max,
    detail: `${(1000 / median).toFixed(1)} ms each, from the bytes that the card lists`,
  };
}

/** Each with a reader and a card of its own: a coupon pays once. */
async function tapRow(target: TargetName): Promise<Row> {
  const times: number[] = [];
  let detail = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    await using simulation = await simulate({ seed: 'bench', target, accountCredit: ACCOUNT_CREDIT });
    await using reader = await connect(simulation, simulation);
    simulation.tap('dynamic');
    const startMs = performance.now();
    const result = await reader.pay({ ...FOUR_TENDERS, key: keyFrom(`bench-${round}`) });
    times.push(performance.now() - startMs);
    checkFourTenders(result);
    const exchanges = simulation.exchanges();
    const bytes = exchanges.reduce((sum, { command, response }) => sum + command.length + response.length, 0);
    const airMs = airNanos(exchanges) / 1e6;
    detail = `${exchanges.length} APDUs, ${bytes} bytes, ${airMs.toFixed(0)} ms in the air at the least; the card's own work counted in`;
  }
  const { median, min, max } = spreadOf(times);
  return { name: `whole tap, four tenders [${target}]`, unit: 'ms', value: median, min, max, detail };
}
