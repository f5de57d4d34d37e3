/** Bank applications of a dynamic card: every kind that an issuer may put there reads as those of the other cards, and its cryptograms are its issuer's. */
import { concatBytes, NO_BYTES, toHex, unsignedToBytes } from '@comptoir/protocol';
import { connect, newKey } from '@comptoir/sdk';
import { cmac, ecb } from '@noble/ciphers/aes.js';
import { describe, expect, test } from 'vitest';
import type { CardInterface } from '../../../src/machine/card.js';
import { readyQuickjs } from '../../../src/machine/targets/quickjs.js';
import type { Load } from '../../../src/machine/targets/target.js';
import { simulate } from '../../../src/simulation/simulate.js';
import { cryptogramKeyOf } from '../../../src/world/banks/cardCryptogram.js';
import {
  cartesBancaires,
  interacLike,
  mastercard,
  OTHER_KEYS,
  visa,
} from '../../../src/world/cards/applicationProfiles.js';
import { createCard } from '../../../src/world/cards/catalogue.js';
import type { AuthenticationMethod } from '../../../src/world/cards/describeCards.js';
import { bankApplicationObjects } from '../../../src/world/cards/dynamic/bankApplication.js';
import { createCardIssuer } from '../../../src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../../src/world/cards/dynamic/cardMaking.js';
import {
  DYNAMIC_CARD,
  DYNAMIC_SECOND_ACCOUNT,
  walletProfileOf,
} from '../../../src/world/cards/dynamic/dynamicProfiles.js';
import { issuedCard } from '../../../src/world/cards/dynamic/issuedCard.js';
import { createDynamicCard, type DynamicCard } from '../../../src/world/cards/dynamic/softwareDynamicCard.js';
import type { ApplicationProfile } from '../../../src/world/cards/personalisation/cardProfile.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';
import { authenticate } from '../cards/cardsAuthentication.js';
import * as terminal from '../cards/cardsTerminal.js';

const pki = createTestPki();
const quickjs = await readyQuickjs();
const INTERFACES: readonly CardInterface[] = ['contact', 'contactless'];

function cardWith(application: ApplicationProfile, load?: Load, cryptogramKey?: Uint8Array): DynamicCard {
  const made = makeCard('bank');
  const card = createDynamicCard({ name: 'bank', made, seed: 1, ...(load !== undefined && { load }) });
  const profile = application.network === 'mastercard' ? DYNAMIC_SECOND_ACCOUNT : DYNAMIC_CARD;
  return issuedCard(card, () => {
    const issuer = createCardIssuer(made, made.issuerKeys(ISSUERS.bank));
    const objects = bankApplicationObjects(issuer, profile, application, pki, cryptogramKey);
    return [issuer.putBank(walletProfileOf(application, 'g'), objects, '0000')];
  });
}

const variants: readonly (readonly [string, ApplicationProfile, AuthenticationMethod, AuthenticationMethod])[] = [
  ['Visa', visa(), 'CDA', 'fDDA'],
  [
    'Visa with DDA, other keys, 9F69 in a record',
    visa({ ...OTHER_KEYS, authentication: 'DDA', relatedDataIn: 'record' }),
    'DDA',
    'fDDA',
  ],
  ['Visa that signs nothing', visa({ authentication: 'none' }), 'none', 'none'],
  ['Visa that answers in format 2', visa({ responseFormat: 2 }), 'CDA', 'fDDA'],
  ['Mastercard', mastercard(), 'CDA', 'CDA'],
  ['Mastercard with other keys', mastercard(OTHER_KEYS), 'CDA', 'CDA'],
  ['CB', cartesBancaires(), 'CDA', 'fDDA'],
  ['Interac-like', interacLike(), 'CDA', 'CDA'],
];

describe.each(variants)('%s', (_title, application, contact, contactless) => {
  test.each(INTERFACES)('%s', (on) => {
    for (const card of [cardWith(application), cardWith(application, quickjs)]) {
      const reading = terminal.readApplication(card, on, toHex(application.aid));
      expect(authenticate(card, on, on === 'contact' ? contact : contactless, reading)).toBe('ok');
    }
  });
});

/** As the issuer computes it. */
function cryptogram(
  key: Uint8Array,
  cid: number,
  atc: number,
  aip: Uint8Array,
  iad: Uint8Array,
  data: Uint8Array,
): string {
  const counter = unsignedToBytes(atc, 2);
  const session = ecb(key, { disablePadding: true }).encrypt(concatBytes(counter, new Uint8Array(14)));
  return toHex(cmac(concatBytes(Uint8Array.of(cid), counter, aip, iad, data), session).subarray(0, 8));
}

const [, visaApplication = visa()] = DYNAMIC_CARD.applications;
const key = cryptogramKeyOf(DYNAMIC_CARD.number, visaApplication.aid);
const VISA = 'A0000000031010';

test('kernel 3: the issuer verifies what the answer to GET PROCESSING OPTIONS says', () => {
  const card = createCard('dynamic', { seed: 1 });
  for (let atc = 1; atc <= 2; atc += 1) {
    const { values, pdolData } = terminal.readApplication(card, 'contactless', VISA);
    const value = (tag: number): Uint8Array => values.get(tag) ?? NO_BYTES;
    expect(toHex(value(0x9f10))).toBe('0601C103800000');
    expect(toHex(value(0x9f36))).toBe(toHex(unsignedToBytes(atc, 2)));
    expect(toHex(value(0x9f26))).toBe(cryptogram(key, 0x80, atc, value(0x82), value(0x9f10), pdolData));
  }
});

test('contact: ARQC, then TC, each verified; the online counter follows', () => {
  const card = createCard('dynamic', { seed: 1 });
  const { values } = terminal.readApplication(card, 'contact', VISA);
  const aip = values.get(0x82) ?? NO_BYTES;
  const generate = (list: number, p1: string): { readonly answer: string; readonly data: Uint8Array } => {
    const data = terminal.dol(values.get(list) ?? NO_BYTES);
    return { answer: toHex(terminal.exchange(card, `80AE${p1}00${terminal.withLength(data)}00`)), data };
  };
  const online = generate(0x8c, '80');
  const onlineData = terminal.bytes('0601C103800000');
  expect(online.answer).toBe(`8012800001${cryptogram(key, 0x80, 1, aip, onlineData, online.data)}${toHex(onlineData)}`);
  const approved = generate(0x8d, '40');
  const approvedData = terminal.bytes('0601C103400000');
  expect(approved.answer).toBe(
    `8012400001${cryptogram(key, 0x40, 1, aip, approvedData, approved.data)}${toHex(approvedData)}`,
  );
  expect(toHex(terminal.send(card, '80CA9F1300').data)).toBe('9F13020001');
  expect(cryptogram(key, 0x40, 1, aip, onlineData, online.data)).not.toBe(
    cryptogram(key, 0x80, 1, aip, onlineData, online.data),
  );
});

test('contact: the second cryptogram is signed over both lists of data', () => {
  const card = createCard('dynamic', { seed: 1 });
  const reading = terminal.readApplication(card, 'contact', VISA);
  const iccKey = terminal.iccKeyOf(reading);
  if (typeof iccKey === 'string') throw new Error(iccKey);
  const [first, second] = [0x8c, 0x8d].map((list) => terminal.dol(reading.values.get(list) ?? NO_BYTES));
  if (first === undefined || second === undefined) throw new Error('no lists');
  terminal.exchange(card, `80AE9000${terminal.withLength(first)}00`);
  const answer = terminal.leaves(terminal.exchange(card, `80AE5000${terminal.withLength(second)}00`));
  const number = terminal.bytes(terminal.TERMINAL_DATA.get(0x9f37) ?? '');
  const content = terminal.recover(iccKey, answer.get(0x9f4b) ?? NO_BYTES, 0x05, number);
  if (typeof content === 'string') throw new Error(content);
  const rest = concatBytes(terminal.bytes('9F2701409F36020001'), terminal.bytes('9F10070601C103400000'));
  expect(toHex(content.subarray(21, 41))).toBe(terminal.sha1(reading.pdolData, first, second, rest));
});

test('an AAC is given when it is asked, and never signed', () => {
  const card = createCard('dynamic', { seed: 1 });
  const { values } = terminal.readApplication(card, 'contact', VISA);
  const data = terminal.dol(values.get(0x8c) ?? NO_BYTES);
  expect(toHex(terminal.exchange(card, `80AE1000${terminal.withLength(data)}00`)).slice(0, 6)).toBe('801200');
});

test('a counter that could not be kept is not used: no cryptogram without it', () => {
  const card = createCard('dynamic', { seed: 1 }) as DynamicCard;
  card.powerOn('contactless');
  terminal.send(card, '00A4040007A000000003101000');
  card.cutPower({ kind: 'torn', operation: 1 });
  const pdol = `80A8000023832127000000${terminal.TERMINAL_DATA.get(0x9f02)}0000000000000250000000000009782611240012345678`;
  expect(card.transmit(terminal.bytes(`${pdol}00`))).toBeUndefined();
  card.losePower();
  const { values } = terminal.readApplication(card, 'contactless', VISA);
  expect(toHex(values.get(0x9f36) ?? NO_BYTES)).toBe('0001');
});

describe.each(INTERFACES)('a sale, %s', (on) => {
  async function statusOf(card: DynamicCard): Promise<string> {
    await using simulation = await simulate({ seed: 1 });
    await using till = await connect(simulation, simulation);
    if (on === 'contact') simulation.insert(card);
    else simulation.tap(card);
    const amount = { minor: 1250, currency: 'EUR' };
    return (await till.pay({ amount, key: newKey('sale'), interfaces: on })).status;
  }

  test.each([visa(), mastercard(), cartesBancaires(), interacLike()])(
    '$label: the issuer knows the cryptogram of its card, and no other',
    async (application) => {
      expect(await statusOf(cardWith(application))).toBe('approved');
      expect(await statusOf(cardWith(application, undefined, new Uint8Array(16)))).toBe('declined');
    },
  );
});
