/**
 * Sales with prepared cards, whose signatures were made before: what is left is the reader, the link and the SDK. Same seed and same calls
 * give the same bytes, so a card that was recorded once answers each reader of its seed. Counted in processor time: a second is one of a core.
 */
import { createSign, createVerify, generateKeyPairSync } from 'node:crypto';
import { equalBytes } from '@comptoir/protocol';
import { connect, keyFrom, money } from '@comptoir/sdk';
import { type Card, createCard, type Simulation, simulate, type TargetName, targetNames } from '@comptoir/simulator';
import { readBaseline } from '../pico/baseline.js';
import { spreadOf } from '../stopwatch.js';
import type { Row } from './row.js';

const SEED = 'prepared';
const CARD = 'visa-debit';
const ROUNDS = 11;
const SALES_IN_ROUND = 20;
const VERIFICATIONS_IN_ROUND = 200;
const NAME = `whole sales, ${CARD}, prepared card`;
/** Of node:crypto, in the time of a sale. */
const VERIFICATIONS_MAX = 6;
const PICO_HZ = 125e6;
const QUICKJS_SHARE_MIN = 0.083;

type Exchanges = ReturnType<Simulation['exchanges']>;

export async function preparedRows(): Promise<Row[]> {
  const verifiedPerSecond = rsaVerifier();
  const rates = new Map<TargetName, number[]>();
  const verified: number[] = [];
  const tills = new Map<TargetName, () => Promise<number>>();
  for (const target of targetNames) {
    tills.set(target, await preparedTill(target));
    rates.set(target, []);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    verified.push(verifiedPerSecond());
    for (const [target, salesPerSecond] of tills) rates.get(target)?.push(await salesPerSecond());
  }
  const rows = targetNames.map((target): Row => {
    const { median, min, max } = spreadOf(rates.get(target) ?? []);
    const detail = `${(1000 / median).toFixed(2)} ms a sale, no signature made`;
    return { name: `${NAME} [${target}]`, unit: '/s', value: median, min, max, detail };
  });
  const node = rates.get('node') ?? [];
  const share = spreadOf((rates.get('quickjs') ?? []).map((rate, round) => rate / (node[round] ?? 0)));
  const cost = spreadOf(node.map((rate, round) => (verified[round] ?? 0) / rate));
  return [
    ...rows,
    ...picoRows(),
    {
      name: `${NAME} [node], in RSA-2048 verifications`,
      unit: 'a sale',
      value: cost.median,
      min: cost.min,
      max: cost.max,
      goal: { kind: 'atMost', value: VERIFICATIONS_MAX },
      detail: `${spreadOf(verified).median.toFixed(0)} verifications of node:crypto a second, in the same rounds`,
    },
    {
      name: `${NAME} [quickjs], by those on node`,
      unit: '×',
      value: share.median,
      min: share.min,
      max: share.max,
      goal: { kind: 'atLeast', value: QUICKJS_SHARE_MIN },
      detail: 'round by round',
    },
  ];
}

/** What this process worked, not what others kept it waiting. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The chip's cycles are the same each time, whoever answers it, so they are read where `npm run baseline` wrote them. */
function picoRows(): Row[] {
  const { tapFddaCycles } = readBaseline();
  if (tapFddaCycles === undefined) return [];
  const ms = (1000 * tapFddaCycles) / PICO_HZ;
  const detail = `${ms.toFixed(0)} ms a sale at 125 MHz; of the baseline`;
  return [{ name: `${NAME} [pico]`, unit: '/s', value: 1000 / ms, detail }];
}

/** @returns a measurement of sales a second: a round at one reader, after its first ones */
async function preparedTill(target: TargetName): Promise<() => Promise<number>> {
  const live = await openTill(target, createCard(CARD, { seed: SEED }));
  for (let round = 0; round <= ROUNDS; round += 1) await live.sell();
  const prepared = await openTill(target, preparedCard(live.exchanges()));
  await prepared.sell();
  return async () => {
    const startMs = processorMs();
    await prepared.sell();
    return (SALES_IN_ROUND * 1000) / (processorMs() - startMs);
  };
}

/** `sell`: a round of sales. */
async function openTill(
  target: TargetName,
  card: Card,
): Promise<{ readonly sell: () => Promise<void>; readonly exchanges: () => Exchanges }> {
  const simulation = await simulate({ seed: SEED, target });
  const reader = await connect(simulation, simulation);
  let number = 0;
  return {
    exchanges: simulation.exchanges,
    async sell() {
      for (let sale = 0; sale < SALES_IN_ROUND; sale += 1) {
        number += 1;
        simulation.tap(card);
        const { status } = await reader.pay({ amount: money(1250, 'EUR'), key: keyFrom(`prepared-${number}`) });
        if (status !== 'approved') throw new Error(`sale ${number} is ${status}`);
        simulation.lift();
      }
    },
  };
}

function preparedCard(exchanges: Exchanges): Card {
  let at = 0;
  return {
    name: CARD,
    interface: 'contactless',
    powerOn() {},
    transmit(command) {
      const next = exchanges[at];
      at += 1;
      if (next === undefined || !equalBytes(next.command, command)) throw new Error('not the sale that was recorded');
      return next.response;
    },
    powerOff() {},
  };
}

/** @returns a measurement of verifications a second */
function rsaVerifier(): () => number {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const data = Buffer.from('what is verified');
  const signature = createSign('sha256').update(data).sign(privateKey);
  return () => {
    const startMs = processorMs();
    for (let at = 0; at < VERIFICATIONS_IN_ROUND; at += 1)
      if (!createVerify('sha256').update(data).verify(publicKey, signature)) throw new Error('not verified');
    return (VERIFICATIONS_IN_ROUND * 1000) / (processorMs() - startMs);
  };
}
