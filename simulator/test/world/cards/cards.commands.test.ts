import { toHex, unsignedToBytes } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Card, CardInterface } from '../../../src/machine/card.js';
import { cardNames, createCard } from '../../../src/world/cards/catalogue.js';
import { send } from './cardsTerminal.js';

const PSE = '00A404000E315041592E5359532E444446303100';
const PPSE = '00A404000E325041592E5359532E444446303100';
const SELECT_VISA = '00A4040007A000000003101000';
const START_CONTACT_VISA = '80A80000088306226000F0A00100';
const START_CONTACT = '80A8000002830000';
const CDOL1_VISA = '000000001250000000000000025000000000000978261124008B55633B';
const FIRST_AC = `80AE80001D${CDOL1_VISA}00`;
const NO_ARPC = '00'.repeat(8);
const QVSDC_DATA = '000000001250000000000000025000000000000978261124008B55633B';
const START_QVSDC = `80A80000238321${'27000000'}${QVSDC_DATA}00`;

function powered(name: string, on: CardInterface, ...commands: readonly string[]): Card {
  const card = createCard(name, { seed: 1 });
  card.powerOn(on);
  for (const command of commands) expect(send(card, command).sw.toString(16)).toBe('9000');
  return card;
}

const statusOf = (card: Card, command: string): string => send(card, command).sw.toString(16).toUpperCase();

describe('status words', () => {
  const rows: readonly (readonly [string, readonly string[], string, string])[] = [
    ['a command of three bytes', [], '00A404', '6700'],
    ['an Lc beyond the data', [], '00A4040007A0', '6700'],
    ['an unknown class', [], '90A4040007A000000003101000', '6E00'],
    ['an unknown instruction', [], '00FF0000', '6D00'],
    ['SELECT by identifier', [], '00A40000023F0000', '6A86'],
    ['SELECT of a name of four bytes', [], '00A4040004A000000300', '6700'],
    ['SELECT of an application that is not there', [], '00A4040007A000000004101000', '6A82'],
    ['the PPSE on contact', [], PPSE, '6A82'],
    ['READ RECORD before anything', [], '00B2010C00', '6985'],
    ['GET PROCESSING OPTIONS before SELECT', [], START_CONTACT_VISA, '6985'],
    ['GET PROCESSING OPTIONS after the PSE', [PSE], START_CONTACT_VISA, '6985'],
    ['the second record of the directory', [PSE], '00B2020C00', '6A83'],
    ['READ RECORD before GET PROCESSING OPTIONS', [SELECT_VISA], '00B2010C00', '6985'],
    ['GENERATE AC before GET PROCESSING OPTIONS', [SELECT_VISA], FIRST_AC, '6985'],
    ['INTERNAL AUTHENTICATE before GET PROCESSING OPTIONS', [SELECT_VISA], '00880000048B55633B00', '6985'],
    ['GET PROCESSING OPTIONS without the data that were asked', [SELECT_VISA], START_CONTACT, '6700'],
    ['GET PROCESSING OPTIONS without the template', [SELECT_VISA], '80A80000088506226000F0A00100', '6A80'],
    ['GET PROCESSING OPTIONS twice', [SELECT_VISA, START_CONTACT_VISA], START_CONTACT_VISA, '6985'],
    ['GET PROCESSING OPTIONS with class 00', [SELECT_VISA], '00A80000088306226000F0A00100', '6E00'],
    ['a record that is not there', [SELECT_VISA, START_CONTACT_VISA], '00B2090C00', '6A83'],
    ['a file that is not there', [SELECT_VISA, START_CONTACT_VISA], '00B2015400', '6A82'],
    ['record 0', [SELECT_VISA, START_CONTACT_VISA], '00B2000C00', '6A86'],
    ['INTERNAL AUTHENTICATE with 8 bytes', [SELECT_VISA, START_CONTACT_VISA], '0088000008112233445566778800', '6700'],
    ['GENERATE AC of no type', [SELECT_VISA, START_CONTACT_VISA], `80AEC0001D${CDOL1_VISA}00`, '6A86'],
    ['GENERATE AC with too little', [SELECT_VISA, START_CONTACT_VISA], '80AE8000010000', '6700'],
    ['a second ARQC', [SELECT_VISA, START_CONTACT_VISA, FIRST_AC], `80AE8000273030${NO_ARPC}${CDOL1_VISA}00`, '6985'],
    [
      'a third GENERATE AC',
      [SELECT_VISA, START_CONTACT_VISA, FIRST_AC, `80AE4000273030${NO_ARPC}${CDOL1_VISA}00`],
      `80AE4000273030${NO_ARPC}${CDOL1_VISA}00`,
      '6985',
    ],
    [
      'INTERNAL AUTHENTICATE after an AAC',
      [SELECT_VISA, START_CONTACT_VISA, `80AE00001D${CDOL1_VISA}00`],
      '00880000048B55633B00',
      '6985',
    ],
    ['GET DATA of an unknown object', [SELECT_VISA], '80CA9F5000', '6A88'],
  ];
  test.each(rows)('%s', (_, before, command, expected) => {
    expect(statusOf(powered('visa-debit', 'contact', ...before), command)).toBe(expected);
  });

  test('qVSDC: a terminal that does not do it, and GENERATE AC', () => {
    const noQvsdc = START_QVSDC.replace('27000000', '06000000');
    expect(statusOf(powered('visa-debit', 'contactless', PPSE, SELECT_VISA), noQvsdc)).toBe('6985');
    expect(statusOf(powered('visa-debit', 'contactless', PPSE, SELECT_VISA, START_QVSDC), FIRST_AC)).toBe('6D00');
  });

  test('qVSDC: no signature unless the terminal asks for one', () => {
    const unasked = START_QVSDC.replace('27000000', '26000000');
    const answer = send(powered('visa-debit', 'contactless', SELECT_VISA), unasked);
    expect(toHex(answer.data)).not.toContain('9F4B');
  });

  test('a card that does only DDA signs no GENERATE AC; one without certificates has no INTERNAL AUTHENTICATE', () => {
    const dda = powered('visa-credit', 'contact', SELECT_VISA, START_CONTACT_VISA);
    expect(toHex(send(dda, FIRST_AC.replace('80AE80', '80AE90')).data).slice(0, 4)).toBe('8012');
    const none = powered('no-oda', 'contact', SELECT_VISA, START_CONTACT_VISA);
    expect(statusOf(none, '00880000048B55633B00')).toBe('6D00');
  });
});

describe('selection', () => {
  test('partial names and next', () => {
    const card = powered('cb-visa', 'contact');
    expect(statusOf(card, '00A4040005A00000004200')).toBe('9000');
    expect(statusOf(card, '00A4040205A00000004200')).toBe('6A82');
    expect(toHex(send(card, '00A4040005A00000000300').data)).toContain('A0000000031010');
  });

  test('the directories list the applications in order', () => {
    const card = powered('cb-visa', 'contact', PSE);
    const record = toHex(send(card, '00B2010C00').data);
    expect(record.indexOf('A0000000421010')).toBeLessThan(record.indexOf('A0000000031010'));
    card.powerOn('contactless');
    expect(toHex(send(card, PPSE).data)).toContain('9F2A0103');
  });

  test('power off and on forgets the selection, not the counter', () => {
    const card = powered('visa-debit', 'contact', SELECT_VISA, START_CONTACT_VISA);
    card.powerOff();
    expect(card.transmit(Uint8Array.of(0, 0xa4, 4, 0))).toBeUndefined();
    card.powerOn('contact');
    expect(statusOf(card, '00B2010C00')).toBe('6985');
    send(card, SELECT_VISA);
    expect(toHex(send(card, '80CA9F3600').data)).toBe('9F36020001');
    send(card, START_CONTACT_VISA);
    expect(toHex(send(card, '80CA9F3600').data)).toBe('9F36020002');
  });

  test('a card is silent on an interface that it does not have', () => {
    const contactOnly = createCard('sda-only', { seed: 1 });
    contactOnly.powerOn('contactless');
    expect(contactOnly.transmit(Uint8Array.of(0, 0xa4, 4, 0))).toBeUndefined();
    const narrowed = createCard('visa-debit', { seed: 1, interface: 'contactless' });
    narrowed.powerOn('contact');
    expect(narrowed.transmit(Uint8Array.of(0, 0xa4, 4, 0))).toBeUndefined();
  });

  test('over T=0, data wait for GET RESPONSE and Le is corrected', () => {
    const card = powered('sda-only', 'contact');
    const { sw } = send(card, SELECT_VISA);
    expect(sw >> 8).toBe(0x61);
    expect(send(card, '00C0000001').sw).toBe(0x6c00 | (sw & 0xff));
    expect(send(card, `00C00000${toHex(Uint8Array.of(sw & 0xff))}`).data.length).toBe(sw & 0xff);
    expect(statusOf(card, '00C0000001')).toBe('6985');
    send(card, START_CONTACT_VISA);
    const corrected = send(card, '00B2010C00').sw;
    expect(corrected >> 8).toBe(0x6c);
    expect(statusOf(card, `00B2010C${toHex(Uint8Array.of(corrected & 0xff))}`)).toBe('9000');
  });
});

describe('any bytes', () => {
  const commandLike = fc
    .record({
      cla: fc.constantFrom(0x00, 0x80, 0x84, 0x90),
      ins: fc.constantFrom(0x16, 0x18, 0x1e, 0x20, 0x82, 0x88, 0xa4, 0xa8, 0xae, 0xb2, 0xc0, 0xca, 0xda),
      p1: fc.constantFrom(0x00, 0x01, 0x02, 0x04, 0x40, 0x80, 0x90, 0x9f, 0xff),
      p2: fc.constantFrom(0x00, 0x02, 0x0c, 0x14, 0x1c, 0x36, 0xff),
      data: fc.uint8Array({ maxLength: 64 }),
    })
    .map(({ cla, ins, p1, p2, data }) => Uint8Array.of(cla, ins, p1, p2, data.length, ...data, 0));
  const valid = fc
    .constantFrom(PSE, PPSE, SELECT_VISA, START_CONTACT_VISA, START_CONTACT, FIRST_AC, START_QVSDC, '00B2010C00')
    .map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
  const commands = fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), commandLike, valid), { maxLength: 12 });

  test('never throws, and a powered card answers 2 to 258 bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cardNames),
        fc.constantFrom<CardInterface>('contact', 'contactless'),
        commands,
        (name, on, sequence) => {
          const card = createCard(name, { seed: 1 });
          card.powerOn(on);
          for (const command of sequence) {
            const response = card.transmit(command);
            if (response === undefined) expect(card.interface).not.toBe(on);
            else expect(response.length >= 2 && response.length <= 258).toBe(true);
          }
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('determinism', () => {
  const run = (name: string, seed: number): string => {
    const card = createCard(name, { seed });
    card.powerOn('contactless');
    return [SELECT_VISA, START_QVSDC].map((command) => toHex(send(card, command).data)).join();
  };
  test('the same seed, the same bytes; another seed, another dynamic number', () => {
    expect(run('visa-debit', 1)).toBe(run('visa-debit', 1));
    expect(run('visa-debit', 1)).not.toBe(run('visa-debit', 2));
  });

  test('the counter rises with every transaction', () => {
    const card = createCard('visa-debit', { seed: 1 });
    for (let atc = 1; atc <= 3; atc += 1) {
      card.powerOn('contactless');
      send(card, SELECT_VISA);
      expect(toHex(send(card, START_QVSDC).data)).toContain(`9F3602${toHex(unsignedToBytes(atc, 2))}`);
    }
  });
});
