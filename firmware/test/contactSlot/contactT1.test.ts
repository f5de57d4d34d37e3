/** The firmware's end of a slot: T=1. EMV 4.4 Book 1 §9.2.4. */
import { describe, expect, test } from 'vitest';
import { CARDS } from '../../src/board/board.js';
import {
  ATR_T1,
  activated,
  block,
  bytesOf,
  exchanged,
  IFS,
  READ,
  received,
  type Script,
  SELECT,
} from './contactSlotScript.js';

describe('T=1', () => {
  const LONG = 'AB'.repeat(300);

  test.each<[string, string, Script, string]>([
    ['one block each way', `${SELECT}00`, [[block('00', `${SELECT}00`), block('00', '6F009000')]], '6F009000'],
    [
      'sequence numbers go on',
      READ,
      [
        [block('00', READ), block('20', '7001')],
        [block('90'), block('40', 'AA9000')],
      ],
      '7001AA9000',
    ],
    [
      'more time',
      READ,
      [
        [block('00', READ), block('C3', '02')],
        [block('E3', '02'), block('00', '9000')],
      ],
      '9000',
    ],
    [
      'a wrong check is asked for again',
      READ,
      [
        [block('00', READ), '00 00 02 9000 00'],
        [block('81'), block('00', '9000')],
      ],
      '9000',
    ],
    [
      'the card asks for the block again',
      READ,
      [
        [block('00', READ), block('81')],
        [block('00', READ), block('00', '9000')],
      ],
      '9000',
    ],
    [
      'the card asks for the end of what it got again',
      READ,
      [
        [block('00', READ), block('20', '70')],
        [block('90'), block('92')],
        [block('90'), block('40', '9000')],
      ],
      '709000',
    ],
    [
      'a wrong sequence number',
      READ,
      [
        [block('00', READ), block('40', '9000')],
        [block('82'), block('00', '9000')],
      ],
      '9000',
    ],
    [
      'an acknowledgement of nothing',
      READ,
      [
        [block('00', READ), block('90')],
        [block('82'), block('00', '9000')],
      ],
      '9000',
    ],
  ])('%s', (_, command, script, response) => {
    for (const readLength of [1, 5, 264]) {
      const { line, port } = activated([ATR_T1], [IFS, ...script], readLength);
      expect(exchanged(port, command)).toBe(response);
      expect(port.poll()).toBe(CARDS.one);
      line.expectUsedUp();
    }
  });

  test('the next command goes on with the sequence numbers', () => {
    const script: Script = [
      IFS,
      [block('00', READ), block('00', '9000')],
      [block('40', READ), block('40', '6A83')],
      [block('00', READ), block('00', '6A83')],
    ];
    const { line, port } = activated([ATR_T1], script);
    for (const response of ['9000', '6A83', '6A83']) expect(exchanged(port, READ)).toBe(response);
    line.expectUsedUp();
  });

  test('a command that is longer than the card takes is chained; a changed size is used', () => {
    const atr = '3B E0 00 00 81 31 10 45 05';
    const command = `00DA000020${'11'.repeat(32)}`;
    const script: Script = [
      IFS,
      [block('20', command.slice(0, 32)), block('90')],
      [block('60', command.slice(32, 64)), block('C1', '20')],
      [block('E1', '20'), block('80')],
      [block('00', command.slice(64)), block('00', '9000')],
    ];
    const { line, port } = activated([atr], script);
    expect(exchanged(port, command)).toBe('9000');
    line.expectUsedUp();
  });

  test.each<[string, Script]>([
    [
      'three blocks that are not understood',
      [
        [block('00', READ), '00 00 02 9000 00'],
        [block('81'), '00 00 02 9000 00'],
        [block('81'), '00 00 02 9000 00'],
      ],
    ],
    [
      'the card never understands',
      [
        [block('00', READ), block('81')],
        [block('00', READ), block('81')],
        [block('00', READ), block('81')],
      ],
    ],
    ['an abort', [[block('00', READ), block('C2')]]],
    [
      'more than a response APDU',
      [
        [block('00', READ), block('20', LONG.slice(0, 508))],
        [block('90'), block('40', LONG.slice(0, 10))],
      ],
    ],
    [
      'supervisory blocks that only a terminal may send',
      [
        [block('00', READ), block('C0')],
        [block('82'), block('E3', '01')],
        [block('82'), block('C3', '00')],
      ],
    ],
    [
      'a block size that is none',
      [
        [block('00', READ), block('C1', '0F')],
        [block('82'), block('C1', '00')],
        [block('82'), block('C1', 'FF')],
      ],
    ],
    [
      'another address',
      [
        [block('00', READ), '12 00 02 9000 80'],
        [block('81'), '12 00 02 9000 80'],
        [block('81'), '12 00 02 9000 80'],
      ],
    ],
  ])('%s: the card loses its power', (_, script) => {
    const { line, port } = activated([ATR_T1], [IFS, ...script]);
    expect(exchanged(port, READ)).toBe('');
    expect(line.done.at(-1)).toBe('powerOff');
    line.expectUsedUp();
  });

  test('a block that ends early is asked for after the character waiting time', () => {
    const { line, port } = activated(
      [ATR_T1],
      [IFS, [block('00', READ), '00 00 02 90'], [block('82'), block('00', '9000')]],
    );
    port.transmit(bytesOf(READ));
    expect(port.receive()).toBeUndefined();
    line.etu = 11 + 32 + 4 + 11;
    expect(port.receive()).toBeUndefined();
    line.etu += 1;
    expect(received(port)).toBe('9000');
  });

  test('a block with a length that none has is let go by', () => {
    const flood = `00 00 FF ${'00'.repeat(400)}`;
    const { line, port } = activated([ATR_T1], [IFS, [block('00', READ), flood], [block('82'), block('00', '9000')]]);
    port.transmit(bytesOf(READ));
    for (let steps = 0; steps < 5; steps += 1) expect(port.receive()).toBeUndefined();
    line.etu = 100;
    expect(received(port)).toBe('9000');
  });

  test('the block waiting time, longer when the card asked for it', () => {
    const { line, port } = activated(
      [ATR_T1],
      [IFS, [block('00', READ), block('C3', '02')], [block('E3', '02'), ''], [block('82'), block('00', '9000')]],
    );
    const limit = 11 + 960 * 17 + 11;
    port.transmit(bytesOf(READ));
    expect(port.receive()).toBeUndefined();
    line.etu = 2 * limit;
    expect(port.receive()).toBeUndefined();
    line.etu += 1;
    expect(received(port)).toBe('9000');
    line.expectUsedUp();
  });

  test('wrong parity is a block that is not understood', () => {
    const { line, port } = activated([ATR_T1], [IFS, [block('00', READ), ''], [block('81'), block('00', '9000')]]);
    port.transmit(bytesOf(READ));
    line.hasDamage = true;
    line.come(block('00', '9000'));
    expect(received(port)).toBe('9000');
    line.expectUsedUp();
  });

  test('a card that refuses the size of blocks is not used', () => {
    const { line, port } = activated(
      [ATR_T1],
      [
        [block('C1', 'FE'), block('E1', '20')],
        [block('C1', 'FE'), block('E1', '20')],
        [block('C1', 'FE'), block('E1', '20')],
      ],
    );
    expect(port.poll()).toBe(CARDS.none);
    expect(line.done.at(-1)).toBe('powerOff');
    line.expectUsedUp();
  });
});
