/**
 * Whole sales through the SDK, the wire and the firmware.
 */
import { performance } from 'node:perf_hooks';
import { connect, keyFrom, money } from '@comptoir/sdk';
import { simulate, type TargetName, targetNames } from '@comptoir/simulator';
import { spreadOf } from '../stopwatch.js';
import type { Row } from './row.js';

/** qVSDC with fDDA, and a whole contact payment with CDA, to the second GENERATE AC. */
const SALES = [
  { card: 'visa-debit', on: 'contactless' },
  { card: 'mastercard', on: 'contact' },
] as const;
type Sale = (typeof SALES)[number];

const ROUNDS = 21;
const SALES_IN_ROUND: Readonly<Record<TargetName, number>> = { node: 4, quickjs: 1 };

export async function saleRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const sale of SALES) rows.push(...(await rateRows(sale)));
  return rows;
}

/** The targets in turn, so that what disturbs the machine disturbs both. */
async function rateRows(sale: Sale): Promise<Row[]> {
  const rates = new Map<TargetName, number[]>(targetNames.map((target) => [target, []]));
  const tills = new Map<TargetName, () => Promise<void>>();
  for (const target of targetNames) tills.set(target, await openTill(target, sale));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [target, sell] of tills) {
      const startMs = performance.now();
      for (let sold = 0; sold < SALES_IN_ROUND[target]; sold += 1) await sell();
      rates.get(target)?.push((SALES_IN_ROUND[target] * 1000) / (performance.now() - startMs));
    }
  }
  return [...rates].map(([target, perSecond]) => {
    const { median, min, max } = spreadOf(perSecond);
    const detail = `${(1000 / median).toFixed(1)} ms a sale`;
    return { name: `whole sales, ${sale.card}, ${sale.on} [${target}]`, unit: '/s', value: median, min, max, detail };
  });
}

/** A connected reader; each call is a sale. */
async function openTill(target: TargetName, { card, on }: Sale): Promise<() => Promise<void>> {
  const simulation = await simulate({ seed: 'bench', target });
  const reader = await connect(simulation, simulation);
  let number = 0;
  const sell = async (): Promise<void> => {
    number += 1;
    if (on === 'contact') simulation.insert(card);
    else simulation.tap(card);
    const result = await reader.pay({
      amount: money(1250, 'EUR'),
      key: keyFrom(`bench-${number}`),
      interfaces: on,
    });
    simulation.lift();
    if (result.status !== 'approved') throw new Error(`sale ${number} is ${result.status}`);
  };
  for (let sale = 0; sale < 3; sale += 1) await sell();
  return sell;
}
