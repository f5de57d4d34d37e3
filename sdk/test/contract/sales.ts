/** Sales over a transport: to the end, cancelled, beside another till, slow, frozen. */
import assert from 'node:assert/strict';
import { connect, money, newKey, type PaymentKey, type Reader, ReaderError } from '@comptoir/sdk';
import { createTestPki, developmentConfiguration, signDevelopmentConfiguration } from '@comptoir/simulator';
import { type Bench, type BenchKind, optionsOf } from './bench.js';

export const AMOUNT: ReturnType<typeof money> = money(1250, 'EUR');
export const CARD = 'visa-debit';
/** Longer than a reader may be silent. */
const SLOW_MS = 1200;

export function till(bench: Bench): Promise<Reader> {
  return connect(bench.transport(), optionsOf(bench));
}

export async function approved({ simulation }: Bench, reader: Reader, key: PaymentKey): Promise<string> {
  simulation.tap(CARD);
  const result = await reader.pay({ amount: AMOUNT, key });
  simulation.lift();
  assert.equal(result.status, 'approved');
  return result.payment.tenders[0]?.masked ?? '';
}

/** A `ReaderError` with one of these codes. */
export async function failsWith(work: PromiseLike<unknown>, codes: readonly string[]): Promise<void> {
  const outcome: unknown = await Promise.resolve(work).catch((error: unknown) => error);
  assert.ok(outcome instanceof ReaderError, `${codes.join(' or ')} was expected, not ${JSON.stringify(outcome)}`);
  assert.ok(codes.includes(outcome.code), `${codes.join(' or ')} was expected, not ${outcome.code}`);
  assert.notEqual(outcome.recovery.message, '');
}

export async function aSale(bench: Bench): Promise<void> {
  const reader = await till(bench);
  assert.equal(reader.info.serial, bench.simulation.serial);
  assert.equal(reader.state, 'ready');
  await approved(bench, reader, newKey('sale'));
  await reader.wink();
  await reader.close();
  assert.equal(reader.state, 'gone');
}

/** A message of several parts, each of several reports. */
export async function aLongMessage(bench: Bench): Promise<void> {
  const reader = await till(bench);
  const configuration = signDevelopmentConfiguration(developmentConfiguration(createTestPki()));
  assert.ok(configuration.length > 2000);
  const { status } = await reader.configure(configuration);
  assert.ok(status === 'loaded' || status === 'current', status);
  await approved(bench, reader, newKey('after-configuration'));
  await reader.close();
}

export async function cancelled(bench: Bench): Promise<void> {
  const reader = await till(bench);
  const stop = new AbortController();
  const payment = reader.pay({ amount: AMOUNT, key: newKey('cancelled') }, { signal: stop.signal });
  for await (const { show } of payment) if (show === 'tap') stop.abort();
  assert.deepEqual(await payment, { status: 'cancelled', by: 'clerk' });
  await approved(bench, reader, newKey('after-cancel'));
  await reader.close();
}

/** Programs that share the reader: each has its channel, one at a time has the card. */
export async function twoTills(bench: Bench, { isExclusive }: BenchKind): Promise<void> {
  const first = await till(bench);
  if (isExclusive) {
    await failsWith(till(bench), ['link/in-use']);
    await approved(bench, first, newKey('first'));
    await first.close();
    const second = await till(bench);
    await approved(bench, second, newKey('second'));
    await second.close();
    return;
  }
  const second = await till(bench);
  const key = newKey('first');
  const stop = new AbortController();
  const waiting = first.pay({ amount: AMOUNT, key }, { signal: stop.signal });
  for await (const { show } of waiting) {
    if (show !== 'tap') continue;
    await failsWith(second.pay({ amount: AMOUNT, key: newKey('second') }), ['reader/busy']);
    await second.wink();
    bench.simulation.tap(CARD);
  }
  assert.equal((await waiting).status, 'approved');
  bench.simulation.lift();
  assert.equal((await second.lookup(key)).status, 'approved');
  await approved(bench, second, newKey('second', 2));
  await approved(bench, first, newKey('first', 2));
  await first.close();
  await approved(bench, second, newKey('second', 3));
  await second.close();
}

/** A card that works for longer than a reader may be silent: the reader says meanwhile that it works. */
export async function slow(bench: Bench): Promise<void> {
  const reader = await till(bench);
  await bench.simulation.inject({ kind: 'waiting-time', ms: SLOW_MS, atApdu: 3 });
  await approved(bench, reader, newKey('slow'));
  await reader.close();
}

/** A reader that takes what is sent and does nothing about it: calls end, closing ends, and it's used again when it answers. */
export async function frozen(bench: Bench): Promise<void> {
  const reader = await till(bench);
  const key = newKey('frozen');
  // The payment, and the next INIT.
  await bench.simulation.inject({ kind: 'frames', does: 'drop', from: 'host', count: 2 });
  bench.simulation.tap(CARD);
  await failsWith(reader.pay({ amount: AMOUNT, key }), ['link/lost', 'timeout']);
  bench.simulation.lift();
  assert.equal(reader.state, 'gone');
  await reader.close();
  const again = await till(bench);
  await approved(bench, again, newKey('frozen', 2));
  await again.close();
}
