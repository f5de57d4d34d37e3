/** The firmware's end of a slot: T=0. EMV 4.4 Book 1 §9.2.2, §9.3. */
import { NO_BYTES } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { CARDS } from '../../src/board/board.js';
import { ATR_T0, activated, bytesOf, exchanged, READ, received, type Script, SELECT } from './contactSlotScript.js';
import type { ScriptedContactLine } from './scriptedContactLine.js';

describe('T=0', () => {
  const all = (answer: string): Script => [
    ['00A4040005', 'A4'],
    ['A000000003', answer],
  ];

  test.each<[string, string, Script, string]>([
    ['case 1', '00A40400', [['00A4040000', '9000']], '9000'],
    ['case 2', '00B2010C02', [['00B2010C02', 'B2 7000 9000']], '70009000'],
    ['case 2, 256 bytes', READ, [[READ, `B2 ${'55'.repeat(256)} 9000`]], `${'55'.repeat(256)}9000`],
    ['case 2, wrong length', READ, [[READ, '6C 13']], '6C13'],
    ['case 3', SELECT, all('9000'), '9000'],
    ['case 4: Le is not sent', `${SELECT}00`, all('6113'), '6113'],
    ['a status before the data', SELECT, [['00A4040005', '6A82']], '6A82'],
    ['more time', '00B2010C02', [['00B2010C02', '60 60 B2 70 00 60 9000']], '70009000'],
    ['byte by byte in', '00B2010C02', [['00B2010C02', '4D 70 60 4D 00 9000']], '70009000'],
    ['one byte, then all', '00B2010C03', [['00B2010C03', '4D 70 B2 01 00 9000']], '7001009000'],
    [
      'byte by byte out',
      '00A4040002A000',
      [
        ['00A4040002', '5B'],
        ['A0', '5B'],
        ['00', '9000'],
      ],
      '9000',
    ],
    [
      'one byte out, then all',
      '00A4040003A00000',
      [
        ['00A4040003', '5B'],
        ['A0', 'A4'],
        ['0000', '9000'],
      ],
      '9000',
    ],
    ['data like procedure bytes', '00B2010C03', [['00B2010C03', 'B2 60 61 90 9000']], '6061909000'],
  ])('%s', (_, command, script, response) => {
    for (const readLength of [1, 3, 264]) {
      const { line, port } = activated([ATR_T0], script, readLength);
      expect(exchanged(port, command)).toBe(response);
      expect(port.poll()).toBe(CARDS.one);
      line.expectUsedUp();
    }
  });

  test.each<[string, string, Script]>([
    ['a procedure byte that is none', READ, [[READ, '33']]],
    ['INS with a programming voltage', READ, [[READ, 'B3']]],
    ['data that nobody asked for', '00A40400', [['00A4040000', 'A4']]],
    ['data again', '00B2010C01', [['00B2010C01', 'B2 70 B2']]],
    [
      'more data wanted than there are',
      SELECT,
      [
        ['00A4040005', 'A4'],
        ['A000000003', 'A4'],
      ],
    ],
  ])('%s: the card loses its power', (_, command, script) => {
    const { line, port } = activated([ATR_T0], script);
    expect(exchanged(port, command)).toBe('');
    expect(line.done.at(-1)).toBe('powerOff');
    expect(received(port)).toBe('');
  });

  test('the work waiting time, and not less, ends it', () => {
    const { line, port } = activated(['3B F0 12 00 00 50 00 02'], [[READ, 'B2']]);
    expect(line.done.at(-1)).toBe('T=0 186 12');
    port.transmit(bytesOf(READ));
    line.etu = (960 * 2 + 480) * 2;
    expect(port.receive()).toBeUndefined();
    line.etu += 1;
    expect(port.receive()).toEqual(NO_BYTES);
  });

  test('parity that stays wrong, and a card that is pulled, end it', () => {
    for (const happen of [
      (line: ScriptedContactLine) => (line.hasDamage = true),
      (line: ScriptedContactLine) => (line.isPresent = false),
    ]) {
      const { line, port } = activated([ATR_T0], [[READ, 'B2 70']]);
      port.transmit(bytesOf(READ));
      expect(port.receive()).toBeUndefined();
      happen(line);
      expect(port.receive()).toEqual(NO_BYTES);
      expect(line.done.at(-1)).toBe('powerOff');
    }
  });

  test('a character whose parity stays wrong is no SW1, though the card repeats it once more', () => {
    const { line, port } = activated([ATR_T0], [[SELECT.slice(0, 10), '6A 6A']]);
    port.transmit(bytesOf(SELECT));
    line.hasDamage = true;
    expect(received(port)).toBe('');
  });

  test('a line that still sends gets the bytes later', () => {
    const { line, port } = activated([ATR_T0], [['00B2010C02', 'B2 7000 9000']]);
    line.hasRoom = false;
    port.transmit(bytesOf('00B2010C02'));
    expect(port.receive()).toBeUndefined();
    line.hasRoom = true;
    expect(received(port)).toBe('70009000');
  });

  test('what the card said is erased', () => {
    const { line, port } = activated([ATR_T0], [['00B2010C04', 'B2 70025A01 9000']]);
    exchanged(port, '00B2010C04');
    expect(line.handedOver.flatMap((bytes) => [...bytes]).slice(4)).toEqual(new Array(7).fill(0));
  });
});
