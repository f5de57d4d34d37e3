/** Every command of the dynamic card's own applets, good and hostile, on both engines. */
import { readFileSync } from 'node:fs';
import { deriveAccountKeys } from '@comptoir/issuer';
import { NO_BYTES, toHex, unsignedFromBytes } from '@comptoir/protocol';
import { cmac } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadOnNode } from '../../../src/machine/targets/node.js';
import { readyQuickjs } from '../../../src/machine/targets/quickjs.js';
import type { Load } from '../../../src/machine/targets/target.js';
import { accountKeys } from '../../../src/world/cards/dynamic/accountKeys.js';
import { createCardIssuer } from '../../../src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../../src/world/cards/dynamic/cardMaking.js';
import { createCatalogueDynamicCard } from '../../../src/world/cards/dynamic/catalogueDynamicCard.js';
import { deliver } from '../../../src/world/cards/dynamic/issuedCard.js';
import { createDynamicCard, type DynamicCard } from '../../../src/world/cards/dynamic/softwareDynamicCard.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';
import { bytes, leaves, send } from '../cards/cardsTerminal.js';
import * as reader from './dynamicTerminal.js';

const { swOf } = reader;
const pki = createTestPki();
const engines: readonly (readonly [string, Load])[] = [
  ['node', loadOnNode],
  ['quickjs', await readyQuickjs()],
];

function powered(load?: Load, seed = 1): DynamicCard {
  const card = createCatalogueDynamicCard(seed, pki, 'both', load);
  card.powerOn('contactless');
  return card;
}

describe.each(engines)('%s', (_, load) => {
  test('the PPSE lists the applications that pay, in order', () => {
    const { data } = send(powered(load), reader.SELECT_PPSE);
    const text = toHex(data);
    const places = ['A0000000421010', 'A0000000031010', 'F04143435401', 'A0000000041010'].map((aid) =>
      text.indexOf(aid),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(data.length + 2).toBeLessThanOrEqual(256);
  });

  test('nothing is listed before the reader has proved itself', () => {
    const card = powered(load);
    reader.selectWallet(card);
    for (const command of ['80CA010000', '80CA020000', '80CA030000', reader.commit('sale'), reader.cancel('sale')])
      expect(swOf(card, command)).toBe('6982');
    expect(swOf(card, reader.prepare({ id: 'gift', amount: 1, sale: 'sale' }))).toBe('6982');
  });

  test('a known reader sees everything that is for it, and of the rest that it is for others', () => {
    const card = powered(load);
    reader.openWallet(card);
    expect(reader.listProfiles(card)).toHaveLength(8);
    expect(toHex(reader.profileOf(card, 'coupon-ten').get(0x50) ?? NO_BYTES)).not.toBe('');
    expect([...reader.profileOf(card, 'coupon-other').keys()]).toEqual([0xc0, 0xc1, 0xc2, 0xcb]);
    reader.openWallet(card, 'OTHER-SHOP-02');
    expect(reader.profileOf(card, 'coupon-other').has(0xe2)).toBe(true);
    expect([...reader.profileOf(card, 'coupon-ten').keys()]).toEqual([0xc0, 0xc1, 0xc2, 0xcb]);
    expect(toHex(send(card, '80CA020000').data)).toBe('E308DE067365636F6E64');
  });

  test('a gift card: prepare, commit, and once more', () => {
    const card = powered(load);
    reader.openWallet(card);
    const order = { id: 'gift', amount: 1000, sale: 'sale-1' };
    const first = send(card, reader.prepare(order));
    expect(first.sw).toBe(0x9000);
    expect(send(card, reader.prepare(order)).data).toEqual(first.data);
    expect(reader.numberIn(reader.profileOf(card, 'gift').get(0xca))).toBe(1500);
    expect(swOf(card, reader.commit('sale-1'))).toBe('9000');
    expect(swOf(card, reader.commit('sale-1'))).toBe('9000');
    expect(reader.numberIn(reader.profileOf(card, 'gift').get(0xca))).toBe(1500);
    expect(swOf(card, reader.prepare(order))).toBe('6A89');
    expect(swOf(card, reader.prepare({ id: 'gift', amount: 1501, sale: 'sale-2' }))).toBe('6985');
  });

  test('the account: one assertion a selection, then a higher counter', () => {
    const card = powered(load);
    const data = reader.orderData({ amount: 2600 });
    const command = `80AE8000${toHex(Uint8Array.of(data.length / 2))}${data}00`;
    for (let counter = 1; counter <= 3; counter += 1) {
      send(card, reader.SELECT_ACCOUNT);
      const answer = leaves(send(card, command).data);
      expect(unsignedFromBytes(answer.get(0x9f36) ?? NO_BYTES)).toBe(counter);
      expect(swOf(card, command)).toBe('6985');
    }
  });
});

test('the cryptogram of a debit is its authoriser’s, over the order and the key of the sale', () => {
  const card = powered();
  reader.openWallet(card);
  const order = { id: 'gift', amount: 1000, sale: 'sale-1' };
  const answer = leaves(send(card, reader.prepare(order)).data);
  const { cardKey, cardReference } = accountKeys('gift', 1, makeCard(1).identifier);
  const session = cmac(bytes('03000100000000000000'), cardKey);
  const said = `${reader.orderData(order)}9F36020001DF610101DF620100DF7710${reader.planIdOf('sale-1')}`;
  expect(toHex(answer.get(0x9f26) ?? NO_BYTES)).toBe(toHex(cmac(bytes(said), session).subarray(0, 8)));
  expect(answer.get(0xdf63)).toEqual(cardReference);
});

/** docs/reference/wallet-applet.md, DCA-1. */
test('DCA-1: the worked example, from the keys to the cryptogram', () => {
  const derived = deriveAccountKeys(
    {
      number: 1,
      issuerMasterKey: bytes('000102030405060708090A0B0C0D0E0F'),
      referenceKey: bytes('F0E1D2C3B4A5968778695A4B3C2D1E0F'),
    },
    bytes('00000000000000E6'),
    bytes('0000000000BC614E'),
  );
  expect(toHex(derived.cardReference)).toBe('F0531C29058FC1EE0BAD45D3CCAB34F6');
  expect(toHex(derived.cardKey)).toBe('85DECBD5A8EBA94C6C514173F5565651');
  expect(toHex(cmac(bytes('02000100000000000000'), derived.cardKey))).toBe('2A81E3B5AD65BB3293367CE105D91EC2');

  const made = makeCard('worked example');
  const card = createDynamicCard({ name: 'worked', made, seed: 1 });
  card.powerOn('contactless');
  const issuer = createCardIssuer(made, made.issuerKeys(ISSUERS.operator));
  const profile = {
    id: bytes('01'),
    kind: 2,
    activation: 1,
    label: bytes('41'),
    aid: bytes('F04143435401'),
    isHolderVerified: true,
  };
  expect(deliver(card, issuer.putProfile(profile, derived))).toBe(0x9000);
  const fci = leaves(send(card, reader.SELECT_ACCOUNT).data);
  expect(toHex(fci.get(0x9f38) ?? NO_BYTES)).toBe('9F02065F2A029A039F1C08DF6008');
  expect(toHex(fci.get(0xdf63) ?? NO_BYTES)).toBe('F0531C29058FC1EE0BAD45D3CCAB34F6');
  const given = '9F02060000000026005F2A0209789A032611249F1C084D31303030303030DF60081122334455667788';
  const answer = send(card, `80AE8000${toHex(Uint8Array.of(given.length / 2))}${given}00`);
  expect(toHex(answer.data)).toBe(
    '772B9F36020001DF6310F0531C29058FC1EE0BAD45D3CCAB34F6DF610101DF6201019F2608E847C8F1F7B87B62',
  );
});

test('AUTH READER and PREPARE are worked in docs/reference/wallet-applet.md', () => {
  const page = readFileSync(new URL('../../../../docs/reference/wallet-applet.md', import.meta.url), 'utf8');
  const scheme = { keyId: 1, key: bytes('404142434445464748494A4B4C4D4E4F') };
  const { command, cardMac } = reader.authentication(bytes('000102030405060708090A0B0C0D0E0F'), reader.SHOP, scheme);
  const worked = [command, cardMac, reader.prepare({ id: 'gift', amount: 1000, sale: 'sale-1' })];
  expect(worked.filter((text) => !page.includes(text))).toEqual([]);
});

describe('hostile', () => {
  const data = reader.orderData({ amount: 100 });
  const length = toHex(Uint8Array.of(data.length / 2));
  const twice = toHex(Uint8Array.of(data.length / 2 + 9));
  const rows: readonly (readonly [
    title: string,
    setup: 'none' | 'selected' | 'open' | 'account',
    command: string,
    sw: string,
  ])[] = [
    ['an empty command', 'none', '', '6700'],
    ['a class of secure messaging', 'none', '8CCA010000', '6E00'],
    ['command chaining', 'open', `90D4010010${'00'.repeat(16)}`, '6884'],
    ['extended lengths', 'open', '80CA0100000000', '6700'],
    ['a wallet command before SELECT', 'none', '80CA010000', '6985'],
    ['an instruction that no applet has', 'open', '80FE000000', '6D00'],
    ['LIST with class 00', 'open', '00CA010000', '6E00'],
    ['LIST past the last', 'open', '80CA012000', '6A83'],
    ['LIST with data', 'open', '80CA0100010000', '6700'],
    ['LIST of nothing known', 'open', '80CA040000', '6A86'],
    ['the second preferences', 'open', '80CA020100', '6A86'],
    ['AUTH READER without its nonce', 'selected', '8082000108000000000000000000', '6700'],
    ['AUTH READER for no merchant', 'selected', `8082000128${'00'.repeat(40)}00`, '6700'],
    ['AUTH READER for a long merchant', 'selected', `8082000149${'41'.repeat(73)}00`, '6700'],
    ['AUTH READER for a merchant with a line end', 'selected', `8082000129${'00'.repeat(40)}0A00`, '6A80'],
    ['AUTH READER under another key id', 'selected', `8082000229${'41'.repeat(41)}00`, '6A88'],
    ['AUTH READER with a wrong MAC', 'selected', `8082000129${'41'.repeat(41)}00`, '6982'],
    ['AUTH READER P1', 'selected', `8082010129${'41'.repeat(41)}00`, '6A86'],
    ['PREPARE of no profile', 'open', reader.prepare({ id: 'none', amount: 1, sale: 's' }), '6A88'],
    [
      'PREPARE of another merchant’s coupon',
      'open',
      reader.prepare({ id: 'coupon-other', amount: 1, sale: 's' }),
      '6A88',
    ],
    ['PREPARE of an account', 'open', reader.prepare({ id: 'account', amount: 1, sale: 's' }), '6A88'],
    ['PREPARE of nothing', 'open', reader.prepare({ id: 'gift', amount: 0, sale: 's' }), '6A80'],
    ['PREPARE of more than there is', 'open', reader.prepare({ id: 'gift', amount: 2501, sale: 's' }), '6985'],
    ['PREPARE with broken TLV', 'open', '80D40100029F0200', '6A80'],
    ['PREPARE without data', 'open', '80D4010000', '6A80'],
    ['COMMIT of an unknown sale', 'open', reader.commit('none'), '6A88'],
    ['CANCEL of an unknown sale', 'open', reader.cancel('none'), '6A88'],
    ['COMMIT of a short key', 'open', '80D4020004DF77010000', '6A80'],
    ['80 D4 P2', 'open', '80D4020100', '6A86'],
    ['80 D4 P1', 'open', '80D4040000', '6A86'],
    ['an assertion of another type', 'account', `80AE4000${length}${data}00`, '6A86'],
    ['an assertion with P2', 'account', `80AE8001${length}${data}00`, '6A86'],
    ['an assertion without a nonce', 'account', '80AE8000099F020600000000010000', '6A80'],
    ['an assertion with an object twice', 'account', `80AE8000${twice}${data.slice(0, 18)}${data}00`, '6A80'],
    ['an assertion with class 00', 'account', `00AE8000${length}${data}00`, '6E00'],
    ['the registry, uninvited', 'none', reader.SELECT_CRS, '9000'],
    ['STORE DATA in the wrong order', 'selected', '80E2000101FF', '6A86'],
    ['STORE DATA P1', 'selected', '80E2010001FF', '6A86'],
    ['STORE DATA without data', 'selected', '80E2800000', '6700'],
    ['STORE DATA of nothing signed', 'selected', '80E2800001FF', '6A80'],
    ['STORE DATA of an empty object', 'selected', `80E2800045E700DF2440${'00'.repeat(64)}`, '6A80'],
  ];
  test.each(rows)('%s', (_title, setup, command, sw) => {
    const card = powered();
    if (setup === 'selected') reader.selectWallet(card);
    if (setup === 'open') reader.openWallet(card);
    if (setup === 'account') send(card, reader.SELECT_ACCOUNT);
    expect(swOf(card, command)).toBe(sw);
  });

  test('a nonce is good for one attempt, and what a wrong one left is closed', () => {
    const card = powered();
    const right = reader.authentication(reader.selectWallet(card));
    expect(swOf(card, right.command.replace(/3100$/, '3200'))).toBe('6982');
    expect(swOf(card, right.command)).toBe('6985');
    reader.openWallet(card);
    expect(swOf(card, right.command)).toBe('6985');
    expect(swOf(card, '80CA010000')).toBe('6982');
  });

  test('a recorded authentication opens nothing at the next tap', () => {
    const card = powered();
    const { command } = reader.authentication(reader.selectWallet(card));
    expect(swOf(card, command)).toBe('9000');
    card.powerOff();
    card.powerOn('contactless');
    reader.selectWallet(card);
    expect(swOf(card, '80CA010000')).toBe('6982');
    expect(swOf(card, command)).toBe('6982');
  });

  test('a clone without the keys can’t prove itself', () => {
    const real = makeCard(1);
    const clone = createDynamicCard({
      name: 'clone',
      seed: 1,
      made: { ...real, keys: real.keys.map((key) => ({ ...key, key: new Uint8Array(16) })) },
    });
    clone.powerOn('contactless');
    expect(() => reader.openWallet(clone)).toThrow('refused the reader');
    // It may say that it believes the reader; it can't make the reader believe it.
    const { cardMac } = reader.authentication(reader.selectWallet(clone));
    expect(cardMac).not.toBe(toHex(new Uint8Array(16)));
  });

  test('the registry tells and changes nothing until its holder opens it', () => {
    const card = powered();
    send(card, reader.SELECT_CRS);
    const list = '80F24000024F0000';
    const off = '80F00100094F07A000000003101000';
    expect([swOf(card, list), swOf(card, off)]).toEqual(['6982', '6982']);
    card.powerOff();
    card.wait(4000);
    card.press(2500);
    card.powerOn('contactless');
    send(card, reader.SELECT_CRS);
    expect(toHex(send(card, list).data)).toContain('4F07A00000000310109F70020701');
    expect(swOf(card, off)).toBe('9000');
    expect(toHex(send(card, list).data)).toContain('4F07A00000000310109F70020700');
    card.powerOff();
    card.powerOn('contactless');
    send(card, reader.SELECT_CRS);
    expect(swOf(card, list)).toBe('6982');
    expect(toHex(send(card, reader.SELECT_PPSE).data)).not.toContain('A0000000031010');
    expect(swOf(card, '00A4040007A000000003101000')).toBe('6A82');
  });

  test('any bytes: an answer of 2 to 258 bytes each, and the card works on', () => {
    const head = fc.constantFrom(
      '80D40100',
      '80D40200',
      '80E28000',
      '80E20000',
      '80820001',
      '80CA0100',
      '80F00101',
      '80AE8000',
    );
    const commands = fc.array(
      fc
        .tuple(head, fc.uint8Array({ minLength: 1, maxLength: 255 }))
        .map(([start, body]) => Uint8Array.of(...bytes(start), body.length, ...body)),
      { maxLength: 6 },
    );
    const openers = fc.constantFrom('none', 'wallet', 'account', 'crs');
    fc.assert(
      fc.property(openers, commands, (opener, sequence) => {
        const card = powered();
        if (opener === 'wallet') reader.openWallet(card);
        if (opener === 'account') send(card, reader.SELECT_ACCOUNT);
        if (opener === 'crs') send(card, reader.SELECT_CRS);
        for (const command of sequence) {
          const length = card.transmit(command)?.length ?? 0;
          expect(length >= 2 && length <= 258).toBe(true);
        }
        expect(swOf(card, reader.SELECT_PPSE)).toBe('9000');
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
