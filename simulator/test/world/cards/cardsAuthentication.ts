/** What a terminal finds when it authenticates a card by each method; for the tests of cards. */
import { dataObject, encodeTlv, NO_BYTES, toHex } from '@comptoir/protocol';
import { expect } from 'vitest';
import type { Card, CardInterface } from '../../../src/machine/card.js';
import type { AuthenticationMethod } from '../../../src/world/cards/describeCards.js';
import * as terminal from './cardsTerminal.js';

/** @returns `ok`, or what is wrong */
export function authenticate(
  card: Card,
  on: CardInterface,
  method: AuthenticationMethod,
  reading: terminal.Reading,
): string {
  const aip = reading.values.get(0x82)?.[0] ?? 0;
  switch (method) {
    case 'none':
      expect(aip & 0x61).toBe(0);
      expect(reading.values.has(0x90)).toBe(false);
      return 'ok';
    case 'SDA':
      expect(aip & 0x61).toBe(0x40);
      return staticData(reading);
    case 'DDA':
      expect(aip & 0x61).toBe(0x20);
      return dynamicData(card, reading);
    case 'CDA':
      expect(aip & 0x61).toBe(on === 'contact' ? 0x21 : 0x01);
      return combinedData(card, reading);
    case 'fDDA':
      expect(aip & 0x61).toBe(0x20);
      return fastDynamicData(reading);
  }
}

function staticData(reading: terminal.Reading): string {
  const issuer = terminal.issuerKeyOf(reading);
  if (typeof issuer === 'string') return issuer;
  const content = terminal.recover(issuer, reading.values.get(0x93) ?? NO_BYTES, 0x03, reading.staticData);
  return typeof content === 'string' ? `static ${content}` : 'ok';
}

function dynamicData(card: Card, reading: terminal.Reading): string {
  const key = terminal.iccKeyOf(reading);
  if (typeof key === 'string') return key;
  const number = terminal.dol(reading.values.get(0x9f49) ?? NO_BYTES);
  const answer = terminal.leaves(terminal.exchange(card, `00880000${terminal.withLength(number)}00`));
  const content = terminal.recover(key, answer.get(0x80) ?? answer.get(0x9f4b) ?? NO_BYTES, 0x05, number);
  return typeof content === 'string' ? `dynamic ${content}` : 'ok';
}

function combinedData(card: Card, reading: terminal.Reading): string {
  const key = terminal.iccKeyOf(reading);
  if (typeof key === 'string') return key;
  const cdol1Data = terminal.dol(reading.values.get(0x8c) ?? NO_BYTES);
  const answer = terminal.leaves(terminal.exchange(card, `80AE9000${terminal.withLength(cdol1Data)}00`));
  const format1 = answer.get(0x80);
  if (format1 !== undefined) return format1[0] === 0 ? 'AAC' : 'format 1';
  if (answer.get(0x9f27)?.[0] === 0) return 'AAC';
  expect(answer.has(0x9f26)).toBe(false);
  const number = terminal.bytes(terminal.TERMINAL_DATA.get(0x9f37) ?? '');
  const content = terminal.recover(key, answer.get(0x9f4b) ?? NO_BYTES, 0x05, number);
  if (typeof content === 'string') return `dynamic ${content}`;
  expect(content[2]).toBe(38);
  expect(content[12]).toBe(0x80);
  answer.delete(0x9f4b);
  const rest = encodeTlv(...[...answer].map(([tag, value]) => dataObject(tag, value)));
  const hash = terminal.sha1(reading.pdolData, cdol1Data, rest);
  return toHex(content.subarray(21, 41)) === hash ? 'ok' : 'transaction hash';
}

function fastDynamicData({ values, ...reading }: terminal.Reading): string {
  const key = terminal.iccKeyOf({ values, ...reading });
  if (typeof key === 'string') return key;
  const related = values.get(0x9f69) ?? NO_BYTES;
  expect(toHex(related).slice(0, 2)).toBe('01');
  expect(toHex(related).slice(10)).toBe(toHex(values.get(0x9f6c) ?? NO_BYTES));
  const data = [0x9f37, 0x9f02, 0x5f2a].map((tag) => terminal.TERMINAL_DATA.get(tag) ?? '').join('');
  const content = terminal.recover(key, values.get(0x9f4b) ?? NO_BYTES, 0x05, terminal.bytes(data + toHex(related)));
  return typeof content === 'string' ? `dynamic ${content}` : 'ok';
}
