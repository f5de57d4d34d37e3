/** @comptoir/issuer: descriptions, files and refusals, from people and from anyone. */

import {
  type BankApplicationFile,
  type CardFacts,
  type CardIssuer,
  createCardIssuer,
  describeSignedObject,
  encodeBankApplicationFile,
  isSignedBy,
  issuerFileText,
  issuerPublicKey,
  issuerWrappingKey,
  newIssuerFile,
  readBankApplicationFile,
  readIssuerFile,
  readPreferencesDescription,
  readProfileDescription,
  readSignedObjects,
  refusalWords,
  type SignedObject,
  signedObjectTitle,
  storeData,
  withCard,
} from '@comptoir/issuer';
import { concatBytes, dataObject, encodeTlv, latin1ToBytes, NO_BYTES, toHex } from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const CARD = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
let made = 0;
const random = (length: number): Uint8Array => {
  made += 1;
  return Uint8Array.from({ length }, (_, at) => (at * 7 + made * 13 + 1) & 0xff);
};
const FILE = newIssuerFile(random);
const KEY = issuerPublicKey(FILE.signing);

function issuer(position = 1): CardIssuer {
  const wrapping = issuerWrappingKey(new Uint8Array(16), position);
  return createCardIssuer({ card: CARD, keys: { position, signing: FILE.signing, wrapping }, sequence: 4, random });
}

function one(bytes: Uint8Array): SignedObject {
  const read = readSignedObjects(bytes);
  const [object] = read.ok ? read.objects : [];
  if (object === undefined) throw new Error('one signed object was expected');
  return object;
}

const GIFT = { kind: 'gift', id: 'gift', label: 'GIFT', account: 101, currency: 'EUR', balance: 2500 };
const COUPON = { kind: 'coupon', id: 'ten', label: 'TEN', account: 102, rule: { percent: 10 } };

describe('a description', () => {
  test('becomes what the card lists', () => {
    expect(
      readProfileDescription({ ...GIFT, validThrough: '2028-02-29', merchants: ['SHOP'], lastDigits: '77' }),
    ).toEqual({
      ok: true,
      value: {
        kind: 'gift',
        account: 101,
        lastDigits: '77',
        profile: {
          id: latin1ToBytes('gift'),
          kind: wallet.KIND_GIFT,
          activation: wallet.ACTIVATED,
          label: latin1ToBytes('GIFT'),
          currency: 'EUR',
          balance: 2500,
          validThrough: 20280229,
          merchants: ['SHOP'],
        },
      },
    });
    const bank = readProfileDescription({
      kind: 'bank',
      id: 'b',
      application: 'b.bank',
      group: 'main',
      activated: false,
    });
    expect(bank).toMatchObject({
      ok: true,
      value: {
        application: 'b.bank',
        profile: { activation: wallet.DEACTIVATED, fundingAccount: latin1ToBytes('main') },
      },
    });
  });

  test.each<[title: string, description: unknown, field: string, rule: string]>([
    ['no object', [], '', 'must be an object'],
    ['null', null, '', 'must be an object'],
    ['no kind', {}, 'kind', 'is missing'],
    ['another kind', { ...GIFT, kind: 'stripe' }, 'kind', 'must be one of bank, account, gift, coupon, loyalty'],
    ['no id', { ...GIFT, id: undefined }, 'id', 'is missing'],
    ['an id of 17', { ...GIFT, id: 'x'.repeat(17) }, 'id', '1 to 16 printable ASCII'],
    ['a label that is no ASCII', { ...GIFT, label: 'CAFÉ' }, 'label', 'printable ASCII'],
    ['an amount as text', { ...GIFT, balance: '25.00' }, 'balance', 'minor units'],
    ['half a cent', { ...GIFT, balance: 0.5 }, 'balance', 'minor units'],
    ['13 digits', { ...GIFT, balance: 1_000_000_000_000 }, 'balance', 'minor units'],
    ['a negative balance', { ...GIFT, balance: -1 }, 'balance', 'minor units'],
    ['a currency in small letters', { ...GIFT, currency: 'eur' }, 'currency', 'three capital letters'],
    ['30 February', { ...GIFT, validThrough: '2027-02-30' }, 'validThrough', 'a date'],
    ['a date of last century', { ...GIFT, validThrough: '1999-12-31' }, 'validThrough', 'a date'],
    ['no merchants in the list', { ...GIFT, merchants: [] }, 'merchants', 'a list of 1 to 16'],
    ['a merchant that is a number', { ...GIFT, merchants: [7] }, 'merchants', 'a list of 1 to 16'],
    [
      'more merchants than a card lists',
      { ...GIFT, merchants: Array(9).fill('x'.repeat(32)) },
      'merchants',
      '256 bytes',
    ],
    ['an unknown field', { ...GIFT, colour: 'red' }, 'colour', 'is not known here'],
    ['a prototype', JSON.parse('{"__proto__": 1}'), 'kind', 'is missing'],
    ['five last digits', { ...GIFT, lastDigits: '12345' }, 'lastDigits', '1 to 4'],
    ['a field of another kind', { ...GIFT, rule: {} }, 'rule', 'is not known here'],
    ['a coupon without a rule', { ...COUPON, rule: undefined }, 'rule', 'is missing'],
    ['a rule that takes off nothing', { ...COUPON, rule: {} }, 'rule.percent', 'must be there, or amountOff'],
    ['both', { ...COUPON, rule: { percent: 1, amountOff: 1 } }, 'rule.amountOff', 'beside percent'],
    ['101 percent', { ...COUPON, rule: { percent: 101 } }, 'rule.percent', '1 to 100'],
    ['an unknown field in a rule', { ...COUPON, rule: { percent: 1, twice: true } }, 'rule.twice', 'is not known here'],
    ['a bank without its file', { kind: 'bank', id: 'b' }, 'application', 'is missing'],
    ['a bank with a number', { kind: 'bank', id: 'b', application: 'x', number: '0' }, 'number', 'is not known here'],
    ['a short AID', { kind: 'account', id: 'a', label: 'A', account: 1, aid: 'F0' }, 'aid', '5 to 16 bytes'],
  ])('with %s is refused, by field and rule', (_title, description, field, rule) => {
    const read = readProfileDescription(description);
    expect(read).toMatchObject({ ok: false, field });
    expect(read.ok ? '' : read.rule).toContain(rule);
  });

  test('of preferences', () => {
    const rule = { categories: [5411], leastAmount: 1, currency: 'EUR', merchant: 'SHOP', use: 'main' };
    expect(readPreferencesDescription({ rules: [rule], fallback: 'second' })).toMatchObject({
      ok: true,
      value: { rules: [{ categories: [5411], use: latin1ToBytes('main') }], fallback: latin1ToBytes('second') },
    });
    expect(readPreferencesDescription({ rules: [{ never: 'main' }] })).toMatchObject({
      ok: true,
      value: { rules: [{ never: latin1ToBytes('main') }] },
    });
    expect(readPreferencesDescription({ rules: [{ ...rule, use: undefined }] })).toMatchObject({
      ok: false,
      field: 'rules[0].use',
      rule: 'must be there, or never',
    });
    expect(readPreferencesDescription({ rules: [{ ...rule, never: 'second' }] })).toMatchObject({
      ok: false,
      field: 'rules[0].never',
    });
    expect(readPreferencesDescription({ rules: [{ ...rule, categories: [10_000] }] })).toMatchObject({ ok: false });
  });

  test('of anything is a value, and no text of it comes back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const read of [readProfileDescription(value), readPreferencesDescription(value)])
          if (!read.ok) expect(read.rule.length).toBeGreaterThan(0);
      }),
    );
    const read = readProfileDescription({ ...GIFT, label: '4761739001010119\n' });
    expect(JSON.stringify(read)).not.toContain('4761');
  });
});

describe('a file of signed objects', () => {
  const bytes = concatBytes(issuer().block(latin1ToBytes('a')), issuer().remove(latin1ToBytes('b')));

  test('is read object by object', () => {
    const read = readSignedObjects(bytes);
    expect(
      read.ok && read.objects.map((object) => [signedObjectTitle(object), object.sequence, object.issuer]),
    ).toEqual([
      ['block a', 5, 1],
      ['remove b', 5, 1],
    ]);
    expect(read.ok && concatBytes(...read.objects.map((object) => object.bytes))).toEqual(bytes);
  });

  test.each<[title: string, bytes: Uint8Array, fault: string]>([
    ['nothing', NO_BYTES, 'FILE_EMPTY'],
    ['too much', new Uint8Array(70_000), 'FILE_TOO_LONG'],
    ['text', latin1ToBytes('{"kind":"gift"}'), 'TLV_'],
    ['a signature missing', bytes.subarray(0, -67), 'NOT_SIGNED_OBJECTS'],
    ['half an object', bytes.subarray(0, 40), 'TLV_'],
    ['another template', encodeTlv(dataObject(0xe1, NO_BYTES), dataObject(0xdf24, NO_BYTES)), 'NOT_SIGNED_OBJECTS'],
    ['no card', encodeTlv(dataObject(0xe7, NO_BYTES), dataObject(0xdf24, NO_BYTES)), 'NOT_SIGNED_OBJECTS'],
    ['an object of 5,000 bytes', issuer().sign(9, dataObject(0xc0, new Uint8Array(5000))), 'OBJECT_TOO_LONG'],
  ])('that holds %s is refused', (_title, wrong, fault) => {
    const read = readSignedObjects(wrong);
    expect(read.ok ? '' : read.fault).toContain(fault);
  });

  test('of random bytes is a value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (wrong) => {
        const read = readSignedObjects(wrong);
        if (read.ok) for (const object of read.objects) expect(describeSignedObject(object)).toBeDefined();
      }),
    );
  });

  test('with any byte changed is another one: no signature fits, or it can not be read', () => {
    const put = issuer().block(latin1ToBytes('a'));
    expect(isSignedBy(one(put), KEY)).toBe(true);
    fc.assert(
      fc.property(fc.nat(put.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const wrong = put.slice();
        wrong[at] = (wrong[at] ?? 0) ^ change;
        const read = readSignedObjects(wrong);
        expect(read.ok && read.objects.some((object) => isSignedBy(object, KEY))).toBe(false);
      }),
    );
    expect(isSignedBy(one(put), new Uint8Array(64))).toBe(false);
    expect(isSignedBy(one(put), KEY.subarray(1))).toBe(false);
  });

  test('goes to the card in blocks', () => {
    const commands = storeData(new Uint8Array(500).fill(0xaa));
    expect(commands.map((command) => toHex(command.subarray(0, 5)))).toEqual([
      '80E20000F0',
      '80E20001F0',
      '80E2800214',
    ]);
  });
});

describe('a refusal in words', () => {
  const block = one(issuer().block(latin1ToBytes('gift')));
  const order = one(issuer().order([]));
  const other = { identifier: new Uint8Array(8) };
  const own = { identifier: CARD };
  test.each<[sw: number, object: SignedObject, facts: CardFacts, words: string]>([
    [0, block, {}, 'the card is gone'],
    [0x6581, block, {}, 'could not keep it'],
    [0x6700, block, {}, 'did not get it whole'],
    [0x6982, block, {}, "the signature is not that of issuer 1 of this card, or the profile gift is another issuer's"],
    [0x6982, block, { issuers: KEY }, 'the card knows no issuer 1'],
    [0x6982, block, { issuers: concatBytes(KEY, new Uint8Array(64)) }, 'the signature is not that of issuer 1'],
    [0x6982, block, { issuers: concatBytes(KEY, KEY) }, "the profile gift is another issuer's"],
    [0x6982, order, { issuers: concatBytes(KEY, KEY) }, "only issuer 0, the card's operator"],
    [0x6982, block, other, 'signed for the card 0102030405060708, and this is the card 0000000000000000'],
    [0x6985, block, other, 'and this is the card 0000000000000000'],
    [0x6985, block, own, 'has not ended'],
    [0x6985, block, {}, 'another one; or a sale has taken'],
    [0x6a80, block, {}, 'could not work'],
    [0x6a84, block, { profiles: 32 }, 'holds 32 profiles'],
    [0x6a84, block, { profiles: 31 }, 'must fit in 256 bytes'],
    [0x6a84, block, {}, 'holds 32 profiles, and no more: remove one first; or the card'],
    [0x6a88, block, {}, 'no profile gift'],
    [0x6a89, block, {}, 'before, or a later one of issuer 1: this is number 5'],
    [0x6f00, block, {}, 'answered 6F00'],
  ])('%#: %x', (sw, object, facts, words) => {
    expect(refusalWords(sw, object, facts)).toContain(words);
  });

  test('is none when the card took it', () => expect(refusalWords(0x9000, block)).toBeUndefined());
});

describe("an issuer's file", () => {
  const card = { identifier: CARD, position: 1, wrapping: new Uint8Array(16), sequence: 7 };

  test('comes back as it was, with a card once', () => {
    const file = withCard(withCard(FILE, card), { ...card, sequence: 8 });
    expect(readIssuerFile(issuerFileText(file))).toEqual({ ok: true, value: file });
    expect(file.cards).toHaveLength(1);
  });

  const text = issuerFileText(withCard(FILE, card));
  const key = toHex(FILE.signing);
  test.each<[title: string, text: string, field: string]>([
    ['nothing', '', ''],
    ['no JSON', text.slice(1), ''],
    ['another file', '{}', 'what'],
    ['a key of 31 bytes', text.replace(key, key.slice(2)), 'signing'],
    ['a key of zeros', text.replace(key, '00'.repeat(32)), 'signing'],
    ['a sequence that is no number', text.replace('"sequence": 7', '"sequence": "7"'), 'cards[0].sequence'],
    ['a ninth place', text.replace('"position": 1', '"position": 8'), 'cards[0].position'],
    ['cards that are no list', `${text.slice(0, text.indexOf('"cards"'))}"cards": {}}`, 'cards'],
  ])('with %s is refused, and shows no key', (_title, wrong, field) => {
    const read = readIssuerFile(wrong);
    expect(read).toMatchObject({ ok: false, field });
    expect(JSON.stringify(read)).not.toContain(key.slice(0, 16));
  });

  test('of any text is a value', () => {
    fc.assert(fc.property(fc.string(), (wrong) => !readIssuerFile(wrong).ok));
    fc.assert(fc.property(fc.json(), (wrong) => !readIssuerFile(wrong).ok));
  });
});

describe("a bank's application file", () => {
  const file: BankApplicationFile = {
    aid: Uint8Array.of(0xa0, 0, 0, 0, 3, 0x10, 0x10),
    label: latin1ToBytes('VISA'),
    priority: 1,
    kernel: 3,
    brand: 'VISA',
    validThrough: 20491231,
    lastDigits: '0119',
    objects: [dataObject(wallet.TAG_DF25_WRAPPED_KEY, new Uint8Array(16))],
  };
  const bytes = encodeBankApplicationFile(file);

  test('comes back as it was', () => expect(readBankApplicationFile(bytes)).toEqual(file));

  test('that is cut, or longer, or something else, is refused', () => {
    for (let at = 0; at < bytes.length; at += 1) expect(readBankApplicationFile(bytes.subarray(0, at))).toBeUndefined();
    expect(readBankApplicationFile(concatBytes(bytes, bytes))).toBeUndefined();
    expect(readBankApplicationFile(new Uint8Array(9000))).toBeUndefined();
    expect(readBankApplicationFile(encodeBankApplicationFile({ ...file, objects: [] }))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (wrong) => readBankApplicationFile(wrong) === undefined));
  });
});
