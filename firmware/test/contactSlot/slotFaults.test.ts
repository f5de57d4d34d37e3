/** Cards that go wrong in a slot, and a line that says anything: never a throw, never an end that doesn't come. */
import { fromHex, toHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCard, createTestPki } from '../../../simulator/src/index.js';
import type { SlotStyle } from '../../../simulator/src/machine/slot/slotCard.js';
import type { SlotFault } from '../../../simulator/src/machine/slot/slotFault.js';
import { CARDS, type ContactLinePort } from '../../src/board/board.js';
import { ContactCardPort } from '../../src/contactSlot/contactCardPort.js';
import { echoCard, slotOf } from './slotOf.js';

const READ = fromHex('00B2010C04') as Uint8Array;
const PUT = fromHex('00DA000003010203') as Uint8Array;
const READ_ANSWER = '5A5A5A5A9000';
const ATR_BYTES = { 0: 4, 1: 9 };
/** A T=1 card answers S(IFS request) with five characters before the first command. */
const BEFORE_COMMANDS = { 0: ATR_BYTES[0], 1: ATR_BYTES[1] + 5 };
const GOT_BEFORE_COMMANDS = { 0: 0, 1: 5 };

function slotWith(style: SlotStyle) {
  const slot = slotOf(style);
  slot.place.put(echoCard());
  return slot;
}
function answerTo(style: SlotStyle, command = READ): string | undefined {
  const slot = slotWith(style);
  if (!slot.findCard()) return 'no card';
  const response = slot.exchange(command);
  return response === undefined ? undefined : toHex(response);
}

describe.each([0, 1] as const)('T=%i', (protocol) => {
  const first = BEFORE_COMMANDS[protocol] + 1;
  const styles: readonly SlotStyle[] = [
    { protocol },
    { protocol, isInverse: true },
    { protocol, rate: 2 },
    { protocol, rate: 4, isInverse: true },
    { protocol, isStepwise: true },
    { protocol, waits: 5 },
    { protocol, blockBytes: 16 },
  ];

  test.each(styles)('%j: read, put, read', (style) => {
    const slot = slotWith(style);
    expect(slot.findCard()).toBe(true);
    expect(toHex(slot.exchange(READ) ?? READ)).toBe(READ_ANSWER);
    expect(toHex(slot.exchange(PUT) ?? PUT)).toBe(protocol === 0 ? '6103' : '0102039000');
    expect(toHex(slot.exchange(READ) ?? READ)).toBe(READ_ANSWER);
    expect(slot.card.sent).toBeGreaterThan(first);
  });

  test('the longest command and the longest answer', () => {
    const slot = slotWith({ protocol, blockBytes: 32 });
    slot.findCard();
    const command = Uint8Array.of(0, 0xda, 0, 0, 255, ...new Uint8Array(255).fill(7), 0);
    const response = slot.exchange(command);
    expect(response?.length).toBe(protocol === 0 ? 2 : 257);
    expect(slot.exchange(Uint8Array.of(0, 0xb2, 1, 4, 0))?.length).toBe(258);
  });

  test('a card that is put in later is found, and one that is taken out and put back', () => {
    const slot = slotOf({ protocol });
    expect(slot.findCard(500)).toBe(false);
    slot.place.put(echoCard());
    expect(slot.findCard()).toBe(true);
    slot.place.empty();
    expect(slot.port.poll()).toBe(CARDS.none);
    expect(slot.exchange(READ)?.length).toBe(0);
    slot.place.put(echoCard());
    expect(slot.findCard()).toBe(true);
    expect(toHex(slot.exchange(READ) ?? READ)).toBe(READ_ANSWER);
  });

  test('wrong parity in the answer to reset: the card is not used', () => {
    for (let at = 1; at <= ATR_BYTES[protocol]; at += 1)
      expect(answerTo({ protocol, faults: [{ kind: 'wrongParity', at, times: 1 }] }), `${at}`).toBe('no card');
  });

  test('wrong parity once in any other character: the answer is right all the same', () => {
    const slot = slotWith({ protocol });
    slot.findCard();
    slot.exchange(READ);
    for (let at = first; at <= slot.card.sent; at += 1)
      expect(answerTo({ protocol, faults: [{ kind: 'wrongParity', at, times: 1 }] }), `${at}`).toBe(READ_ANSWER);
  });

  test.each([1, 2, 3, 4])('wrong parity %i times', (times) => {
    const answer = answerTo({ protocol, faults: [{ kind: 'wrongParity', at: first, times }] });
    // T=0 repeats the character, T=1 the block: that one is right.
    expect(answer).toBe(times > 3 && protocol === 0 ? '' : READ_ANSWER);
  });

  test('a card that falls silent, at any character', () => {
    const slot = slotWith({ protocol });
    slot.findCard();
    slot.exchange(READ);
    const last = slot.card.sent;
    for (let at = 1; at <= last; at += 1)
      expect(answerTo({ protocol, faults: [{ kind: 'silent', at }] }), `${at}`).toBe(at < first ? 'no card' : '');
  });

  test('a card that is pulled, at any character, and a good one after it', () => {
    const whole = slotWith({ protocol });
    whole.findCard();
    whole.exchange(READ);
    for (let at = 1; at <= whole.card.sent; at += 1) {
      const slot = slotWith({ protocol, faults: [{ kind: 'pulled', at }] });
      if (slot.findCard(500)) expect(toHex(slot.exchange(READ) ?? READ), `${at}`).toBe('');
      expect(slot.place.isTaken()).toBe(false);
      slot.card.style = { protocol };
      slot.port.release();
      slot.place.put(echoCard());
      expect(slot.findCard()).toBe(true);
      expect(toHex(slot.exchange(READ) ?? READ)).toBe(READ_ANSWER);
    }
  });

  test('any bit of any character changed: an answer, or the card is given up', () => {
    const whole = slotWith({ protocol });
    whole.findCard();
    whole.exchange(READ);
    for (let at = 1; at <= whole.card.sent; at += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const answer = answerTo({ protocol, faults: [{ kind: 'changed', at, mask: 1 << bit }] });
        expect(answer, `${at}.${bit}`).toBeDefined();
        // Its check finds every one.
        if (protocol === 1 && at >= first) expect(answer, `${at}.${bit}`).toBe(READ_ANSWER);
      }
  });
});

test('T=0: a character that the card refuses is sent again, three times', () => {
  for (let at = 1; at <= PUT.length; at += 1)
    for (const times of [1, 2, 3, 4]) {
      const faults: readonly SlotFault[] = [{ kind: 'refuses', at: GOT_BEFORE_COMMANDS[0] + at, times }];
      expect(answerTo({ protocol: 0, faults }, PUT)).toBe(times < 4 ? '6103' : '');
    }
});

test('T=1: a card that aborts is given up', () => {
  expect(answerTo({ protocol: 1, faults: [{ kind: 'aborts' }] })).toBe('');
});

test('a reset answered otherwise when it is warm', () => {
  const style: SlotStyle = { protocol: 0, atr: Uint8Array.of(0x3b, 0x60, 0x25, 0x00) };
  expect(answerTo(style)).toBe(READ_ANSWER);
  expect(answerTo({ ...style, warmAtr: Uint8Array.of(0x3c) })).toBe('no card');
});

test('a payment card behind contacts gives the answers that it gives without', () => {
  const select = fromHex('00A404000E315041592E5359532E4444463031') as Uint8Array;
  const [direct, slot] = [createCard('mastercard', { seed: 1, pki: createTestPki() }), slotOf({ protocol: 1 })];
  direct.powerOn('contact');
  slot.place.put(createCard('mastercard', { seed: 1, pki: createTestPki() }));
  slot.findCard();
  const command = Uint8Array.of(...select, 0);
  expect(slot.exchange(command)).toEqual(direct.transmit(command));
});

/** What a line says on its own: nothing of it is meant. */
function babblingLine(bytes: readonly number[], parts: readonly number[], isDamaged: readonly boolean[]) {
  let at = 0;
  let reads = 0;
  let silence = 0;
  let written = 0;
  const line: ContactLinePort = {
    isCardPresent: () => true,
    reset: () => {},
    powerOff: () => {},
    setTransmission: () => {},
    write(sent) {
      expect(sent.length).toBeLessThanOrEqual(264);
      written += 1;
      return true;
    },
    read() {
      const length = parts[reads % parts.length] ?? 1;
      reads += 1;
      const given = Uint8Array.from(bytes.slice(at, at + length));
      at += given.length;
      silence = given.length === 0 ? silence + 5_000 : 0;
      return given;
    },
    isDamaged: () => isDamaged[reads % isDamaged.length] ?? false,
    silentEtu: () => silence,
  };
  return { line, isUsedUp: () => at >= bytes.length, written: () => written };
}

test('any bytes on the line: no throw, and an end', () => {
  const byte = fc.oneof(
    { weight: 2, arbitrary: fc.nat({ max: 255 }) },
    { weight: 1, arbitrary: fc.constantFrom(0x00, 0x60, 0xb2, 0x4d, 0x90, 0x80, 0x82, 0xc1, 0xc3, 0xfe) },
  );
  const start = fc.constantFrom(
    [],
    [0x3b, 0x60, 0, 0],
    [0x3b, 0xe0, 0, 0, 0x81, 0x31, 0xfe, 0x45, 0xeb],
    [0x3b, 0xe0, 0, 0, 0x81, 0x31, 0xfe, 0x45, 0xeb, 0, 0xe1, 1, 0xfe, 0x1e],
  );
  const flags = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 5 });
  const lengths = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(start, fc.array(byte, { maxLength: 700 }), lengths, flags, (begin, rest, parts, damage) => {
      const { line, written } = babblingLine(
        [...begin, ...rest],
        parts,
        damage.map((each) => each === 0),
      );
      const port = new ContactCardPort(line, { uptimeMs: () => 0 });
      for (let polls = 0; polls < 1_000 && port.poll() !== CARDS.one; polls += 1);
      port.transmit(READ);
      let response: Uint8Array | undefined;
      for (let steps = 0; steps < 2_000 && response === undefined; steps += 1) response = port.receive();
      expect(response).toBeDefined();
      expect(response?.length ?? 999).toBeLessThanOrEqual(258);
      // Nothing that the line says makes the firmware write for ever.
      expect(written()).toBeLessThan(400);
      port.release();
    }),
    { numRuns: 3_000 },
  );
});
