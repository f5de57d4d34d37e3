/** What a card may try: each ends in a clean outcome, and none makes the reader a token oracle. */
import { createHash } from 'node:crypto';
import { concatBytes, dataObject, decodeTlv, encodeTlv, fromHex, NO_BYTES, template, toHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Card, createCard, createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import type { Kernel } from '../../src/apdu/kernel.js';
import { createTransactionContext } from '../../src/commands/card/terminalData.js';
import { loadConfiguration } from '../../src/commands/configuration/configuration.js';
import { ReaderState } from '../../src/commands/shared/readerState.js';
import { Results } from '../../src/commands/shared/results.js';
import { finalSelection } from '../../src/emv/applicationSelection/finalSelection.js';
import { completeTransaction } from '../../src/emv/contact/completeTransaction.js';
import { contactTransaction } from '../../src/emv/contact/contactTransaction.js';
import { contactlessTransaction } from '../../src/emv/contactless/contactlessTransaction.js';
import { DataStore } from '../../src/emv/data/dataStore.js';
import { readApplicationData } from '../../src/emv/readApplicationData.js';
import {
  type CardOutcome,
  cardRead,
  type ReadApplication,
  type TransactionContext,
} from '../../src/emv/transaction.js';
import { Door } from '../../src/token/door.js';
import { runKernel } from '../emv/runKernel.js';
import { FakeBoard } from '../fakeBoard.js';

const hex = (text: string): Uint8Array => fromHex(text) ?? NO_BYTES;
const board = new FakeBoard();
board.configurationBytes = developmentConfiguration(createTestPki());
const configuration = loadConfiguration(board);
const SW_SUCCESS = hex('9000');

function newContext(): TransactionContext {
  if (configuration === undefined) throw new Error('no configuration');
  const session = new ReaderState(
    board,
    configuration,
    { result: 0 },
    new Results(new FakeBoard().records),
    new Door(() => {}),
  );
  const request = { amount: 1250, currency: 978, date: hex('261124'), time: hex('120000') };
  return createTransactionContext(session, configuration, request);
}

/** Runs a whole transaction; a card that stops answering is gone. */
function transaction(card: Card, usedInterface: 'contact' | 'contactless'): CardOutcome | 'cardGone' {
  card.powerOn(usedInterface);
  const kernel: Kernel<CardOutcome> =
    usedInterface === 'contact' ? contactTransaction(newContext()) : contactlessTransaction(newContext());
  const run = runKernel(kernel, (command) => card.transmit(command) ?? NO_BYTES);
  return run.kind === 'done' ? run.outcome : 'cardGone';
}

/** A card whose answers are changed on their way. */
function changed(card: Card, change: (command: Uint8Array, response: Uint8Array) => Uint8Array): Card {
  return {
    ...card,
    transmit(command) {
      const response = card.transmit(command);
      return response === undefined ? undefined : change(command, response);
    },
  };
}

function authenticationOf(outcome: CardOutcome | 'cardGone'): string {
  return outcome === 'cardGone' || !('card' in outcome) ? JSON.stringify(outcome) : outcome.card.authentication.result;
}

/** The card, with the value of one data object replaced in its records and in the answer to GET PROCESSING OPTIONS. */
function withObject(name: string, tag: number, value: string): Card {
  return changed(createCard(name, { seed: 1 }), (_command, response) => {
    const tlv = decodeTlv(response.subarray(0, -2));
    const outer = tlv.ok ? tlv.objects[0] : undefined;
    if (outer?.children === undefined || !outer.children.some((object) => object.tag === tag)) return response;
    const children = outer.children.map((object) => (object.tag === tag ? dataObject(tag, hex(value)) : object));
    return concatBytes(encodeTlv(template(outer.tag, ...children)), response.subarray(-2));
  });
}

describe('a DDOL that lets an old signature pass', () => {
  test.each([
    ['9F3704', 'ok'],
    // A list that would do, but its record is signed.
    ['9F37049F0206', 'ODA_HASH'],
    ['9F3703', 'ICC_DATA_MISSING'],
    ['9F3700', 'ICC_DATA_MISSING'],
    ['5F9F3704', 'ICC_DATA_MISSING'],
    ['9F0206', 'ICC_DATA_MISSING'],
    ['', 'ICC_DATA_MISSING'],
  ])('"%s": %s', (ddol, result) => {
    expect(authenticationOf(transaction(withObject('visa-credit', 0x9f49, ddol), 'contact'))).toBe(result);
  });
});

describe('SDA proves a number only when the number is signed', () => {
  const records: Readonly<Record<string, string>> = {
    '00B2010C00': '70045F340101',
    '00B2020C00': '700A5A084761739001010119',
  };
  test.each([
    ['08010201', false],
    ['08010202', true],
  ])('AFL %s', (afl, isNumberSigned) => {
    const run = runKernel(readApplicationData(hex(afl), new DataStore(), []), (command) =>
      hex(`${records[toHex(command)]}9000`),
    );
    expect(run).toMatchObject({ kind: 'done', outcome: { kind: 'ok', isNumberSigned } });
    const application = { isNumberSigned } as ReadApplication;
    expect(cardRead(application, NO_BYTES, { method: 'SDA', result: 'ok' }).isNumberProven).toBe(isNumberSigned);
    expect(cardRead(application, NO_BYTES, { method: 'SDA', result: 'ODA_HASH' }).isNumberProven).toBe(false);
    expect(cardRead(application, NO_BYTES, { method: 'none', result: 'none' }).isNumberProven).toBe(false);
    expect(cardRead(application, NO_BYTES, { method: 'DDA', result: 'ok' }).isNumberProven).toBe(true);
  });
});

test('the name of another application of the same network is not taken for the selected one', () => {
  const accepted = { aid: hex('A0000000041010'), match: 'partial', kernel: 2 } as const;
  const candidate = {
    aid: hex('A000000004101001'),
    label: NO_BYTES,
    languages: NO_BYTES,
    priority: 0,
    confirmationRequired: false,
    accepted,
  };
  const selecting = (name: string) =>
    runKernel(finalSelection(candidate), () =>
      concatBytes(encodeTlv(template(0x6f, dataObject(0x84, hex(name)))), SW_SUCCESS),
    );
  expect(selecting('A000000004101002')).toMatchObject({ outcome: undefined });
  expect(selecting('A00000000410100102')).toMatchObject({ outcome: { name: hex('A00000000410100102') } });
});

test('a name that goes on from a partial one is taken', () => {
  const card = changed(createCard('mastercard', { seed: 1 }), (command, response) => {
    if (command[1] !== 0xa4 || !toHex(command).includes('A0000000041010')) return response;
    const tlv = decodeTlv(response.subarray(0, -2));
    const children = (tlv.ok ? tlv.objects[0]?.children : undefined) ?? [];
    const longer = children.map((object) => (object.tag === 0x84 ? dataObject(0x84, hex('A000000004101001')) : object));
    return concatBytes(encodeTlv(template(0x6f, ...longer)), SW_SUCCESS);
  });
  expect(transaction(card, 'contactless')).toMatchObject({ kind: 'online', card: { aid: hex('A000000004101001') } });
});

test.each(['contact', 'contactless'] as const)('%s: another name than was selected is not taken', (usedInterface) => {
  const selected = 'A0000000041010';
  const card = changed(createCard('mastercard', { seed: 1 }), (command, response) => {
    const isSelect = command[1] === 0xa4 && toHex(command).includes(selected);
    return isSelect ? hex(toHex(response).replace(`8407${selected}`, '8407A0000000421010')) : response;
  });
  expect(transaction(card, usedInterface)).toMatchObject({ kind: 'ended', why: 'notAccepted' });
  expect(transaction(createCard('mastercard', { seed: 1 }), usedInterface)).toMatchObject({ kind: 'online' });
});

test.each([
  ['track 2 of another card', 0x57, '4111111111111111D27122011234567890', 'CARD_NUMBERS_DIFFER'],
  ['track 2 without its separator', 0x57, '4761739001010119E27122011234567890', 'TRACK_SEPARATOR'],
  ['a number that goes on after F', 0x5a, '54133300896F1034', 'CARD_NUMBER_INVALID'],
  ['a sequence number of 60 bytes', 0x5f34, '00'.repeat(60), 'DATA_LENGTH'],
])('%s ends the transaction', (_, tag, value, reason) => {
  expect(transaction(withObject('mastercard', tag, value), 'contactless')).toEqual({
    kind: 'ended',
    why: 'cardError',
    reason,
  });
});

test('any stored configuration is read or refused', () => {
  const storing = new FakeBoard();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat({ max: 200 }), fc.nat({ max: 255 }), (bytes, at, value) => {
      storing.configurationBytes = bytes;
      loadConfiguration(storing);
      const changed = board.configurationBytes.slice();
      changed[at] = value;
      storing.configurationBytes = changed;
      loadConfiguration(storing);
    }),
  );
});

describe('whatever a card says', () => {
  const tags = [
    0x4f, 0x50, 0x57, 0x5a, 0x5f24, 0x61, 0x6f, 0x70, 0x77, 0x80, 0x82, 0x84, 0x87, 0x88, 0x8c, 0x8f, 0x90, 0x94,
    0x9f26, 0x9f27, 0x9f36, 0x9f38, 0x9f46, 0x9f4b, 0xa5, 0xbf0c,
  ];
  const values = [
    hex('A0000000031010'),
    hex('325041592E5359532E4444463031'),
    hex('315041592E5359532E4444463031'),
    hex('08010100'),
    hex('3900'),
    hex('01'),
    hex('4761739001010119'),
  ];
  const { node } = fc.letrec<{ node: ReturnType<typeof dataObject> }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc
        .record({
          tag: fc.constantFrom(...tags),
          value: fc.oneof(fc.constantFrom(...values), fc.uint8Array({ maxLength: 60 })),
        })
        .map(({ tag, value }) => dataObject(tag, value)),
      fc
        .tuple(fc.constantFrom(0x6f, 0xa5, 0xbf0c, 0x61, 0x70, 0x77), fc.array(tie('node'), { maxLength: 6 }))
        .map(([tag, children]) => template(tag, ...children)),
    ),
  }));
  const status = fc.oneof(
    { weight: 6, arbitrary: fc.constant(SW_SUCCESS) },
    fc.constantFrom(hex('6A82'), hex('6283'), hex('6110'), hex('6C10'), hex('6985')),
    fc.uint8Array({ minLength: 2, maxLength: 2 }),
  );
  const answer = fc
    .tuple(
      fc.oneof(
        fc.array(node, { maxLength: 3 }).map((nodes) => encodeTlv(...nodes)),
        fc.uint8Array({ maxLength: 256 }),
      ),
      status,
    )
    .map(([data, sw]) => concatBytes(data.subarray(0, 256), sw));

  test.each([
    ['contact', contactTransaction],
    ['contactless', contactlessTransaction],
  ] as const)('%s: an outcome, in a bounded number of commands', (_, start) => {
    fc.assert(
      fc.property(fc.infiniteStream(answer), (answers) => {
        const run = runKernel(start(newContext()), () => answers.next().value as Uint8Array);
        expect(run.kind).toBe('done');
        expect(run.commands.length).toBeLessThan(3000);
      }),
      { numRuns: 300 },
    );
  });

  test('a contact card that waited: an outcome, in a bounded number of commands, whatever its issuer sends', () => {
    const first = runKernel(contactTransaction(newContext()), answersOf(createCard('mastercard', { seed: 1 })));
    const outcome = first.kind === 'done' && first.outcome.kind === 'online' ? first.outcome : undefined;
    if (outcome?.open === undefined) throw new Error('the card does not wait');
    const { card, open } = outcome;
    const scripts = fc.oneof(
      fc.array(node, { maxLength: 3 }).map((nodes) => encodeTlv(template(0x71, ...nodes), template(0x72, ...nodes))),
      fc.uint8Array({ maxLength: 256 }),
      fc
        .uint8Array({ minLength: 1, maxLength: 20 })
        .map((bytes) =>
          encodeTlv(template(0x72, dataObject(0x86, concatBytes(hex('84160000'), Uint8Array.of(bytes.length), bytes)))),
        ),
    );
    fc.assert(
      fc.property(
        fc.infiniteStream(answer),
        scripts,
        fc.uint8Array({ maxLength: 16 }),
        (answers, issuerScripts, data) => {
          const said = {
            isApproved: true,
            responseCode: '00',
            authorisationCode: undefined,
            issuerAuthenticationData: data,
            issuerScripts,
          };
          const kernel = completeTransaction(newContext(), { ...card, store: copyOf(card.store) }, open, said);
          const run = runKernel(kernel, () => answers.next().value as Uint8Array);
          expect(run.kind).toBe('done');
          expect(run.commands.length).toBeLessThan(600);
          // Only a signature of this card makes a sale.
          expect(run.kind === 'done' && run.outcome.kind).toBe('declined');
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each(['visa-debit', 'mastercard', 'cb-visa', 'sda-only'] as const)(
    '%s with bytes changed: an outcome, and never a proof of what was changed',
    (name) => {
      const usedInterface = name === 'sda-only' ? 'contact' : 'contactless';
      fc.assert(
        fc.property(fc.nat({ max: 9 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (atCommand, where, by) => {
          let number = 0;
          const card = changed(createCard(name, { seed: 1 }), (_command, response) => {
            number += 1;
            if (number !== atCommand + 1) return response;
            const flipped = response.slice();
            const at = where % response.length;
            flipped[at] = (flipped[at] as number) ^ by;
            return flipped;
          });
          const outcome = transaction(card, usedInterface);
          if (outcome === 'cardGone' || !('card' in outcome) || !outcome.card.isNumberProven) return;
          // What was proven is the number that the card really has.
          expect(digest(outcome.card.cardNumber)).toBe(digestOf(name, usedInterface));
        }),
        { numRuns: 300 },
      );
    },
  );
});

function answersOf(card: Card): (command: Uint8Array) => Uint8Array {
  card.powerOn('contact');
  return (command) => card.transmit(command) ?? NO_BYTES;
}

function copyOf(store: DataStore): DataStore {
  const copy = new DataStore();
  for (const tag of [0x82, 0x8d, 0x9f26, 0x9f27, 0x9f36]) copy.set(tag, store.valueOf(tag));
  return copy;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function digestOf(name: string, usedInterface: 'contact' | 'contactless'): string {
  const outcome = transaction(createCard(name, { seed: 1 }), usedInterface);
  return outcome === 'cardGone' || !('card' in outcome) ? '' : digest(outcome.card.cardNumber);
}
