import { dataObject, encodeTlv, NO_BYTES, toHex } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import type { Card, CardInterface } from '../src/cards/card.js';
import { createCard } from '../src/cards/catalogue.js';
import { type AuthenticationMethod, describeCards } from '../src/cards/describeCards.js';
import * as terminal from './cardsTerminal.js';

/** What goes wrong on a card with this flaw, by the method. */
const faults: Readonly<Record<string, Readonly<Partial<Record<AuthenticationMethod, string>>>>> = {
  issuerCertificate: { CDA: 'issuer format', fDDA: 'issuer format' },
  otherCardNumber: { CDA: 'icc number', fDDA: 'icc number' },
  staticData: { SDA: 'static hash', CDA: 'icc hash', fDDA: 'icc hash' },
  dynamicSignature: { CDA: 'dynamic format', fDDA: 'dynamic format' },
  otherAmount: { CDA: 'transaction hash', fDDA: 'dynamic hash' },
  expiredCertificates: { CDA: 'issuer expired', fDDA: 'issuer expired' },
  unknownAuthority: { CDA: 'no authority key', fDDA: 'no authority key' },
};

for (const { name, interfaces, applications, flaw } of describeCards()) {
  for (const on of interfaces) {
    for (const { aid, authentication } of applications) {
      const method = authentication[on] ?? 'none';
      const isOffline = name === 'declined-offline';
      test(`${name} ${aid} ${on}: ${method}`, () => {
        const card = createCard(name, { seed: 1 });
        const reading = terminal.readApplication(card, on, aid);
        if (isOffline && method === 'fDDA') {
          expect(toHex(reading.values.get(0x9f27) ?? NO_BYTES)).toBe('00');
          expect(reading.values.has(0x94)).toBe(false);
          return;
        }
        const expected = (flaw === null ? undefined : faults[flaw]?.[method]) ?? (isOffline ? 'AAC' : 'ok');
        expect(authenticate(card, on, method, reading)).toBe(expected);
      });
    }
  }
}

for (const on of ['contact', 'contactless'] as const) {
  test(`dynamic A0000000041010 ${on}: CDA, on its other account`, () => {
    const card = createCard('dynamic', { seed: 1 });
    const reading = terminal.readApplication(card, on, 'A0000000041010');
    expect(authenticate(card, on, 'CDA', reading)).toBe('ok');
  });
}

function authenticate(card: Card, on: CardInterface, method: AuthenticationMethod, reading: terminal.Reading): string {
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
