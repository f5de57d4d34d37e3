/** What is stored for each application and what it does: action codes, limits, version, and certificates that were revoked. */
import { decodeMessage, encodeMessage, fromHex, type Message, NO_BYTES, OUTCOME } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { createCard, createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import { loadConfiguration } from '../../src/commands/configuration/configuration.js';
import { CAUTIOUS } from '../../src/emv/data/terminalParameters.js';
import { FakeBoard } from '../fakeBoard.js';
import { askedAt, payAt } from '../payAt.js';
import { tenderOf, valueIn } from '../paymentMessages.js';

const hex = (text: string): Uint8Array => fromHex(text) ?? NO_BYTES;
const developed = decodeMessage(developmentConfiguration(createTestPki()));
if (!developed.ok || developed.message.kind !== 'configuration') throw new Error('no configuration');
const base = developed.message;
const accepted = base.applications ?? [];
type Application = (typeof accepted)[number];

function configured(application: Partial<Application>, more: Partial<Message<'configuration'>> = {}): Uint8Array {
  const applications = accepted.map((one) => ({ ...one, ...application }));
  return encodeMessage({ ...base, ...more, applications });
}

/** Terminal verification results of a contact payment. */
function tvrOf(answer: Message): string {
  const { emvData } = answer.kind === 'result' ? tenderOf(answer) : (answer as Message<'authorise'>);
  return valueIn(emvData, 0x95) ?? '';
}

const pay = (card: string, stored: Uint8Array): Message => payAt(createCard(card, { seed: 1 }), 'contact', stored);

test('what is not said is cautious', () => {
  const board = new FakeBoard();
  const plain = accepted.map(({ terminalApplicationIdentifier, exactMatch, kernel }) => ({
    terminalApplicationIdentifier,
    exactMatch,
    kernel,
  }));
  board.configurationBytes = encodeMessage({ ...base, applications: plain });
  const configuration = loadConfiguration(board);
  expect(configuration?.applications.map(({ parameters }) => parameters)).toEqual(plain.map(() => CAUTIOUS));
  expect(pay('mastercard', board.configurationBytes)).toMatchObject({ kind: 'authorise' });
});

describe('action codes and limits', () => {
  test.each([
    ['floor limit 0: every payment exceeds it', {}, '0000008000', 'authorise'],
    ['the amount itself exceeds it', { floorLimit: 1250 }, '0000008000', 'authorise'],
    [
      'below it, and chosen by chance',
      { floorLimit: 1251, randomTarget: 99, randomMaximum: 99 },
      '0000001000',
      'authorise',
    ],
    ['a denial code for it', { actionCodeDenial: hex('0000008000') }, '0000008000', 'result'],
    ['another version', { terminalApplicationVersion: hex('0001') }, '0080008000', 'authorise'],
    [
      'a denial code for that',
      { terminalApplicationVersion: hex('0001'), actionCodeDenial: hex('0080000000') },
      '0080008000',
      'result',
    ],
  ] as const)('%s', (_, application, tvr, kind) => {
    const answer = pay('mastercard', configured(application));
    expect([tvrOf(answer), answer.kind]).toEqual([tvr, kind]);
    if (answer.kind === 'result')
      expect(answer).toMatchObject({ outcome: OUTCOME.declined, reason: 'DECLINED_BY_RULES' });
  });

  test('nothing to say against it: the card may approve, and the acquirer is told all the same', () => {
    // This card's own codes have nothing against a clean TVR, and it goes online by itself.
    const answer = pay('mastercard', configured({ floorLimit: 1251 }));
    expect([tvrOf(answer), answer.kind]).toEqual(['0000000000', 'authorise']);
  });
});

describe('revoked certificates', () => {
  const mastercard = hex('A000000004');
  test.each([
    ['this one', mastercard, 0xf1, 'C00001', 'ODA_REVOKED'],
    ['another serial number', mastercard, 0xf1, 'C00002', 'ok'],
    ['another CA key', mastercard, 0xf3, 'C00001', 'ok'],
    ['another network', hex('A000000003'), 0xf1, 'C00001', 'ok'],
  ])('%s', (_, registeredIdentifier, keyIndex, serial, result) => {
    const revokedCertificates = [{ registeredIdentifier, keyIndex, certificateSerial: hex(serial) }];
    const answer = pay('mastercard', configured({}, { revokedCertificates }));
    expect(answer).toMatchObject({ kind: 'authorise', authenticationResult: result });
    expect('indexToken' in answer).toBe(result === 'ok');
    expect(tvrOf(answer)).toBe(result === 'ok' ? '0000008000' : '0400008000');
  });
});

describe('contactless limits', () => {
  test.each<[title: string, application: Partial<Application>, qualifiers: string]>([
    ['none', {}, '33804000'],
    ['a limit above the amount', { contactlessLimit: 1251 }, '33804000'],
    ['the holder is verified from the amount on', { verificationLimit: 1250 }, '33C04000'],
    ['above it', { verificationLimit: 1251 }, '33804000'],
    ['below the floor limit', { floorLimit: 1251 }, '33004000'],
    ['the amount asks whether the card is good', { floorLimit: 1251, statusCheckAmount: 1250 }, '33804000'],
    ['extended selection, of a card that has none', { contactlessOptions: 2 }, '33804000'],
  ])('%s', (_title, application, qualifiers) => {
    const asked = askedAt(createCard('visa-debit', { seed: 1 }), 'contactless', configured(application));
    expect(asked.message).toMatchObject({ kind: 'authorise' });
    expect(valueIn(asked.sealed, 0x9f66)).toBe(qualifiers);
  });

  test('a limit at the amount: the card is to be inserted', () => {
    const stored = configured({ contactlessLimit: 1250 });
    expect(payAt(createCard('visa-debit', { seed: 1 }), 'contactless', stored)).toMatchObject({
      kind: 'result',
      outcome: OUTCOME.tryAnotherInterface,
      reason: 'CONTACTLESS_OFF',
    });
  });
});

describe('a payment in another currency than the limits', () => {
  const lenient = { floorLimit: 10_000, actionCodeOnline: new Uint8Array(5), actionCodeDefault: new Uint8Array(5) };

  test('the acquirer is asked whatever the floor limit is', () => {
    expect(tvrOf(pay('mastercard', configured(lenient, { currency: 978 })))).toBe('0000000000');
    expect(tvrOf(pay('mastercard', configured(lenient, { currency: 840 })))).toBe('0000008000');
  });

  test('contactless, the holder is verified from nothing on, and no limit turns it off', () => {
    const limits = { contactlessLimit: 1250, verificationLimit: 9_999_999 };
    const stored = configured(limits, { currency: 840 });
    const asked = askedAt(createCard('visa-debit', { seed: 1 }), 'contactless', stored);
    expect(asked.message).toMatchObject({ kind: 'authorise' });
    expect(valueIn(asked.sealed, 0x9f66)).toBe('33C04000');
  });
});
