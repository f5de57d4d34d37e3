/** The firmware's end of a slot, character by character: EMV 4.4 Book 1 §8.4, §9. */
import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { CARDS } from '../src/board/board.js';
import { ContactCardPort } from '../src/contactSlot/contactCardPort.js';
import { ScriptedContactLine } from './scriptedContactLine.js';

const ATR_T0 = '3B 60 00 00';
const ATR_T1 = '3B E0 00 00 81 31 FE 45 EB';
const SELECT = '00A4040005A000000003';
const READ = '00B2010C00';

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.replaceAll(' ', '')) as Uint8Array;
}
/** A block of T=1 with its length and its check. */
function block(pcb: string, information = ''): string {
  const body = [0, ...bytesOf(pcb), bytesOf(information).length, ...bytesOf(information)];
  return toHex(
    Uint8Array.of(
      ...body,
      body.reduce((sum, byte) => sum ^ byte, 0),
    ),
  );
}
const IFS: readonly [string, string] = [block('C1', 'FE'), block('E1', 'FE')];

type Script = readonly (readonly [string, string])[];

function activated(answers: readonly string[], script: Script, readLength?: number) {
  const line = new ScriptedContactLine(answers, script, readLength);
  const port = new ContactCardPort(line, line.clock);
  for (let polls = 0; polls < 60 && port.poll() !== CARDS.one; polls += 1);
  return { line, port };
}
function exchanged(port: ContactCardPort, command: string): string | undefined {
  port.transmit(bytesOf(command));
  return received(port);
}
function received(port: ContactCardPort): string | undefined {
  for (let steps = 0; steps < 300; steps += 1) {
    const response = port.receive();
    if (response !== undefined) return toHex(response);
  }
  return undefined;
}

describe('the answer to reset', () => {
  test.each([1, 2, 3, 33])('T=0, %i bytes a read', (readLength) => {
    const { line, port } = activated([ATR_T0], [], readLength);
    expect(port.poll()).toBe(CARDS.one);
    expect(line.done).toEqual(['reset', 'T=0 372 12']);
    port.release();
    expect(line.done.at(-1)).toBe('powerOff');
  });

  test('a T=1 card is told how long a block may be', () => {
    const { line, port } = activated([ATR_T1], [IFS]);
    expect(port.poll()).toBe(CARDS.one);
    expect(line.done).toEqual(['reset', 'T=1 372 12']);
    line.expectUsedUp();
  });

  test('one that is not allowed gets one warm reset', () => {
    expect(activated(['3B 60 25 00', '3B 60 25 00'], []).line.done).toEqual(['reset', 'reset', 'T=0 372 12']);
  });

  test('after two the card is left alone until it is taken out', () => {
    const { line, port } = activated(['3C', '3C', ATR_T0], []);
    expect(line.done).toEqual(['reset', 'reset', 'powerOff']);
    line.isPresent = false;
    expect(port.poll()).toBe(CARDS.none);
    line.isPresent = true;
    for (let polls = 0; polls < 3; polls += 1) port.poll();
    expect(port.poll()).toBe(CARDS.one);
  });

  test.each([
    ['no character within 42,000 cycles', '', (line: ScriptedContactLine) => (line.etu = 126)],
    ['silence within it', '3B 60', (line: ScriptedContactLine) => (line.etu = 10_081)],
    ['wrong parity', '3B', (line: ScriptedContactLine) => (line.hasDamage = true)],
    ['an answer that takes too long', '3B', (line: ScriptedContactLine) => (line.nowMs = 2_101)],
  ])('%s ends without a warm reset', (_, atr, happen) => {
    const line = new ScriptedContactLine([atr]);
    const port = new ContactCardPort(line, line.clock);
    port.poll();
    port.poll();
    expect(line.done).toEqual(['reset']);
    happen(line);
    port.poll();
    expect(line.done).toEqual(['reset', 'powerOff']);
    expect(port.poll()).toBe(CARDS.none);
  });

  test('silence that is allowed is waited for', () => {
    const line = new ScriptedContactLine(['']);
    const port = new ContactCardPort(line, line.clock);
    port.poll();
    line.etu = 120;
    port.poll();
    line.come('3B 60 00');
    port.poll();
    line.etu = 10_080;
    port.poll();
    line.come('00');
    expect(port.poll()).toBe(CARDS.one);
  });
});

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
