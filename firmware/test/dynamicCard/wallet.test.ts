/** The wallet list: what the encoder writes is read back, and what a hostile card writes is a fault with its tag. */
import { concatBytes, dataObject, encodeTlv, fromHex, template, toHex, unsignedToBcd } from '@comptoir/protocol';
import {
  ACTIVATED,
  type CardPreferences,
  type CardRule,
  encodeCardPreferences,
  encodeWalletProfile,
  KIND_BANK,
  KIND_COUPON,
  KIND_GIFT,
  WALLET_OBJECT_BYTES_MAX,
  type WalletProfile,
} from '@comptoir/protocol/wallet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTRADICTED, NONE, ordinaryCard, walletCard } from '../../src/selection/card.js';
import { readCardPreferences, readWalletProfile } from '../../src/selection/walletObject.js';

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;
const RUNS = { numRuns: 2000 };

const opaque = fc.uint8Array({ minLength: 1, maxLength: 16 });
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength,
  });
const amount = fc.integer({ min: 0, max: 999_999_999_999 });
const date = fc
  .record({
    year: fc.integer({ min: 1950, max: 2049 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 31 }),
  })
  .map(({ year, month, day }) => year * 10000 + month * 100 + day);
const currency = text(3).filter(({ length }) => length === 3);
const few = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { minLength: 1, maxLength: 3 });

const rule = fc
  .record(
    {
      off: fc.oneof(fc.record({ percent: fc.integer({ min: 0, max: 100 }) }), fc.record({ amountOff: amount })),
      minimumSpend: amount,
      minimumQuantity: fc.integer({ min: 0, max: 0xffff }),
      gtins: few(text(14)),
      categories: few(text(8)),
      isManufacturer: fc.constant(true),
      isExclusive: fc.constant(true),
      priority: fc.integer({ min: 0, max: 0xffff }),
      largestDiscount: amount,
      serial: text(12),
    },
    { requiredKeys: ['off'] },
  )
  .map(({ off, ...more }) => ({ ...more, ...off }));

const profile: fc.Arbitrary<WalletProfile> = fc
  .record(
    {
      id: opaque,
      kind: fc.integer({ min: 1, max: 5 }),
      activation: fc.constantFrom(0x00, 0x01, 0x80),
      label: fc.uint8Array({ maxLength: 16 }),
      aid: fc.uint8Array({ maxLength: 20 }),
      priority: fc.integer({ min: 0, max: 255 }),
      kernel: fc.integer({ min: 0, max: 255 }),
      brand: text(12),
      fundingAccount: opaque,
      funding: fc.integer({ min: 1, max: 3 }),
      issuerRegion: text(3),
      isHolderVerified: fc.constant(true),
      validThrough: date,
      validFrom: date,
      currency,
      balance: amount,
      merchants: few(text(16)),
      rule,
      pointsValue: amount,
    },
    { requiredKeys: ['id', 'kind', 'activation', 'label', 'rule', 'currency'] },
  )
  .filter((drawn) => encodeWalletProfile(drawn).length <= WALLET_OBJECT_BYTES_MAX);

const cardRule: fc.Arbitrary<CardRule> = fc
  .record(
    {
      categories: fc.array(fc.integer({ min: 0, max: 9999 }), { maxLength: 4 }),
      leastAmount: amount,
      largestAmount: amount,
      currency,
      merchant: text(16),
      group: opaque,
      forbids: fc.boolean(),
    },
    { requiredKeys: ['group', 'forbids'] },
  )
  .map(({ group, forbids, ...when }) => ({ ...when, ...(forbids ? { never: group } : { use: group }) }));

const preferences: fc.Arbitrary<CardPreferences> = fc
  .record(
    {
      selected: opaque,
      rules: fc.array(cardRule, { maxLength: 4 }),
      fallback: opaque,
    },
    { requiredKeys: ['rules'] },
  )
  .filter((drawn) => encodeCardPreferences(drawn).length <= WALLET_OBJECT_BYTES_MAX);

test('what was encoded is read back', () => {
  fc.assert(
    fc.property(profile, (given) => {
      expect(readWalletProfile(encodeWalletProfile(given))).toEqual({ ok: true, value: given });
    }),
    RUNS,
  );
  fc.assert(
    fc.property(preferences, (given) => {
      expect(readCardPreferences(encodeCardPreferences(given))).toEqual({ ok: true, value: given });
    }),
    RUNS,
  );
});

test('a profile object as bytes: the worked example', () => {
  const gift = { id: Uint8Array.of(7), kind: KIND_GIFT, activation: ACTIVATED, label: Uint8Array.of(0x47) };
  const bytes = encodeWalletProfile({ ...gift, validThrough: 20261231, currency: 'EUR', balance: 2000 });
  expect(toHex(bytes)).toBe('E11FC00107C10103C201015001475F2403261231C903455552CA06000000002000');
});

const BANK = [
  dataObject(0xc0, hex('01')),
  dataObject(0xc1, hex('01')),
  dataObject(0xc2, hex('01')),
  dataObject(0x50, hex('56')),
];
const COUPON = [dataObject(0xc0, hex('01')), dataObject(0xc1, hex('04')), ...BANK.slice(2)];
const bank = (...more: Parameters<typeof template>[1][]): Uint8Array => encodeTlv(template(0xe1, ...BANK, ...more));
const coupon = (...more: Parameters<typeof template>[1][]): Uint8Array =>
  encodeTlv(template(0xe1, ...COUPON, template(0xe2, ...more)));

describe('a hostile list', () => {
  test('never throws, and is whole or refused', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        profile,
        fc.array(fc.nat(255), { maxLength: 6 }),
        (noise, given, changes) => {
          const changed = encodeWalletProfile(given).slice();
          changes.forEach((change, at) => {
            changed[(change * 7 + at * 31) % changed.length] = change;
          });
          for (const bytes of [noise, changed, concatBytes(hex('E1'), noise)]) {
            for (const read of [readWalletProfile, readCardPreferences]) {
              const result = read(bytes);
              if (result.ok) continue;
              expect(result.fault).toMatch(/^(TLV|WALLET)_/);
            }
          }
        },
      ),
      RUNS,
    );
  });

  test.each<[string, Uint8Array, string, number]>([
    ['longer than a response', new Uint8Array(257), 'WALLET_TOO_LONG', 0],
    ['nothing', new Uint8Array(0), 'WALLET_NOT_ONE_OBJECT', 0],
    ['two profiles', concatBytes(bank(), bank()), 'WALLET_NOT_ONE_OBJECT', 0],
    ['another template', encodeTlv(template(0xe3, ...BANK)), 'WALLET_NOT_ONE_OBJECT', 0],
    ['cut short', bank().subarray(0, 8), 'TLV_LENGTH_EXCEEDS_DATA', 0],
    ['a template too deep', hex('E104E202E200'), 'TLV_TOO_DEEP', 0],
    ['no id', encodeTlv(template(0xe1, ...BANK.slice(1))), 'WALLET_OBJECT_MISSING', 0xc0],
    ['no kind', encodeTlv(template(0xe1, ...BANK.slice(0, 1), ...BANK.slice(2))), 'WALLET_OBJECT_MISSING', 0xc1],
    ['no state', encodeTlv(template(0xe1, ...BANK.slice(0, 2), ...BANK.slice(3))), 'WALLET_OBJECT_MISSING', 0xc2],
    ['no label', encodeTlv(template(0xe1, ...BANK.slice(0, 3))), 'WALLET_OBJECT_MISSING', 0x50],
    [
      'no label, but more than a merchant',
      encodeTlv(template(0xe1, ...BANK.slice(0, 3), dataObject(0xcb, hex('41')), dataObject(0xc9, hex('455552')))),
      'WALLET_OBJECT_MISSING',
      0x50,
    ],
    ['two labels', bank(dataObject(0x50, hex('41'))), 'WALLET_OBJECT_TWICE', 0x50],
    [
      'an id of 17 bytes',
      encodeTlv(template(0xe1, dataObject(0xc0, new Uint8Array(17)), ...BANK.slice(1))),
      'WALLET_VALUE',
      0xc0,
    ],
    [
      'an empty id',
      encodeTlv(template(0xe1, dataObject(0xc0, new Uint8Array(0)), ...BANK.slice(1))),
      'WALLET_VALUE',
      0xc0,
    ],
    [
      'kind 0',
      encodeTlv(template(0xe1, BANK[0] ?? dataObject(0, hex('')), dataObject(0xc1, hex('00')), ...BANK.slice(2))),
      'WALLET_VALUE',
      0xc1,
    ],
    [
      'state 02',
      encodeTlv(template(0xe1, ...BANK.slice(0, 2), dataObject(0xc2, hex('02')), ...BANK.slice(3))),
      'WALLET_VALUE',
      0xc2,
    ],
    ['a priority of two bytes, too large', bank(dataObject(0x87, hex('0101'))), 'WALLET_VALUE', 0x87],
    ['an empty priority', bank(dataObject(0x87, hex(''))), 'WALLET_VALUE', 0x87],
    ['a brand with a control character', bank(dataObject(0xc3, hex('410A'))), 'WALLET_VALUE', 0xc3],
    ['a brand of 13', bank(dataObject(0xc3, new Uint8Array(13).fill(0x41))), 'WALLET_VALUE', 0xc3],
    ['a balance with a half byte that is no digit', bank(dataObject(0xca, hex('00000000000A'))), 'WALLET_VALUE', 0xca],
    ['a balance of five bytes', bank(dataObject(0xca, hex('0000000000'))), 'WALLET_VALUE', 0xca],
    ['month 13', bank(dataObject(0x5f24, hex('261301'))), 'WALLET_VALUE', 0x5f24],
    ['day 0', bank(dataObject(0x5f24, hex('261200'))), 'WALLET_VALUE', 0x5f24],
    ['a currency of two letters', bank(dataObject(0xc9, hex('4555'))), 'WALLET_VALUE', 0xc9],
    ['a coupon without rule', encodeTlv(template(0xe1, ...COUPON)), 'WALLET_OBJECT_MISSING', 0xe2],
    ['a coupon that takes nothing off', coupon(), 'WALLET_OBJECT_MISSING', 0xcc],
    [
      'percent and amount',
      coupon(dataObject(0xcc, hex('0A')), dataObject(0xcd, unsignedToBcd(1, 6))),
      'WALLET_OBJECT_MISSING',
      0xcc,
    ],
    ['101 percent', coupon(dataObject(0xcc, hex('65'))), 'WALLET_VALUE', 0xcc],
    ['two percentages', coupon(dataObject(0xcc, hex('0A')), dataObject(0xcc, hex('0A'))), 'WALLET_OBJECT_TWICE', 0xcc],
    ['a source 03', coupon(dataObject(0xcc, hex('0A')), dataObject(0xd2, hex('03'))), 'WALLET_VALUE', 0xd2],
    [
      'a gift card without currency',
      encodeTlv(template(0xe1, ...BANK.slice(0, 1), dataObject(0xc1, hex('03')), ...BANK.slice(2))),
      'WALLET_OBJECT_MISSING',
      0xc9,
    ],
  ])('profile: %s', (_, bytes, fault, tag) => expect(readWalletProfile(bytes)).toEqual({ ok: false, fault, tag }));

  test.each<[string, Uint8Array, string, number]>([
    ['two selections', hex('E306D80141D80142'), 'WALLET_OBJECT_TWICE', 0xd8],
    ['a rule without group', hex('E304E402D900'), 'WALLET_OBJECT_MISSING', 0xdd],
    ['a rule with two groups', hex('E308E406DC0141DD0141'), 'WALLET_OBJECT_MISSING', 0xdd],
    ['a rule that forbids no bytes', hex('E304E402DC00'), 'WALLET_VALUE', 0xdc],
    ['half a category', hex('E308E406D90154DD0141'), 'WALLET_VALUE', 0xd9],
    ['a category that is no number', hex('E309E407D902541ADD0141'), 'WALLET_VALUE', 0xd9],
    ['a group of 17 bytes', concatBytes(hex('E313DE11'), new Uint8Array(17)), 'WALLET_VALUE', 0xde],
    ['a profile', bank(), 'WALLET_NOT_ONE_OBJECT', 0],
  ])('preferences: %s', (_, bytes, fault, tag) =>
    expect(readCardPreferences(bytes)).toEqual({ ok: false, fault, tag }),
  );

  test('what the table does not name is passed over', () => {
    const result = readWalletProfile(bank(dataObject(0x9f36, hex('0001'))));
    expect(result.ok && Object.keys(result.value).sort()).toEqual(['activation', 'id', 'kind', 'label']);
  });

  test('for other merchants there need be no more than the merchants', () => {
    const bytes = encodeTlv(
      template(0xe1, ...COUPON.slice(0, 3), dataObject(0xcb, hex('4D31')), dataObject(0xcb, hex('4D32'))),
    );
    const value = { id: hex('01'), kind: KIND_COUPON, activation: ACTIVATED, merchants: ['M1', 'M2'] };
    expect(readWalletProfile(bytes)).toEqual({ ok: true, value });
  });
});

describe('a card', () => {
  const visa = hex('A0000000031010');
  const entry = (aid: Uint8Array, priority?: number) => [
    dataObject(0x4f, aid),
    ...(priority === undefined ? [] : [dataObject(0x87, Uint8Array.of(priority))]),
  ];
  const profileOf = (id: number, more: Partial<WalletProfile>): WalletProfile => ({
    id: Uint8Array.of(id),
    kind: KIND_BANK,
    activation: ACTIVATED,
    label: Uint8Array.of(0x56),
    aid: visa,
    ...more,
  });

  test('groups are profiles with the same funding account, or the id of another', () => {
    const card = walletCard(
      [profileOf(1, {}), profileOf(2, { fundingAccount: hex('01') }), profileOf(3, { fundingAccount: hex('AA') })],
      { selected: hex('AA'), rules: [{ use: hex('02') }, { never: hex('AA') }], fallback: hex('01') },
    );
    expect(card.groups).toEqual([0, 0, 2]);
    expect([card.selected, card.fallback]).toEqual([2, 0]);
    expect(card.rules.map(({ group, isNever }) => [group, isNever])).toEqual([
      [NONE, false],
      [2, true],
    ]);
  });

  test('the directory gives the priority, and the list may not contradict it', () => {
    const profiles = [
      profileOf(1, { priority: 1 }),
      profileOf(2, { priority: 2 }),
      profileOf(3, {}),
      profileOf(4, { priority: 3 }),
      profileOf(5, { priority: 9, activation: 0 }),
    ];
    const directory = [entry(visa, 1), entry(visa, 3), entry(visa, 4), entry(visa)];
    expect(walletCard(profiles, undefined, directory).priorities).toEqual([1, CONTRADICTED, 4, 3, 9]);
    expect(walletCard(profiles).priorities).toEqual([1, 2, 0, 3, 9]);
  });

  test('an ordinary card is its directory', () => {
    const card = ordinaryCard([entry(visa, 1), entry(hex('A0000000041010'))], false);
    expect(card.profiles.map(({ activation, kind }) => [activation, kind])).toEqual([
      [ACTIVATED, KIND_BANK],
      [ACTIVATED, KIND_BANK],
    ]);
    expect([card.groups, card.priorities]).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect([card.selected, card.rules, card.fallback]).toEqual([NONE, [], NONE]);
    expect(
      ordinaryCard(
        Array.from({ length: 40 }, () => entry(visa)),
        false,
      ).profiles.length,
    ).toBe(32);
  });
});
