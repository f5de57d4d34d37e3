import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CARDS } from '../../src/board/board.js';
import { Pn532CardPort } from '../../src/frontEnd/pn532CardPort.js';
import { decodeFrame, encodeFrame, FRAME_BYTES_MAX } from '../../src/frontEnd/pn532Frame.js';
import { ACK, frameFromPn532, ScriptedUart, type ScriptedUartOptions } from './scriptedUart.js';

// Bytes as the user manual UM0701-02 shows them.
const WAKE = ['5555 0000000000000000000000000000 0000FF03FDD414011700', `${ACK} 0000FF02FED5151600`] as const;
const RETRIES = ['0000FF06FAD43205FF0100F500', `${ACK} 0000FF02FED533F800`] as const;
const NO_B = ['0000FF05FBD44A020300DD00', `${ACK} 0000FF03FDD54B00E000`] as const;
const NO_A = ['0000FF04FCD44A0200E000', `${ACK} 0000FF03FDD54B00E000`] as const;
const CARD_A = '4B 01 01 0004 20 04 DEADBEEF 06 7880 7002 A5';
const CARD_B = '4B 01 01 50 11223344 00000000 00 8181 01 00';
const FIELD_OFF = ['0000FF04FCD4320100F900', `${ACK} 0000FF02FED533F800`] as const;
const SELECT = '00A404000E325041592E5359532E444446303100';

function aCard(answer: string): readonly [string, string] {
  return [NO_A[0], `${ACK}${frameFromPn532(answer)}`];
}
function bCard(answer: string): readonly [string, string] {
  return [NO_B[0], `${ACK}${frameFromPn532(answer)}`];
}
function exchange(body: string, answer: string): readonly [string, string] {
  return [toHex(encodeFrame(bytesOf(`40${body}`))), `${ACK}${frameFromPn532(`41${answer}`)}`];
}
function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.replaceAll(' ', '')) as Uint8Array;
}
function portWith(script: readonly (readonly [string, string])[], options?: ScriptedUartOptions) {
  const uart = new ScriptedUart(script, options);
  return { uart, port: new Pn532CardPort(uart, uart.clock) };
}
/** Polls until there is a card to tell of, a millisecond each time. */
function pollFor(port: Pn532CardPort, uart: ScriptedUart, polls = 50): number {
  let cards: number = CARDS.looking;
  for (let i = 0; i < polls; i += 1) {
    cards = port.poll();
    if (cards === CARDS.one || cards === CARDS.several) return cards;
    uart.nowMs += 1;
  }
  return cards;
}
function receiveFor(port: Pn532CardPort, uart: ScriptedUart, steps = 7_000): Uint8Array | undefined {
  for (let i = 0; i < steps; i += 1) {
    const response = port.receive();
    if (response !== undefined) return response;
    uart.nowMs += 1;
  }
  return undefined;
}

test.each([1, 2, 3, 5, 7, 256])('one card of type A, one APDU, field off; %i bytes a read', (readLength) => {
  const { uart, port } = portWith(
    [WAKE, RETRIES, NO_B, aCard(CARD_A), exchange(`01${SELECT}`, '00 6F00 9000'), FIELD_OFF],
    { readLength },
  );
  expect(pollFor(port, uart)).toBe(CARDS.one);
  port.transmit(bytesOf(SELECT));
  expect(receiveFor(port, uart)).toEqual(bytesOf('6F009000'));
  port.release();
  uart.expectUsedUp();
});

test('an answer may be cut anywhere', () => {
  const [sent, answer] = exchange(`01${SELECT}`, '00 6F00 9000');
  for (let cut = 0; cut <= answer.length; cut += 2) {
    const { uart, port } = portWith([WAKE, RETRIES, NO_B, aCard(CARD_A), [sent, answer.slice(0, cut)]]);
    expect(pollFor(port, uart)).toBe(CARDS.one);
    port.transmit(bytesOf(SELECT));
    // What is left may be no more than the postamble.
    const early = port.receive();
    uart.come(answer.slice(cut));
    expect(early ?? port.receive()).toEqual(bytesOf('6F009000'));
  }
});

test('without a card it looks for one type, then the other, again and again', () => {
  const { uart, port } = portWith([WAKE, RETRIES, NO_B, NO_A, NO_B, NO_A, NO_B, aCard(CARD_A)]);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  uart.expectUsedUp();
});

test('what it found is told until it has looked again', () => {
  const two = aCard('4B 02 01 0004 20 04 DEADBEEF 02 78 02 0004 20 04 CAFEBABE 02 78');
  const { uart, port } = portWith([WAKE, RETRIES, NO_B, two, NO_B, NO_A, NO_B, aCard(CARD_A)]);
  const told: number[] = [];
  while (told.at(-1) !== CARDS.one) told.push(port.poll());
  const { looking, several, none, one } = CARDS;
  expect(told.filter((cards, at) => cards !== told[at - 1])).toEqual([looking, several, looking, none, looking, one]);
  uart.expectUsedUp();
});

test('a card of type B is listed again once it is known to be alone', () => {
  const { uart, port } = portWith([WAKE, RETRIES, bCard(CARD_B), NO_A, bCard(CARD_B), exchange('0100', '00 9000')]);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  expect(port.cardsInField()).toEqual(bytesOf('0204 11223344'));
  port.transmit(bytesOf('00'));
  expect(receiveFor(port, uart)).toEqual(bytesOf('9000'));
  uart.expectUsedUp();
});

test.each([
  [
    'two of type A',
    [NO_B, aCard('4B 02 01 0004 20 04 DEADBEEF 02 78 02 0004 20 04 CAFEBABE 02 78')],
    '0104 DEADBEEF 0104 CAFEBABE',
  ],
  [
    'two of type B',
    [bCard('4B 02 01 50 11223344 00000000 008181 01 00 02 50 55667788 00000000 008181 01 01'), NO_A],
    '0204 11223344 0204 55667788',
  ],
  [
    'two of each type',
    [
      bCard('4B 02 01 50 11223344 00000000 008181 01 00 02 50 55667788 00000000 008181 01 01'),
      aCard('4B 02 01 0004 20 0A 0102030405060708090A 02 78 02 0004 08 04 CAFEBABE'),
    ],
    '0204 11223344 0204 55667788 010A 0102030405060708090A 0104 CAFEBABE',
  ],
  ['one of each type', [bCard(CARD_B), aCard(CARD_A)], '0204 11223344 0104 DEADBEEF'],
  [
    'a payment card and a ticket',
    [bCard(CARD_B), aCard('4B 01 01 0004 08 04 DEADBEEF')],
    '0204 11223344 0104 DEADBEEF',
  ],
  ['one that is cut', [bCard(CARD_B), aCard('4B 01 01 0004 08 04 DEAD')], '0204 11223344'],
  ['one that is too long', [bCard(CARD_B), aCard(`4B 01 01 0004 08 0B ${'11'.repeat(11)}`)], '0204 11223344'],
])('several cards: %s', (_, looks, identifiers) => {
  const { uart, port } = portWith([WAKE, RETRIES, ...looks, FIELD_OFF]);
  expect(pollFor(port, uart)).toBe(CARDS.several);
  expect(port.cardsInField()).toEqual(bytesOf(identifiers));
  port.release();
  uart.expectUsedUp();
});

test('a card that is no payment card is looked past', () => {
  const ticket = aCard('4B 01 01 0004 08 04 DEADBEEF');
  const { uart, port } = portWith([WAKE, RETRIES, NO_B, ticket, NO_B, aCard(CARD_A)]);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  uart.expectUsedUp();
});

test('a long command and a long response go in parts of 262 bytes', () => {
  const command = '11'.repeat(262) + '22'.repeat(38);
  const { uart, port } = portWith([
    WAKE,
    RETRIES,
    NO_B,
    aCard(CARD_A),
    exchange(`41${'11'.repeat(262)}`, '00'),
    exchange(`01${'22'.repeat(38)}`, `40${'33'.repeat(262)}`),
    exchange('01', `00${'44'.repeat(40)}`),
  ]);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  port.transmit(bytesOf(command));
  expect(receiveFor(port, uart)).toEqual(bytesOf('33'.repeat(262) + '44'.repeat(40)));
  uart.expectUsedUp();
});

test('a card that chains for ever is given up', () => {
  const part = exchange('01', '40 33');
  const { uart, port } = portWith([
    WAKE,
    RETRIES,
    NO_B,
    aCard(CARD_A),
    exchange('0100', '40 33'),
    ...Array(15).fill(part),
  ]);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  port.transmit(bytesOf('00'));
  expect(receiveFor(port, uart)).toEqual(NO_BYTES);
  uart.expectUsedUp();
});

test.each([
  ['time-out of the card', frameFromPn532('4101')],
  ['a status cut off', frameFromPn532('41')],
  ['an application error', '0000FF01FF7F8100'],
])('%s: the card is gone', (_, answer) => {
  const [sent] = exchange('0100', '');
  const { uart, port } = portWith([WAKE, RETRIES, NO_B, aCard(CARD_A), [sent, `${ACK}${answer}`], NO_B, aCard(CARD_A)]);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  port.transmit(bytesOf('00'));
  expect(receiveFor(port, uart)).toEqual(NO_BYTES);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  uart.expectUsedUp();
});

test('a damaged answer is asked for again, the command never', () => {
  const [sent, answer] = exchange('0100', '00 9000');
  const damaged = answer.replace('9000', '9100');
  const nack = '0000FFFF0000';
  const { uart, port } = portWith([
    WAKE,
    RETRIES,
    NO_B,
    aCard(CARD_A),
    [sent, damaged],
    [nack, answer.slice(ACK.length)],
  ]);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  port.transmit(bytesOf('00'));
  expect(receiveFor(port, uart)).toEqual(bytesOf('9000'));
  uart.expectUsedUp();
});

test.each([
  ['no acknowledgement', '', 250],
  ['no answer', ACK, 6_000],
])('%s: the card is gone after a while, and not before', (_, answer, afterMs) => {
  const [sent] = exchange('0100', '');
  const { uart, port } = portWith([WAKE, RETRIES, NO_B, aCard(CARD_A), [sent, answer]]);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  port.transmit(bytesOf('00'));
  const sinceMs = uart.nowMs;
  expect(receiveFor(port, uart)).toEqual(NO_BYTES);
  expect(uart.nowMs - sinceMs).toBe(afterMs);
});

test('a front end that is not there is woken again and again', () => {
  const { uart, port } = portWith([[WAKE[0], ''], [WAKE[0], ''], WAKE, RETRIES, NO_B, aCard(CARD_A)]);
  expect(pollFor(port, uart, 1_000)).toBe(CARDS.one);
  expect(uart.nowMs).toBeGreaterThanOrEqual(2 * (250 + 200));
  uart.expectUsedUp();
});

test('release gives up what runs, switches the field off, and the next card starts afresh', () => {
  const [sent] = exchange('0100', '');
  const { uart, port } = portWith([
    WAKE,
    RETRIES,
    NO_B,
    aCard(CARD_A),
    [sent, ACK],
    [ACK, ''],
    FIELD_OFF,
    NO_B,
    aCard(CARD_A),
  ]);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  port.transmit(bytesOf('00'));
  expect(port.receive()).toBeUndefined();
  port.release();
  port.release();
  const sinceMs = uart.nowMs;
  expect(pollFor(port, uart)).toBe(CARDS.one);
  expect(uart.nowMs - sinceMs).toBeGreaterThanOrEqual(10);
  uart.expectUsedUp();
});

test('release before the first card writes nothing', () => {
  const { uart, port } = portWith([]);
  port.release();
  uart.expectUsedUp();
});

test('a full queue is tried again', () => {
  const { uart, port } = portWith([WAKE, RETRIES, NO_B, aCard(CARD_A)]);
  uart.hasRoom = false;
  expect(pollFor(port, uart, 20)).toBe(CARDS.looking);
  uart.hasRoom = true;
  expect(pollFor(port, uart)).toBe(CARDS.one);
  uart.expectUsedUp();
});

test('the bytes of a card are erased once they were handed on', () => {
  const [sent, answer] = exchange('0100', `00 70 ${'5A'.repeat(60)} 9000`);
  const { uart, port } = portWith([WAKE, RETRIES, NO_B, aCard(CARD_A), [sent, answer], FIELD_OFF]);
  expect(pollFor(port, uart)).toBe(CARDS.one);
  port.transmit(bytesOf('00'));
  expect(receiveFor(port, uart)?.length).toBe(63);
  port.release();
  for (const bytes of uart.handedOver) expect(bytes.every((byte) => byte === 0)).toBe(true);
  const line = JSON.stringify(port, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value));
  expect(line).not.toContain('5A5A');
});

test('whatever comes, it neither throws nor hangs, and stays as large as it is', () => {
  const plausible = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ minLength: 1, maxLength: 264 }).map((body) => bytesOf(frameFromPn532(toHex(body)))),
    fc.constantFrom(ACK, '0000FFFF0000', '0000FF01FF7F8100', WAKE[1], RETRIES[1], NO_A[1]).map(bytesOf),
    fc.constantFrom(CARD_A, CARD_B, '4B02', '4B', '41', '4100', '4140').map((body) => bytesOf(frameFromPn532(body))),
  );
  const act = fc.constantFrom('poll', 'transmit', 'receive', 'release', 'full', 'room');
  fc.assert(
    fc.property(fc.array(fc.tuple(act, plausible, fc.nat({ max: 400 })), { maxLength: 40 }), (acts) => {
      let waiting: Uint8Array[] = [];
      let hasRoom = true;
      let nowMs = 0;
      const uart = { write: () => hasRoom, read: () => waiting.shift() ?? new Uint8Array(0) };
      const port = new Pn532CardPort(uart, { uptimeMs: () => nowMs });
      for (const [name, bytes, passMs] of acts) {
        waiting = [...waiting, bytes.slice(0, 256), bytes.slice(256)].filter(({ length }) => length > 0);
        nowMs += passMs;
        if (name === 'full' || name === 'room') hasRoom = name === 'room';
        else if (name === 'poll') expect(Object.values(CARDS)).toContain(port.poll());
        else if (name === 'receive') expect(port.receive()?.length ?? 0).toBeLessThanOrEqual(512);
        else if (name === 'transmit') port.transmit(bytes);
        else port.release();
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a decoded frame is one that was encoded, and nothing is lost behind it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 264 }), fc.uint8Array({ maxLength: 8 }), (body, noise) => {
      const frame = bytesOf(frameFromPn532(toHex(body)));
      const before = noise.map((byte) => byte | 1);
      const decoded = decodeFrame(Uint8Array.of(...before, ...frame));
      expect(decoded).toEqual({ kind: 'data', data: body, next: before.length + frame.length - 1 });
      expect(frame.length).toBeLessThanOrEqual(FRAME_BYTES_MAX + 2);
    }),
  );
});

test('decoding always goes on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const frame = decodeFrame(bytes);
      expect(frame.next).toBeLessThanOrEqual(bytes.length);
      if (frame.kind !== 'incomplete') expect(frame.next).toBeGreaterThan(0);
      else expect(bytes.length - frame.next).toBeLessThan(FRAME_BYTES_MAX);
    }),
  );
});
