import { latin1ToBytes, NO_BYTES } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardNames, createCard } from '../../../src/world/cards/catalogue.js';
import { describeCards } from '../../../src/world/cards/describeCards.js';
import { maskTrace } from '../../../src/world/cards/maskTrace.js';
import { nameOfCommand } from '../../../src/world/cards/nameOfCommand.js';
import { recordedCard } from '../../../src/world/cards/recordedCard.js';
import { scriptedCard } from '../../../src/world/cards/scriptedCard.js';
import { tornCard } from '../../../src/world/cards/tornCard.js';
import { bytes, cardNumber, exchange, readApplication, withLength } from './cardsTerminal.js';

describe('scripted card', () => {
  const script = [
    { c: '00A4040007A000000003101000', r: '6A82' },
    { c: '', r: '9000' },
  ];
  test('followed to its end', () => {
    const card = scriptedCard(script);
    card.powerOn('contact');
    expect(card.transmit(bytes('00A4040007A000000003101000'))).toEqual(bytes('6A82'));
    expect(card.transmit(bytes('FF'))).toEqual(bytes('9000'));
    expect(() => card.assertUsedUp()).not.toThrow();
  });

  test('steps left, another command, one command too many', () => {
    const left = scriptedCard(script);
    expect(() => left.assertUsedUp()).toThrow('2 of 2 steps unused');
    const other = scriptedCard(script);
    expect(other.transmit(bytes('00'))).toBeUndefined();
    expect(other.transmit(bytes('00A4040007A000000003101000'))).toBeUndefined();
    expect(() => other.assertUsedUp()).toThrow('step 1');
    const more = scriptedCard([]);
    expect(more.transmit(bytes('00'))).toBeUndefined();
    expect(() => more.assertUsedUp()).toThrow('after the last step');
  });

  test('a script that is not hexadecimal throws', () => {
    expect(() => scriptedCard([{ c: '', r: '9' }])).toThrow('step 1');
  });
});

test('a torn card is silent from that command on, and comes back with new power', () => {
  const card = tornCard(createCard('visa-debit', { seed: 1 }), 2);
  const select = bytes('00A4040007A000000003101000');
  card.powerOn('contactless');
  expect(card.transmit(select)).toBeDefined();
  expect(card.transmit(select)).toBeUndefined();
  expect(card.transmit(select)).toBeUndefined();
  card.powerOff();
  card.powerOn('contactless');
  expect(card.transmit(select)).toBeDefined();
});

describe('names of commands', () => {
  test.each([
    ['00A404000E325041592E5359532E444446303100', 'SELECT PPSE'],
    ['00A404000E315041592E5359532E444446303100', 'SELECT PSE'],
    ['00A4040205A00000000300', 'SELECT A000000003 next'],
    ['80A8000002830000', 'GET PROCESSING OPTIONS'],
    ['00B2011400', 'READ RECORD SFI 2 record 1'],
    ['80AE9000010000', 'GENERATE AC (ARQC, CDA)'],
    ['80AE0000010000', 'GENERATE AC (AAC)'],
    ['00880000048B55633B00', 'INTERNAL AUTHENTICATE'],
    ['80CA9F3600', 'GET DATA 9F36'],
    ['80820001', 'AUTH READER'],
    ['80CA010300', 'LIST profile 3'],
    ['80CA020000', 'LIST preferences'],
    ['80CA030000', 'LIST pending 0'],
    ['80D40100', 'PREPARE'],
    ['80D40200', 'COMMIT'],
    ['80D40300', 'CANCEL'],
    ['80D40400', 'REDEEM'],
    ['80E28002', 'STORE DATA 2'],
    ['00C0000010', 'GET RESPONSE'],
    ['00200080', 'instruction 20'],
    ['00', 'malformed command'],
  ])('%s', (command, name) => {
    expect(nameOfCommand(bytes(command))).toBe(name);
  });

  test('any bytes have a name', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (command) => nameOfCommand(command).length > 0));
  });
});

describe('masking', () => {
  for (const { name, interfaces, applications } of describeCards()) {
    for (const on of interfaces) {
      test(`${name} ${on}: the recorded trace shows no card number`, () => {
        const card = recordedCard(createCard(name, { seed: 1 }));
        const number = cardNumber(readApplication(card, on, applications[0]?.aid ?? ''));
        const text = card
          .maskedExchanges()
          .map(({ command, response }) => `${command} ${response}`)
          .join('\n');
        const clear = card.exchanges.map(({ response }) => Buffer.from(response).toString('hex')).join('\n');
        expect(clear).toContain(number);
        expect(text).not.toContain(number);
        expect(text).toContain('9000');
        expect(text).not.toMatch(/9F46[0-9A-F]{8}/);
      });
    }
  }

  test('a number elsewhere: shifted by half a byte, in ASCII, in a command', () => {
    const number = [4, 7, 6, 1, 7, 3, 9, 0, 0, 1, 0, 1, 0, 1, 1, 9];
    const shifted = bytes('9F7F0914761739001010119F9000'.slice(0, 28));
    expect(maskTrace(shifted, 'response', [number])).toBe(`9F7F091${'*'.repeat(16)}F9000`);
    const ascii = latin1ToBytes(number.join(''));
    expect(maskTrace(ascii, 'command', [number])).toBe('*'.repeat(32));
  });

  test('a response that breaks off is masked from there on', () => {
    expect(maskTrace(bytes('5A084761739001019000'), 'response')).toBe(`5A${'*'.repeat(14)}9000`);
    expect(maskTrace(NO_BYTES, 'response')).toBe('');
  });

  test('any bytes keep their length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (apdu) => maskTrace(apdu, 'response').length === 2 * apdu.length),
    );
  });

  test('GENERATE AC is counted', () => {
    const card = recordedCard(createCard('mastercard', { seed: 1 }));
    readApplication(card, 'contactless', 'A0000000041010');
    exchange(card, `80AE9000${withLength(new Uint8Array(46))}00`);
    expect(card.maskedExchanges().at(-1)?.name).toBe('GENERATE AC 1 (ARQC, CDA)');
  });
});

test('every card can be made and says its own name', () => {
  expect(cardNames.map((name) => createCard(name, { seed: 1 }).name)).toEqual(cardNames);
});
