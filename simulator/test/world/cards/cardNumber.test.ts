/** Nothing that shows the card number leaves the reader: every sale, every byte. And what leaves does show when it's broken. */
import {
  COMMAND,
  concatBytes,
  dataObject,
  encodeFrame,
  encodeTlv,
  fromHex,
  latin1ToBytes,
  NO_BYTES,
  template,
  unsignedToBytes,
} from '@comptoir/protocol';
import { connect, newKey, type PayResult } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { findNumber } from '../../../bench/soak/searchTranscript.js';
import type { Card, CardInterface } from '../../../src/machine/card.js';
import { type SimulateOptions, type Simulation, simulate } from '../../../src/simulation/simulate.js';
import { cardNames, createCard } from '../../../src/world/cards/catalogue.js';
import { cardNumbersIn } from '../../../src/world/cards/maskTrace.js';
import { brokenFirmware } from '../../machine/brokenFirmware.js';
import { traceCard, traceConfiguration, traces } from './recordedTraces.js';

const NUMBER = '4761739001010119';
const VISA = hex('A0000000031010');

interface Sale {
  readonly result: PayResult | undefined;
  readonly simulation: Simulation;
  /** Every number that the card gave away. */
  readonly numbers: readonly string[];
}

/** Reads the card, pays with it, and looks both up, on a reader of its own. */
async function sale(card: Card, usedInterface: CardInterface, options: SimulateOptions = {}): Promise<Sale> {
  const numbers = new Set<string>();
  const listened: Card = {
    ...card,
    transmit(command) {
      const response = card.transmit(command);
      for (const number of response === undefined ? [] : cardNumbersIn(response)) numbers.add(number.join(''));
      return response;
    },
  };
  const simulation = await simulate({ target: 'node', ...options });
  simulation[usedInterface === 'contact' ? 'insert' : 'tap'](listened);
  const reader = await connect(simulation, simulation);
  const key = newKey('order-1');
  await reader.read({ accept: ['bank'] }).then(undefined, () => undefined);
  const result = await reader.pay({ amount: { minor: 1250, currency: 'EUR' }, key }).then(
    (paid) => paid,
    () => undefined,
  );
  await reader.lookup(key);
  await simulation.close();
  return { result, simulation, numbers: [...numbers] };
}

const catalogue = cardNames.flatMap((name) => {
  const card = createCard(name, { seed: 1 });
  const interfaces: readonly CardInterface[] =
    card.interface === 'both' ? ['contact', 'contactless'] : [card.interface];
  return interfaces.map((usedInterface) => ({ name, usedInterface }));
});

describe('no card number leaves', () => {
  test.each(catalogue)('$name, $usedInterface', async ({ name, usedInterface }) => {
    const { simulation, numbers } = await sale(createCard(name, { seed: 1 }), usedInterface);
    expect(numbers.length).toBeGreaterThan(0);
    for (const number of numbers)
      expect(findNumber(simulation.transcript(), simulation.messages(), number)).toEqual([]);
  });

  test.each(traces)('$id', async (trace) => {
    const { simulation, numbers } = await sale(traceCard(trace), trace.input.interface, {
      configuration: traceConfiguration(),
    });
    for (const number of [
      ...numbers,
      ...(trace.expected.mustNotAppearInOutput ?? []).map((text) => text.replace('F', '')),
    ])
      expect(findNumber(simulation.transcript(), simulation.messages(), number)).toEqual([]);
  });

  test.each([
    ['text', latin1ToBytes(NUMBER)],
    ['packed', hex(NUMBER)],
  ])('a card that writes its number into its label as %s', async (_, label) => {
    const { result, simulation } = await sale(labelledCard(label), 'contactless');
    expect(result?.status).toBe('approved');
    expect(findNumber(simulation.transcript(), simulation.messages(), NUMBER)).toEqual([]);
  });
});

describe('the search finds it when the reader is broken on purpose', () => {
  const gateOpen = [
    'isShownIn({ children = [] }, vouched) {',
    'isShownIn({ children = [] }, vouched) { return false;',
  ] as const;
  const asText = 'Array.from(cardNumber.subarray(0, 8), (byte) => String(byte >> 4) + String(byte & 15)).join("")';
  const maskLeaks = ['maskedNumber: maskCardNumber(cardNumber)', `maskedNumber: ${asText}`] as const;
  const identifierLeaks = [
    'applicationIdentifier: Vouched.acceptedName(applications, card.aid) ?? NO_BYTES,\n    maskedNumber',
    'applicationIdentifier: cardNumber.slice(),\n    maskedNumber',
  ] as const;

  test.each([
    ['text', maskLeaks],
    ['packed', identifierLeaks],
  ])('%s', async (encoding, leak) => {
    const { simulation } = await sale(createCard('visa-debit', { seed: 1 }), 'contactless', {
      firmware: await brokenFirmware([gateOpen, leak]),
    });
    expect(findNumber(simulation.transcript(), simulation.messages(), NUMBER)).toContain(encoding);
  });

  test.each([
    ['the mask: nothing leaves', maskLeaks, undefined],
    ['a name of the card: it goes without', identifierLeaks, 'approved'],
  ])('the door alone holds back %s', async (_, leak, status) => {
    const { simulation, result } = await sale(createCard('visa-debit', { seed: 1 }), 'contactless', {
      firmware: await brokenFirmware([leak]),
    });
    expect(findNumber(simulation.transcript(), simulation.messages(), NUMBER)).toEqual([]);
    expect(result?.status).toBe(status);
  });
});

describe('the search finds it wherever it is planted', () => {
  const integer = unsignedToBytes(Number(NUMBER), 7);
  const encodings: readonly (readonly [string, Uint8Array, string])[] = [
    ['as text', latin1ToBytes(NUMBER), 'text'],
    ['packed', hex(NUMBER), 'packed'],
    ['packed, at an odd half byte', hex(`F${NUMBER}F`), 'packed'],
    ['as an integer', integer, 'integer'],
    ['as an integer, little endian', integer.toReversed(), 'integer, little endian'],
  ];
  /** Of a first report. */
  const PAYLOAD_BYTES = 57;
  const places = encodings.flatMap(([how, bytes, found]) => [
    { how, where: 'in one report', before: 3, bytes, found },
    { how, where: 'across two reports', before: PAYLOAD_BYTES - (bytes.length >> 1), bytes, found },
  ]);

  test.each(places)('$how, $where', async ({ before, bytes, found }) => {
    const { simulation } = await sale(createCard('visa-debit', { seed: 1 }), 'contactless');
    const transcript = simulation.transcript();
    const payload = concatBytes(new Uint8Array(before).fill(0xaa), bytes, new Uint8Array(9).fill(0xaa));
    const reports = encodeFrame({ channel: 1, command: COMMAND.message, payload });
    const planted = reports.map((report) => ({ atMs: 0, direction: 'toHost' as const, report }));
    expect(findNumber([...transcript.slice(0, 9), ...planted, ...transcript.slice(9)], [], NUMBER)).toEqual([found]);
    expect(findNumber(transcript, simulation.messages(), NUMBER)).toEqual([]);
    expect(findNumber(transcript, [{ direction: 'toHost', bytes: payload }], NUMBER)).toEqual([found]);
  });
});

function hex(text: string): Uint8Array {
  return fromHex(text) ?? NO_BYTES;
}

/** visa-debit, contactless, with another label in its directory. */
function labelledCard(label: Uint8Array): Card {
  const card = createCard('visa-debit', { seed: 1 });
  const entry = template(0x61, dataObject(0x4f, VISA), dataObject(0x50, label), dataObject(0x87, Uint8Array.of(1)));
  const directory = encodeTlv(
    template(0x6f, dataObject(0x84, latin1ToBytes('2PAY.SYS.DDF01')), template(0xa5, template(0xbf0c, entry))),
  );
  return {
    ...card,
    transmit(command) {
      const response = card.transmit(command);
      const isDirectory = command[1] === 0xa4 && command[5] === 0x32;
      return isDirectory ? concatBytes(directory, Uint8Array.of(0x90, 0x00)) : response;
    },
  };
}
