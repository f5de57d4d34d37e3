/**
 * Contact cards and their issuer, with a small terminal between them that is no part of the firmware.
 * EMV 4.4 Book 2 §8 (application cryptogram, issuer authentication), §9 (secure messaging); Book 3 §6.5.4 (EXTERNAL AUTHENTICATE),
 * §10.8 (card action analysis), §10.9 (online processing), §10.10 (issuer scripts), §10.11 (completion).
 */
import * as wire from '@comptoir/protocol';
import { expect, test } from 'vitest';
import type { Card } from '../../../src/machine/card.js';
import { type BankAnswer, decideAsBank } from '../../../src/world/banks/bankIssuer.js';
import type { IssuerBehaviour } from '../../../src/world/banks/issuerBehaviour.js';
import { createCard, profileOf } from '../../../src/world/cards/catalogue.js';
import * as terminal from './cardsTerminal.js';

const AAC = '00';
const TC = '40';
const hex = (bytes: Uint8Array | undefined): string => wire.toHex(bytes ?? wire.NO_BYTES);

interface Online {
  readonly card: Card;
  readonly values: ReadonlyMap<number, Uint8Array>;
  readonly answer: BankAnswer;
}

/** GENERATE AC, whatever its format. */
function generateAc(card: Card, asks: '00' | '40' | '80', data: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const answer = terminal.leaves(terminal.exchange(card, `80AE${asks}00${terminal.withLength(data)}00`));
  const format1 = answer.get(0x80);
  if (format1 === undefined) return answer;
  const ends = [0, 1, 3, 11, format1.length];
  return new Map([0x9f27, 0x9f36, 0x9f26, 0x9f10].map((tag, at) => [tag, format1.slice(ends[at], ends[at + 1])]));
}

/** What the bank says to a first cryptogram. */
function askBank(
  name: string,
  values: ReadonlyMap<number, Uint8Array>,
  first: ReadonlyMap<number, Uint8Array>,
  issuer: IssuerBehaviour = profileOf(name).issuer,
): BankAnswer {
  const sent = [0x9f02, 0x9f03, 0x9f1a, 0x95, 0x5f2a, 0x9a, 0x9c, 0x9f37];
  const profile = profileOf(name);
  const emvData = [
    ...sent.map((tag) => wire.dataObject(tag, terminal.bytes(terminal.TERMINAL_DATA.get(tag) ?? ''))),
    wire.dataObject(0x82, values.get(0x82) ?? wire.NO_BYTES),
    ...[...first].map(([tag, value]) => wire.dataObject(tag, value)),
    wire.dataObject(0x84, profile.applications[0]?.aid ?? wire.NO_BYTES),
  ];
  const asked = { usedInterface: wire.INTERFACE.contact, amount: 1250 };
  const identity = { number: profile.number, sequenceNumber: terminal.bytes('01') };
  return decideAsBank(asked, emvData, identity, issuer);
}

/** To the answer of the bank, which the card does not know yet. */
function goOnline(card: Card, name: string, issuer: IssuerBehaviour = profileOf(name).issuer): Online {
  const profile = profileOf(name);
  const aid = profile.applications[0]?.aid ?? wire.NO_BYTES;
  const { values } = terminal.readApplication(card, 'contact', wire.toHex(aid));
  const first = generateAc(card, '80', terminal.dol(values.get(0x8c) ?? wire.NO_BYTES));
  expect(hex(first.get(0x9f27))).toBe('80');
  return { card, values, answer: askBank(name, values, first, issuer) };
}

function externalAuthenticate({ card, values, answer }: Online): string {
  if (((values.get(0x82)?.[0] ?? 0) & 0x04) === 0) return 'not asked';
  const { sw } = terminal.send(
    card,
    `00820000${terminal.withLength(answer.issuerAuthenticationData ?? wire.NO_BYTES)}`,
  );
  return sw.toString(16).toUpperCase();
}

/** Those of templates 71, or 72, hex. */
function commandsIn({ issuerScripts = wire.NO_BYTES }: BankAnswer, template: 0x71 | 0x72): readonly string[] {
  const decoded = wire.decodeTlv(issuerScripts);
  const scripts = decoded.ok ? decoded.objects.filter(({ tag }) => tag === template) : [];
  const objects = scripts.flatMap(({ children }) => children ?? []);
  return objects.filter(({ tag }) => tag === 0x86).map(({ value }) => wire.toHex(value));
}

/** @returns the status words */
function runScripts({ card, answer }: Online, template: 0x71 | 0x72): readonly string[] {
  return commandsIn(answer, template).map((command) => terminal.send(card, command).sw.toString(16).toUpperCase());
}

/** @returns 9F27 and CVR of the second cryptogram */
function complete(
  { card, values, answer }: Online,
  asks: '00' | '40' = '40',
): { readonly cid: string; readonly cvr: string } {
  const replaced = new Map([[0x8a, hex(wire.latin1ToBytes(answer.responseCode))]]);
  if (answer.issuerAuthenticationData !== undefined) replaced.set(0x91, hex(answer.issuerAuthenticationData));
  const second = generateAc(card, asks, terminal.dol(values.get(0x8d) ?? wire.NO_BYTES, replaced));
  return { cid: hex(second.get(0x9f27)), cvr: hex(second.get(0x9f10)).slice(8, 14) };
}

const dataOf = (card: Card, tag: string): string => hex(terminal.send(card, `80CA${tag}00`).data);

function sale(name: string, card: Card = createCard(name, { seed: 1 })) {
  const online = goOnline(card, name);
  const authenticated = externalAuthenticate(online);
  const before = runScripts(online, 0x71);
  const completed = complete(online);
  return { online, authenticated, before, ...completed, after: runScripts(online, 0x72) };
}

test.each(['visa-debit', 'nineteen-digit', 'mastercard', 'interac-like', 'cb-visa'])(
  '%s: the issuer approves, and proves itself in the second GENERATE AC',
  (name) => {
    const { online, authenticated, cid } = sale(name);
    expect(online.answer.responseCode).toBe('00');
    expect(authenticated).toBe('not asked');
    expect(cid).toBe(TC);
    expect(dataOf(online.card, '9F13')).toBe('9F13020001');
  },
);

test('visa-credit: the issuer proves itself by EXTERNAL AUTHENTICATE, once', () => {
  const { online, authenticated, cid } = sale('visa-credit');
  expect([online.answer.responseCode, authenticated, cid]).toEqual(['00', '9000', TC]);
  expect(dataOf(online.card, '9F13')).toBe('9F13020001');
  const again = goOnline(online.card, 'visa-credit');
  expect([externalAuthenticate(again), externalAuthenticate(again)]).toEqual(['9000', '6985']);
});

test('wrong-arpc: EXTERNAL AUTHENTICATE fails, and the card declines', () => {
  const { online, authenticated, cid, cvr } = sale('wrong-arpc');
  expect([online.answer.responseCode, authenticated, cid, cvr]).toEqual(['00', '6300', AAC, '280000']);
  expect(dataOf(online.card, '9F13')).toBe('9F13020000');
});

test('wrong-arpc-mastercard: the same in the second GENERATE AC', () => {
  const { online, cid } = sale('wrong-arpc-mastercard');
  expect([online.answer.responseCode, cid]).toEqual(['00', AAC]);
});

test('an answer that was made for another transaction is wrong', () => {
  const card = createCard('visa-debit', { seed: 1 });
  const { online } = sale('visa-debit', card);
  expect(complete({ ...goOnline(card, 'visa-debit'), answer: online.answer }).cid).toBe(AAC);
});

test('no answer: the card does as it is asked, and its counters stay', () => {
  const card = createCard('visa-debit', { seed: 1 });
  const unheard = { ...goOnline(card, 'visa-debit'), answer: { responseCode: 'Y3' } };
  expect(complete(unheard)).toEqual({ cid: TC, cvr: '600000' });
  expect(dataOf(card, '9F13')).toBe('9F13020000');
});

test('a decline is the issuer’s too: asked for a TC, the card says no', () => {
  const { online, cid } = sale('declined');
  expect([online.answer.responseCode, cid]).toEqual(['05', AAC]);
  expect(dataOf(online.card, '9F13')).toBe('9F13020001');
});

test('a card that was torn between its cryptograms says so the next time', () => {
  const card = createCard('visa-debit', { seed: 1 });
  goOnline(card, 'visa-debit');
  const online = goOnline(card, 'visa-debit');
  expect(online.answer.responseCode).toBe('00');
  const next = createCard('visa-debit', { seed: 1 });
  sale('visa-debit', next);
  const results = [card, next].map((torn) => {
    const { values } = terminal.readApplication(torn, 'contact', 'A0000000031010');
    return hex(generateAc(torn, '80', terminal.dol(values.get(0x8c) ?? wire.NO_BYTES)).get(0x9f10)).slice(8, 14);
  });
  expect(results).toEqual(['A08000', 'A00000']);
});

test('script-limits: two PUT DATA after the transaction, which count from then on', () => {
  const { online, before, cid, after } = sale('script-limits');
  expect([before, cid, after]).toEqual([[], TC, ['9000', '9000']]);
  expect(dataOf(online.card, '9F58')).toBe('9F580101');
  expect(dataOf(online.card, '9F59')).toBe('9F590102');
});

test('wrong-script: refused, the limits stay, the payment stands, and the next cryptogram says so', () => {
  const { online, cid, after } = sale('wrong-script');
  expect([cid, after]).toEqual([TC, ['6988', '6988']]);
  expect(terminal.send(online.card, '80CA9F5800').sw).toBe(0x6a88);
  const { values } = terminal.readApplication(online.card, 'contact', 'A0000000031010');
  const first = generateAc(online.card, '80', terminal.dol(values.get(0x8c) ?? wire.NO_BYTES));
  expect(hex(first.get(0x9f10)).slice(8, 14)).toBe('A00028');
});

test('script-block: the application is blocked before the second GENERATE AC', () => {
  const { online, authenticated, before, cid } = sale('script-block');
  expect([online.answer.responseCode, authenticated, before, cid]).toEqual(['05', '9000', ['9000'], AAC]);
  expect(terminal.send(online.card, '00A4040007A000000003101000').sw).toBe(0x6283);
  expect(terminal.send(online.card, '80A80000088306226000F0A00100').sw).toBe(0x9000);
});

test('a script outside of a transaction that went online, and one of another transaction', () => {
  const { online } = sale('script-limits');
  const { values } = terminal.readApplication(online.card, 'contact', 'A0000000031010');
  const [old = ''] = commandsIn(online.answer, 0x72);
  expect(terminal.send(online.card, old).sw).toBe(0x6985);
  generateAc(online.card, '80', terminal.dol(values.get(0x8c) ?? wire.NO_BYTES));
  expect(terminal.send(online.card, old).sw).toBe(0x6988);
});

test('offline-limit: two TC, then an ARQC; without an answer one more, then AAC', () => {
  const card = createCard('offline-limit', { seed: 1 });
  const next = (answer?: BankAnswer): readonly string[] => {
    const { values } = terminal.readApplication(card, 'contact', 'A0000000031010');
    expect(hex(values.get(0x9f14)) + hex(values.get(0x9f23))).toBe('0203');
    const first = generateAc(card, TC, terminal.dol(values.get(0x8c) ?? wire.NO_BYTES));
    const cid = hex(first.get(0x9f27));
    // A TC that the card gave by itself is told to the bank, which verifies it and has nothing to say to the card.
    if (cid === TC) expect(askBank('offline-limit', values, first)).toEqual({ responseCode: '00' });
    if (answer === undefined || cid !== '80') return [cid];
    return [cid, complete({ card, values, answer }).cid];
  };
  const unheard = { responseCode: 'Y3' };
  expect([next(), next(), next(unheard), next(unheard)]).toEqual([[TC], [TC], ['80', TC], ['80', AAC]]);
  expect(complete(goOnline(card, 'offline-limit')).cid).toBe(TC);
  expect(next()).toEqual([TC]);
});

test('a card that its issuer takes back answers no SELECT any more', () => {
  const card = createCard('visa-debit', { seed: 1 });
  const online = goOnline(card, 'visa-debit', { decision: 'decline', script: 'blockCard' });
  expect([complete(online).cid, runScripts(online, 0x72)]).toEqual([AAC, ['9000']]);
  card.powerOn('contact');
  expect(terminal.send(card, '00A4040007A000000003101000').sw).toBe(0x6a81);
  expect(terminal.send(card, '00A404000E315041592E5359532E444446303100').sw).toBe(0x6a81);
});

test('phone-with-CDCVM: the cardholder was verified on the device', () => {
  const card = createCard('phone-with-CDCVM', { seed: 1 });
  const { values } = terminal.readApplication(card, 'contactless', 'A0000000031010');
  expect(hex(values.get(0x9f6c))).toBe('0080');
  expect(hex(values.get(0x9f10))).toMatch(/^1F220151A4000000(00){24}$/);
  expect(values.has(0x9f6e) && values.has(0x9f19)).toBe(true);
});
