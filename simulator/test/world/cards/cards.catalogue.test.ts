import { NO_BYTES, toHex } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { cardProfiles } from '../../../src/world/cards/cardProfiles.js';
import { cardNames, createCard, issuerBehaviourOf, UnknownCardError } from '../../../src/world/cards/catalogue.js';
import { describeCards } from '../../../src/world/cards/describeCards.js';
import { testCardsPage } from '../../../src/world/cards/testCardsPage.js';

const digitsOf = (number: Uint8Array): string => toHex(number).replace(/F$/, '');

test('names are unique, and the cards that every tool relies on are there', () => {
  expect(new Set(cardNames).size).toBe(cardNames.length);
  const relied = ['visa-debit', 'visa-credit', 'mastercard', 'cb-visa', 'interac-like', 'wrong-signature', 'no-oda'];
  expect(cardNames).toEqual(expect.arrayContaining([...relied, 'nineteen-digit', 'declined', 'declined-offline']));
});

test('numbers are unique and pass Luhn; their first digit agrees with the network, but on one card', () => {
  expect(new Set(cardProfiles.map(({ number }) => toHex(number))).size).toBe(cardProfiles.length);
  const firstDigits = { visa: /^4/, mastercard: /^[25]/, cartesBancaires: /^[45]/, interac: /^/ };
  for (const { name, number, applications } of cardProfiles) {
    expect(luhn(digitsOf(number))).toBe(0);
    for (const { network } of applications) {
      expect(firstDigits[network].test(digitsOf(number))).toBe(name !== 'brand-mixup');
    }
  }
});

test('payment account references have 29 characters', () => {
  const references = cardProfiles.flatMap(({ paymentAccountReference: reference }) => reference ?? []);
  expect(references.length).toBeGreaterThan(1);
  for (const reference of references) expect(reference).toMatch(/^[A-Z0-9]{29}$/);
});

test('an unknown name tells the known ones', () => {
  expect(() => createCard('amex', { seed: 1 })).toThrow(UnknownCardError);
  try {
    createCard('amex', { seed: 1 });
  } catch (error) {
    expect(error instanceof UnknownCardError && error.known).toEqual(cardNames);
  }
});

test('each issuer decides as its card says; a card that nobody knows is approved', () => {
  for (const { number, issuer } of cardProfiles) expect(issuerBehaviourOf(number)).toBe(issuer);
  expect(issuerBehaviourOf(NO_BYTES)).toEqual({ decision: 'approve' });
});

test('descriptions show no number', () => {
  const text = JSON.stringify(describeCards()) + testCardsPage();
  for (const { number } of cardProfiles) expect(text).not.toContain(digitsOf(number));
  expect(describeCards()[0]).toEqual({
    name: 'visa-debit',
    label: 'Visa Debit',
    interfaces: ['contact', 'contactless'],
    description: 'CDA on contact, fDDA on contactless, with a payment account reference',
    maskedNumber: '476173******0119',
    applications: [
      {
        aid: 'A0000000031010',
        label: 'VISA DEBIT',
        priority: 1,
        kernel: 3,
        cryptogram: 'VisaCVN18',
        authentication: { contact: 'CDA', contactless: 'fDDA' },
      },
    ],
    flaw: null,
  });
});

function luhn(digits: string): number {
  const sum = [...digits].reverse().reduce((total, character, at) => {
    const value = Number(character) * (at % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10;
}
