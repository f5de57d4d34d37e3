/** What issuers put on a card: only what they signed, for this card, once, whole, and in its place. */

import { type CardIssuer, wrapBankKeys } from '@comptoir/issuer';
import { concatBytes, dataObject, latin1ToBytes, toHex } from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import { ACTION } from '@comptoir/protocol/wallet';
import { describe, expect, test } from 'vitest';
import { hex, mastercard, visa } from '../../../src/world/cards/applicationProfiles.js';
import { accountKeys } from '../../../src/world/cards/dynamic/accountKeys.js';
import { bankApplicationObjects, plainBankObjects } from '../../../src/world/cards/dynamic/bankApplication.js';
import { createCardIssuer } from '../../../src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, type MadeCard, makeCard } from '../../../src/world/cards/dynamic/cardMaking.js';
import { DYNAMIC_SECOND_ACCOUNT, walletProfileOf } from '../../../src/world/cards/dynamic/dynamicProfiles.js';
import { deliver } from '../../../src/world/cards/dynamic/issuedCard.js';
import { createDynamicCard, type DynamicCard } from '../../../src/world/cards/dynamic/softwareDynamicCard.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';
import { send } from '../cards/cardsTerminal.js';
import * as reader from './dynamicTerminal.js';

const pki = createTestPki();

interface Bench {
  readonly made: MadeCard;
  readonly card: DynamicCard;
  readonly operator: CardIssuer;
  readonly bank: CardIssuer;
  readonly shop: CardIssuer;
}

function bench(): Bench {
  const made = makeCard('issuers');
  const card = createDynamicCard({ name: 'own', made, seed: 1 });
  card.powerOn('contactless');
  const issuer = (position: number): CardIssuer => createCardIssuer(made, made.issuerKeys(position));
  return {
    made,
    card,
    operator: issuer(ISSUERS.operator),
    bank: issuer(ISSUERS.bank),
    shop: issuer(ISSUERS.shop),
  };
}

/** One bit of q^-1 mod p is wrong: every signature would be wrong modulo p, and give q away. */
function putBankWithWrongKey(bank: CardIssuer): Uint8Array {
  const objects = plainBankObjects(DYNAMIC_SECOND_ACCOUNT, mastercard(), pki).map((object) => {
    if (object.tag !== wallet.TAG_DF26_WRAPPED_RSA_KEY) return object;
    const crt = object.value.slice();
    crt[crt.length - 1] = (crt[crt.length - 1] as number) ^ 1;
    return dataObject(object.tag, crt);
  });
  return bank.putBank(walletProfileOf(mastercard(), 'g'), wrapBankKeys(bank, objects), '');
}

function gift(id: string, balance = 1000): wallet.WalletProfile {
  return {
    id: latin1ToBytes(id),
    kind: wallet.KIND_GIFT,
    activation: wallet.ACTIVATED,
    label: latin1ToBytes('GIFT'),
    currency: 'EUR',
    balance,
  };
}

function account(id: string, activation: number = wallet.ACTIVATED): wallet.WalletProfile {
  return {
    id: latin1ToBytes(id),
    kind: wallet.KIND_ACCOUNT,
    activation,
    label: latin1ToBytes('A LABEL OF 16 CH'),
    aid: concatBytes(hex('F04143435401'), latin1ToBytes(id)),
    priority: 1,
  };
}

const putGift = ({ shop }: Bench, id: string, balance?: number): Uint8Array =>
  shop.putProfile(gift(id, balance), accountKeys(id, 1));
const sw = (card: DynamicCard, object: Uint8Array): string => deliver(card, object).toString(16).toUpperCase();
const balanceOf = (card: DynamicCard, id: string): number => {
  reader.openWallet(card);
  return reader.numberIn(reader.profileOf(card, id).get(0xca));
};

describe('refused, and nothing has changed', () => {
  const changed = (object: Uint8Array, at: number): Uint8Array => {
    const copy = object.slice();
    const place = at < 0 ? copy.length + at : at;
    copy[place] = (copy[place] ?? 0) ^ 0x01;
    return copy;
  };
  const cases: readonly (readonly [title: string, object: (bench: Bench) => Uint8Array, sw: string])[] = [
    ['a signature with one bit changed', (b) => changed(putGift(b, 'g'), -1), '6982'],
    ['content with one bit changed', (b) => changed(putGift(b, 'g'), 60), '6982'],
    ['no signature', (b) => putGift(b, 'g').slice(0, -67), '6A80'],
    ['bytes after the signature', (b) => concatBytes(putGift(b, 'g'), hex('C00100')), '6A80'],
    [
      'an issuer that the card doesn’t know',
      (b) => {
        const { signing, wrapping } = b.made.issuerKeys(ISSUERS.shop);
        const unknown = createCardIssuer(b.made, { position: 7, signing, wrapping });
        return unknown.putProfile(gift('g'), accountKeys('g', 1));
      },
      '6982',
    ],
    [
      'an issuer that signs as another',
      (b) => {
        const keys = { ...b.made.issuerKeys(ISSUERS.shop), position: ISSUERS.operator };
        return createCardIssuer(b.made, keys).putProfile(gift('g'), accountKeys('g', 1));
      },
      '6982',
    ],
    [
      'another card’s object',
      () => {
        const other = makeCard('another card');
        return createCardIssuer(other, other.issuerKeys(ISSUERS.shop)).putProfile(gift('g'), accountKeys('g', 1));
      },
      '6985',
    ],
    [
      'keys that are wrapped for another issuer',
      (b) => {
        const keys = { ...b.made.issuerKeys(ISSUERS.shop), wrapping: b.made.issuerKeys(ISSUERS.bank).wrapping };
        return createCardIssuer(b.made, keys, 10).putProfile(gift('g'), accountKeys('g', 1));
      },
      '6A80',
    ],
    ['an unknown action', ({ shop }) => shop.sign(99), '6A80'],
    ['nothing to put', ({ shop }) => shop.sign(ACTION.put), '6A80'],
    ['a bank without an application', ({ bank }) => bank.putBank(walletProfileOf(visa(), 'g'), [], '0001'), '6A80'],
    ['five numbers that are no RSA key', ({ bank }) => putBankWithWrongKey(bank), '6A80'],
    [
      'the name of the wallet for an application',
      ({ operator }) => operator.putProfile({ ...account('x'), aid: hex('F044594E4301') }, accountKeys('x', 1)),
      '6A80',
    ],
    [
      'a name of four bytes',
      ({ operator }) => operator.putProfile({ ...account('x'), aid: hex('A0000000') }, accountKeys('x', 1)),
      '6A80',
    ],
    ['five last digits', ({ shop }) => shop.putProfile(gift('g'), accountKeys('g', 1), '12345'), '6A80'],
    ['an order from a shop', ({ shop }) => shop.order([]), '6982'],
    ['preferences from a shop', ({ shop }) => shop.setPreferences({ rules: [] }), '6982'],
    ['an order of what isn’t there', ({ operator }) => operator.order([latin1ToBytes('none')]), '6A88'],
    [
      'preferences that are none',
      ({ operator }) => operator.sign(ACTION.preferences, dataObject(0xe3, hex('D800'))),
      '6A80',
    ],
    ['a balance of what isn’t there', ({ shop }) => shop.setBalance(latin1ToBytes('none'), 1, 0), '6A88'],
    ['a block of another issuer’s profile', ({ operator }) => operator.block(latin1ToBytes('kept')), '6982'],
    ['a removal of another issuer’s profile', ({ bank }) => bank.remove(latin1ToBytes('kept')), '6982'],
    [
      'a profile under another issuer’s id',
      ({ operator }) => operator.putProfile(gift('kept', 9_999_999), accountKeys('kept', 1)),
      '6982',
    ],
    ['a forged balance', ({ operator }) => operator.setBalance(latin1ToBytes('kept'), 9_999_999, 0), '6982'],
  ];
  test.each(cases)('%s', (_title, object, expected) => {
    const own = bench();
    expect(sw(own.card, putGift(own, 'kept'))).toBe('9000');
    reader.openWallet(own.card);
    const before = reader.listProfiles(own.card).map(toHex);
    expect(sw(own.card, object(own))).toBe(expected);
    reader.openWallet(own.card);
    expect(reader.listProfiles(own.card).map(toHex)).toEqual(before);
  });

  test('an object that came before', () => {
    const own = bench();
    const put = putGift(own, 'g');
    const topUp = own.shop.setBalance(latin1ToBytes('g'), 5000, 0);
    const less = own.shop.setBalance(latin1ToBytes('g'), 100, 0);
    expect([sw(own.card, put), sw(own.card, topUp), sw(own.card, less), sw(own.card, topUp)]).toEqual([
      '9000',
      '9000',
      '9000',
      '6A89',
    ]);
    expect(balanceOf(own.card, 'g')).toBe(100);
  });

  test('an object longer than 4,096 bytes', () => {
    const own = bench();
    reader.selectWallet(own.card);
    const block = (number: number): string => `80E200${toHex(Uint8Array.of(number))}FF${'00'.repeat(255)}`;
    const words = Array.from({ length: 17 }, (_, number) => reader.swOf(own.card, block(number)));
    expect(words).toEqual([...Array<string>(16).fill('9000'), '6700']);
    expect(reader.swOf(own.card, '80E2801001FF')).toBe('6A86');
  });
});

describe('done', () => {
  test('a top-up settles what the ledger knows; what came later stays reserved', () => {
    const own = bench();
    deliver(own.card, putGift(own, 'g'));
    reader.openWallet(own.card);
    send(own.card, reader.prepare({ id: 'g', amount: 300, sale: 'first' }));
    send(own.card, reader.prepare({ id: 'g', amount: 200, sale: 'second' }));
    expect(balanceOf(own.card, 'g')).toBe(500);
    expect(sw(own.card, own.shop.setBalance(latin1ToBytes('g'), 5000, 1))).toBe('9000');
    expect(balanceOf(own.card, 'g')).toBe(4800);
    expect(reader.pendingSales(own.card)).toEqual([reader.planIdOf('second')]);
    expect(reader.swOf(own.card, reader.commit('first'))).toBe('9000');
    expect(balanceOf(own.card, 'g')).toBe(4800);
  });

  test('blocked and unblocked: locked for everyone in between', () => {
    const own = bench();
    deliver(own.card, own.operator.putProfile(account('a'), accountKeys('a', 1)));
    const pays = (): boolean => toHex(send(own.card, reader.SELECT_PPSE).data).includes('F04143435401');
    expect(pays()).toBe(true);
    expect(sw(own.card, own.operator.block(latin1ToBytes('a')))).toBe('9000');
    expect(pays()).toBe(false);
    reader.openWallet(own.card);
    expect(reader.profileOf(own.card, 'a').get(0xc2)).toEqual(Uint8Array.of(wallet.LOCKED));
    expect(sw(own.card, own.operator.unblock(latin1ToBytes('a')))).toBe('9000');
    expect(pays()).toBe(true);
  });

  test('order and preferences', () => {
    const own = bench();
    for (const id of ['a', 'b', 'c']) deliver(own.card, own.operator.putProfile(account(id), accountKeys(id, 1)));
    expect(sw(own.card, own.operator.order([latin1ToBytes('c'), latin1ToBytes('a')]))).toBe('9000');
    const rule = { currency: 'EUR', merchant: 'SHOP', leastAmount: 100, use: latin1ToBytes('b') };
    const forbidding = { categories: [5812], never: latin1ToBytes('c') };
    const preferences = { rules: [rule, forbidding], selected: latin1ToBytes('a'), fallback: latin1ToBytes('c') };
    expect(sw(own.card, own.operator.setPreferences(preferences))).toBe('9000');
    reader.openWallet(own.card);
    const ids = reader.listProfiles(own.card).map((object) => toHex(object).slice(8, 10));
    expect(ids).toEqual(['63', '61', '62']);
    expect(send(own.card, '80CA020000').data).toEqual(wallet.encodeCardPreferences(preferences));
  });

  test('a profile that comes back, or is replaced, goes on counting', () => {
    const own = bench();
    deliver(own.card, putGift(own, 'g'));
    const counter = (sale: string): string => {
      reader.openWallet(own.card);
      const { data } = send(own.card, reader.prepare({ id: 'g', amount: 1, sale }));
      send(own.card, reader.commit(sale));
      return toHex(data).slice(10, 14);
    };
    expect([counter('1'), counter('2')]).toEqual(['0001', '0002']);
    expect(sw(own.card, putGift(own, 'g', 700))).toBe('9000');
    expect(counter('3')).toBe('0003');
    expect(balanceOf(own.card, 'g')).toBe(699);
    expect(sw(own.card, own.shop.remove(latin1ToBytes('g')))).toBe('9000');
    reader.openWallet(own.card);
    expect(reader.listProfiles(own.card)).toEqual([]);
    expect(sw(own.card, putGift(own, 'g'))).toBe('9000');
    expect(counter('4')).toBe('0004');
  });

  test('while a debit is prepared, its profile is neither replaced nor removed', () => {
    const own = bench();
    deliver(own.card, putGift(own, 'g'));
    reader.openWallet(own.card);
    send(own.card, reader.prepare({ id: 'g', amount: 1, sale: 's' }));
    expect(sw(own.card, putGift(own, 'g'))).toBe('6985');
    expect(sw(own.card, own.shop.remove(latin1ToBytes('g')))).toBe('6985');
    expect(reader.pendingSales(own.card)).toEqual([reader.planIdOf('s')]);
  });

  test('eight debits are prepared at most', () => {
    const own = bench();
    deliver(own.card, putGift(own, 'g'));
    reader.openWallet(own.card);
    const words = Array.from({ length: 9 }, (_, at) =>
      reader.swOf(own.card, reader.prepare({ id: 'g', amount: 1, sale: `s${at}` })),
    );
    expect(words).toEqual([...Array<string>(8).fill('9000'), '6A84']);
  });
});

describe('room', () => {
  test('32 profiles, and no more', () => {
    const own = bench();
    for (let at = 0; at < 32; at += 1) expect(sw(own.card, putGift(own, `g${at}`))).toBe('9000');
    expect(sw(own.card, putGift(own, 'g32'))).toBe('6A84');
    expect(sw(own.card, putGift(own, 'g31', 1))).toBe('9000');
    expect(balanceOf(own.card, 'g31')).toBe(1);
    expect(reader.listProfiles(own.card)).toHaveLength(32);
    own.card.losePower();
    own.card.powerOn('contactless');
    reader.openWallet(own.card);
    expect(reader.listProfiles(own.card)).toHaveLength(32);
  });

  test('as many activated applications as one PPSE answer holds; the next one is refused, and fits deactivated', () => {
    const own = bench();
    const put = (id: string, activation?: number): string =>
      sw(own.card, own.operator.putProfile(account(id, activation), accountKeys(id, 1)));
    let fitted = 0;
    while (put(`a${fitted}`) === '9000') fitted += 1;
    const { data } = send(own.card, reader.SELECT_PPSE);
    expect(fitted).toBeGreaterThan(4);
    expect(data.length + 2).toBeLessThanOrEqual(256);
    expect(data.length + 2 + 33).toBeGreaterThan(256);
    expect(put('more')).toBe('6A84');
    expect(put('more', wallet.DEACTIVATED)).toBe('9000');
    const named = `4F0A${toHex(concatBytes(hex('F04143435401'), latin1ToBytes('more')))}`;
    const activate = `80F001010C${named}00`;
    own.card.powerOff();
    own.card.wait(4000);
    own.card.press(2500);
    own.card.powerOn('contactless');
    send(own.card, reader.SELECT_CRS);
    expect(reader.swOf(own.card, activate)).toBe('6A84');
    expect(
      reader.swOf(
        own.card,
        '80F00100'.concat(`0A4F08${toHex(concatBytes(hex('F04143435401'), latin1ToBytes('a0')))}00`),
      ),
    ).toBe('9000');
    expect(reader.swOf(own.card, activate)).toBe('9000');
  });
});

test('a put that is cut at any write is there whole or not at all, and what was there stays', () => {
  for (const kind of ['clean', 'torn'] as const) {
    for (let operation = 1; operation <= 4; operation += 1) {
      const own = bench();
      deliver(own.card, putGift(own, 'kept'));
      const application = mastercard();
      const bank = bankApplicationObjects(own.bank, DYNAMIC_SECOND_ACCOUNT, application, pki);
      const put = own.bank.putBank(walletProfileOf(application, 'g'), bank, '1307');
      own.card.cutPower({ kind, operation });
      expect(deliver(own.card, put)).toBe(0);
      own.card.losePower();
      own.card.powerOn('contactless');
      expect(balanceOf(own.card, 'kept')).toBe(1000);
      const isThere = kind === 'clean' && operation === 4;
      expect(reader.swOf(own.card, '00A4040007A000000004101000')).toBe(isThere ? '9000' : '6A82');
      expect(sw(own.card, put)).toBe(isThere ? '6A89' : '9000');
      expect(reader.swOf(own.card, '00A4040007A000000004101000')).toBe('9000');
    }
  }
});
