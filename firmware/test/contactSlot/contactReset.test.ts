/** The firmware's end of a slot: the answer to reset. EMV 4.4 Book 1 §8.4. */
import { describe, expect, test } from 'vitest';
import { CARDS } from '../../src/board/board.js';
import { ContactCardPort } from '../../src/contactSlot/contactCardPort.js';
import { ATR_T0, ATR_T1, activated, IFS } from './contactSlotScript.js';
import { ScriptedContactLine } from './scriptedContactLine.js';

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
