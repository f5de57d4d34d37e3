/** A PN532 as the antenna of a card: bytes as the user manual UM0701-02 and real front ends show them. */
import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FIELD } from '../../src/board/cardBoard.js';
import { Pn532Field } from '../../src/cardFrontEnd/pn532Field.js';
import { encodeFrame } from '../../src/frontEnd/pn532Frame.js';
import { ACK, frameFromPn532, ScriptedUart, type ScriptedUartOptions } from './scriptedUart.js';

const WAKE = ['5555 0000000000000000000000000000 0000FF03FDD414011700', `${ACK} 0000FF02FED5151600`] as const;
const PARAMETERS = ['0000FF03FDD412 34 E600', `${ACK} 0000FF02FED5131800`] as const;
const RANDOM = 'A1B2C3';
const TARGET = `8C 05 0400 ${RANDOM} 20 ${'00'.repeat(30)}`;
const GET = ['0000FF02FED4 86 A600', ACK] as const;
const RATS = '8D 08 E080';
const SELECT = '00A404000E325041592E5359532E444446303100';

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.replaceAll(' ', '')) as Uint8Array;
}
const frameOf = (body: string): string => toHex(encodeFrame(bytesOf(body)));
/** Written, and answered at once with that. */
const asked = (body: string, answer = ''): readonly [string, string] => [
  frameOf(body),
  answer === '' ? ACK : `${ACK}${frameFromPn532(answer)}`,
];
const START = [WAKE, PARAMETERS, asked(TARGET)] as const;

function fieldWith(script: readonly (readonly [string, string])[], options?: ScriptedUartOptions) {
  const uart = new ScriptedUart(script, options);
  const field = new Pn532Field(uart, uart.clock, (length) => bytesOf(RANDOM).slice(0, length));
  return { uart, field };
}
/** Takes what is there; a millisecond passes with each look. */
function take(field: Pn532Field, uart: ScriptedUart, looks = 60): (Uint8Array | undefined)[] {
  const events: (Uint8Array | undefined)[] = [];
  for (let i = 0; i < looks; i += 1) {
    const event = field.receive();
    if (event !== undefined) events.push(event);
    uart.nowMs += 1;
  }
  return events;
}

test.each([1, 2, 7, 256])('a reader comes, asks, gets its answer and goes; %i bytes a read', (readLength) => {
  const { uart, field } = fieldWith([...START, GET, asked('8E 6F00 9000', '8F 00'), GET, asked(TARGET)], {
    readLength,
  });
  expect(take(field, uart)).toEqual([]);
  expect(field.power()).toBe(FIELD.none);
  uart.come(frameFromPn532(RATS));
  expect(take(field, uart)).toEqual([]);
  expect(field.power()).toBe(FIELD.contactless);
  uart.come(frameFromPn532(`87 00 ${SELECT}`));
  expect(take(field, uart)).toEqual([bytesOf(SELECT)]);
  field.send(bytesOf('6F009000'));
  expect(take(field, uart)).toEqual([]);
  uart.come(frameFromPn532('87 29'));
  expect(take(field, uart)).toEqual([NO_BYTES]);
  expect(field.power()).toBe(FIELD.none);
  uart.expectUsedUp();
});

test.each([
  ['released', '87 29'],
  ['field off', '87 31'],
  ['a status cut off', '87'],
  ['gone while it was answered', '8F 29'],
])('the reader is gone: %s', (_, answer) => {
  const isSending = answer.startsWith('8F');
  const sent = isSending ? [asked('8E 9000', answer)] : [];
  const { uart, field } = fieldWith([...START, GET, ...sent, asked(TARGET)]);
  take(field, uart);
  uart.come(frameFromPn532(RATS));
  take(field, uart);
  uart.come(isSending ? frameFromPn532('87 00 00') : frameFromPn532(answer));
  if (isSending) {
    expect(take(field, uart)).toEqual([Uint8Array.of(0)]);
    field.send(bytesOf('9000'));
  }
  expect(take(field, uart)).toEqual([NO_BYTES]);
  uart.expectUsedUp();
});

test('a reader of other cards, or at another speed, is not answered', () => {
  const { uart, field } = fieldWith([...START, asked(TARGET), asked(TARGET), asked(TARGET), GET]);
  take(field, uart);
  for (const other of ['8D 00 3000', '8D 04 D400', '8D 18 E080']) {
    uart.come(frameFromPn532(other));
    expect(take(field, uart)).toEqual([]);
    expect(field.power()).toBe(FIELD.none);
  }
  uart.come(frameFromPn532(RATS));
  take(field, uart);
  expect(field.power()).toBe(FIELD.contactless);
  uart.expectUsedUp();
});

test('a command in parts is one; one that is too long is cut, and one without bytes is no end of the field', () => {
  const part = `87 40 ${'11'.repeat(200)}`;
  const { uart, field } = fieldWith([...START, ...Array(6).fill(GET), asked('8E 6700', '8F 00'), GET]);
  take(field, uart);
  uart.come(frameFromPn532(RATS));
  take(field, uart);
  for (let parts = 0; parts < 5; parts += 1) {
    uart.come(frameFromPn532(part));
    expect(take(field, uart)).toEqual([]);
  }
  uart.come(frameFromPn532('87 00 22'));
  expect(take(field, uart)).toEqual([new Uint8Array(512).fill(0x11)]);
  field.send(bytesOf('6700'));
  take(field, uart);
  uart.come(frameFromPn532('87 00'));
  expect(take(field, uart)).toEqual([Uint8Array.of(0)]);
  uart.expectUsedUp();
});

test('the longest response goes out whole, and one that nobody asked for does not', () => {
  const response = '5A'.repeat(256);
  const { uart, field } = fieldWith([...START, GET, asked(`8E ${response} 9000`, '8F 00'), GET]);
  field.send(bytesOf('9000'));
  take(field, uart);
  field.send(bytesOf('9000'));
  uart.come(frameFromPn532(RATS));
  take(field, uart);
  uart.come(frameFromPn532('87 00 00B0000000'));
  take(field, uart);
  field.send(bytesOf(`${response}9000`));
  field.send(bytesOf('9000'));
  take(field, uart);
  uart.expectUsedUp();
});

test('a front end that is not there is woken again and again, and says when', () => {
  const { uart, field } = fieldWith([[WAKE[0], ''], [WAKE[0], ''], ...START]);
  expect(field.waitMs()).toBe(0);
  field.receive();
  expect(field.waitMs()).toBe(250);
  take(field, uart, 250);
  field.receive();
  expect(field.waitMs()).toBe(200);
  take(field, uart, 1_000);
  expect(field.waitMs()).toBeGreaterThan(58_000);
  uart.expectUsedUp();
});

test('a front end that lost its power is told after a minute', () => {
  const { uart, field } = fieldWith([...START, WAKE, PARAMETERS, asked(TARGET), GET]);
  take(field, uart);
  uart.nowMs += 60_000;
  take(field, uart, 300);
  uart.come(frameFromPn532(RATS));
  take(field, uart);
  expect(field.power()).toBe(FIELD.contactless);
  uart.expectUsedUp();
});

test('a line that fails during a tap ends the field for the script', () => {
  const { uart, field } = fieldWith([...START, [GET[0], '']]);
  take(field, uart);
  uart.come(frameFromPn532(RATS));
  expect(take(field, uart, 300)).toEqual([NO_BYTES]);
  expect(field.power()).toBe(FIELD.none);
});

test('whatever comes, it neither throws nor hangs, and stays as large as it is', () => {
  const plausible = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ minLength: 1, maxLength: 264 }).map((body) => bytesOf(frameFromPn532(toHex(body)))),
    fc.constantFrom(ACK, '0000FFFF0000', '0000FF01FF7F8100', WAKE[1].slice(ACK.length)).map((hex) => bytesOf(hex)),
    fc
      .constantFrom('15', '13', RATS, '87 00 00', '87 40 11', '87 29', '8F 00')
      .map((body) => bytesOf(frameFromPn532(body))),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(plausible, fc.nat({ max: 70_000 })), { maxLength: 40 }), (comings) => {
      const waiting: Uint8Array[] = [];
      let nowMs = 0;
      const uart = { write: () => true, read: () => waiting.shift() ?? new Uint8Array(0) };
      const field = new Pn532Field(uart, { uptimeMs: () => nowMs }, (length) => new Uint8Array(length));
      for (const [bytes, ms] of comings) {
        waiting.push(bytesOf(ACK), bytes);
        nowMs += ms % 7 === 0 ? ms : 1;
        for (let event = field.receive(); event !== undefined; event = field.receive()) {
          expect(event.length).toBeLessThanOrEqual(512);
          if (event.length > 0) field.send(Uint8Array.of(0x90, 0x00));
        }
        expect(field.waitMs()).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});
