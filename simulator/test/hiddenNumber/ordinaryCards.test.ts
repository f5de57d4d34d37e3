/** What keeps numbers in takes nothing from cards that put everything where it belongs. */
import { FIELDS, latin1ToBytes, toHex } from '@comptoir/protocol';
import { connect, newKey, type PayResult, type Reader } from '@comptoir/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CardInterface } from '../../src/machine/card.js';
import { type Simulation, simulate } from '../../src/simulation/simulate.js';
import { cardNames, profileOf } from '../../src/world/cards/catalogue.js';
import { type Heard, heardFrom } from './heard.js';

const paying = cardNames.flatMap((name) => {
  const { interface: has } = profileOf(name);
  const interfaces: readonly CardInterface[] = has === 'both' ? ['contact', 'contactless'] : [has];
  return interfaces.map((on) => ({ name, on }));
});

/** Tags of a receipt, with the bytes that each has. */
const RECEIPT: Readonly<Record<string, number>> = { '9f26': 8, '9f36': 2, '95': 5, '9b': 2 };

/** @returns each value of the field in any message, hexadecimal */
function valuesOf({ messages }: Heard, tag: number): readonly string[] {
  return messages.flat().flatMap((field) => (field.tag === tag ? [toHex(field.value)] : []));
}

const textOf = (text: string): string => toHex(latin1ToBytes(text));

const HOUR_MS = 3_600_000;

let simulation: Simulation;
let reader: Reader;
beforeAll(async () => {
  simulation = await simulate({ target: 'node' });
  reader = await connect(simulation, simulation);
});
afterAll(async () => {
  await reader[Symbol.asyncDispose]();
  await simulation.close();
});

async function pay(name: string, on: CardInterface): Promise<{ result: PayResult | undefined; heard: Heard }> {
  const [messages, reports] = [simulation.messages().length, simulation.transcript().length];
  simulation[on === 'contact' ? 'insert' : 'tap'](name);
  const request = { amount: { minor: 1250, currency: 'EUR' }, key: newKey(`${name}-${on}`), interfaces: on };
  const result = await reader.pay(request).then(
    (told) => told,
    () => undefined,
  );
  simulation.lift();
  // A reader that sees too many cards at once gives no more tokens.
  await simulation.advance(HOUR_MS);
  return { result, heard: heardFrom(simulation.messages().slice(messages), simulation.transcript().slice(reports)) };
}

let approved = 0;

test.each(paying)('$name, $on: no field is lost', async ({ name, on }) => {
  const { result, heard } = await pay(name, on);
  const { applications, paymentAccountReference, number } = profileOf(name);
  const masks = valuesOf(heard, FIELDS.maskedNumber.tag);
  // Of a card that wasn't read to its end nothing is shown.
  if (masks.length === 0) return;
  const digits = toHex(number).replace('F', '');
  expect(masks[0]).toBe(textOf(`${digits.slice(0, 6)}${'*'.repeat(digits.length - 10)}${digits.slice(-4)}`));
  expect(applications.map(({ label }) => textOf(label))).toContain(valuesOf(heard, FIELDS.label.tag)[0]);
  expect(applications.map(({ aid }) => toHex(aid))).toContain(valuesOf(heard, FIELDS.applicationIdentifier.tag)[0]);
  const reference = paymentAccountReference === undefined ? undefined : textOf(paymentAccountReference);
  expect(valuesOf(heard, FIELDS.paymentAccountReference.tag)[0]).toBe(reference);
  if (result?.status !== 'approved') return;
  approved += 1;
  const [tender] = result.payment.tenders;
  expect(tender?.token === null).toBe(tender?.receipt?.authentication?.endsWith('ok') !== true);
  for (const [tag, size] of Object.entries(RECEIPT))
    expect(valuesOf(heard, Number.parseInt(tag, 16)).at(-1), tag).toMatch(new RegExp(`^[0-9A-F]{${2 * size}}$`));
});

test('more than half of them pay', () => expect(approved).toBeGreaterThan(paying.length / 2));
