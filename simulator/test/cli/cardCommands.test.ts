/** `comptoir card` as a process, `comptoir-sim card` beside it: what issuers sign reaches a card in a file, and what must not, doesn't. */
import { readFileSync } from 'node:fs';
import type { CardIssuer } from '@comptoir/issuer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openFileCard } from '../../src/world/cards/file/fileCard.js';
import { send } from '../world/cards/cardsTerminal.js';
import * as reader from '../world/dynamic/dynamicTerminal.js';
import {
  account,
  at,
  card,
  comptoir,
  GIFT,
  gift,
  goOnWith,
  identifier,
  issuerOf,
  KEYS,
  put,
  says,
  signed,
  sim,
} from './cardWorkshop.js';

describe('from the issuers to the card', () => {
  test('profiles of every kind, the button, a top-up, blocked, removed, order and preferences', async () => {
    for (const [name, aid, out] of [
      ['cb-visa', 'A000000042', 'cb.bank'],
      ['mastercard', '', 'mc.bank'],
    ] as const)
      expect((await sim('bank', name, '--aid', aid, '--out', at(out))).code).toBe(0);
    const files = [
      put('cb.json', {
        kind: 'bank',
        id: 'cb',
        application: 'cb.bank',
        group: 'main',
        funding: 'debit',
        region: 'EEA',
      }),
      put('mc.json', { kind: 'bank', id: 'mc', application: './mc.bank', label: 'MY CARD', priority: 2 }),
      put('account.json', { kind: 'account', id: 'account', label: 'ACCOUNT', account: 1001, priority: 3 }),
    ];
    const rule = { percent: 10, serial: 'T-1' };
    const shop = [
      put('gift.json', GIFT),
      put('coupon.json', {
        kind: 'coupon',
        id: 'ten',
        label: 'TEN OFF',
        account: 102,
        merchants: ['COMPTOIR-DEV-01'],
        rule,
      }),
      put('points.json', { kind: 'loyalty', id: 'points', label: 'POINTS', account: 103, pointsValue: 300 }),
    ];
    const done = await sim(
      'put',
      card,
      await signed('a', 'bank', 'profile', ...files),
      await signed('b', 'shop', 'profile', ...shop),
    );
    expect(done.out.split('\n')).toEqual(
      ['cb', 'mc', 'account', 'gift', 'ten', 'points'].map((id) => `put ${id}: done`),
    );
    expect(await says()).toContain('display: CB 0154');
    expect(await says()).toContain('balance: 25.00 EUR');
    expect((await sim('press', card, '--ms', '10')).out).toBe('display: CB 0154');
    expect((await sim('press', card)).out).toBe('display: CB 0154');
    expect((await sim('press', card)).out).toBe('display: MY CARD 1034');
    expect(await says()).toContain('chosen: mc');

    const forbidding = { never: 'mc', categories: [5411, 5812], leastAmount: 1000, merchant: 'OTHER' };
    const changes = [
      await signed('top', 'shop', 'top-up', 'gift', '--balance', '50.00'),
      await signed('block', 'shop', 'block', 'ten'),
      await signed('remove', 'shop', 'remove', 'points'),
      await signed('order', 'bank', 'order', 'account', 'mc'),
      await signed(
        'preferences',
        'bank',
        'preferences',
        put('preferences.json', { fallback: 'main', rules: [forbidding] }),
      ),
    ];
    expect((await sim('put', card, ...changes)).code).toBe(0);
    const shown = JSON.parse((await sim('show', card, '--json')).out);
    expect(shown.profiles.map(({ id }: { id: string }) => id)).toEqual(['account', 'mc', 'cb', 'gift', 'ten']);
    expect(shown.profiles[3]).toMatchObject({ balance: { minor: 5000, currency: 'EUR' } });
    expect(shown.profiles[4].says).toContain('state: locked');
    expect(shown.preferences).toEqual([
      'chosen: mc',
      'rule: in 5411 5812, from 1000 minor units, at OTHER, never mc',
      'falls back on: main',
    ]);
    await sim('put', card, await signed('unblock', 'shop', 'unblock', 'ten'));
    expect(await says()).not.toContain('locked');
  });

  test('what is for other merchants is named and no more', async () => {
    await sim('put', card, await signed('a', 'shop', 'profile', put('gift.json', { ...GIFT, merchants: ['OTHER'] })));
    expect(await says()).not.toContain('GIFT CARD');
    expect((await sim('show', card, '--merchant', 'OTHER')).out).toContain('GIFT CARD');
  });

  test('a file says what is in it, and whose it is', async () => {
    const file = await signed('a', 'shop', 'profile', put('gift.json', GIFT));
    const shown = await comptoir('card', 'show', file);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain('signature not verified');
    expect(shown.out).toContain('balance: 25.00 EUR');
    const own = await comptoir('--json', 'card', 'show', file, '--issuer', at('shop.keys'));
    expect([own.code, JSON.parse(own.out).objects[0].verified]).toEqual([0, true]);
    expect(await comptoir('card', 'show', file, '--issuer', at('bank.keys'))).toMatchObject({ code: 1 });
  });

  test('a description that a card takes is any that the command takes', async () => {
    const text = (most: number): fc.Arbitrary<string> =>
      fc.string({ minLength: 1, maxLength: most, unit: 'grapheme-ascii' });
    const description = fc.record(
      {
        kind: fc.constant('coupon'),
        id: text(16),
        label: text(16),
        account: fc.maxSafeNat(),
        activated: fc.boolean(),
        merchants: fc.array(text(32), { minLength: 1, maxLength: 3 }),
        validThrough: fc.constantFrom('2000-01-01', '2049-12-31', '2028-02-29'),
        rule: fc.record(
          {
            percent: fc.integer({ min: 1, max: 100 }),
            minimumSpend: fc.nat(),
            gtins: fc.array(text(14), { minLength: 1, maxLength: 2 }),
            exclusive: fc.boolean(),
            serial: text(32),
          },
          { requiredKeys: ['percent'] },
        ),
      },
      { requiredKeys: ['kind', 'id', 'label', 'account', 'rule'] },
    );
    const files = fc.sample(description, { numRuns: 25, seed: 4 }).map((one, number) => put(`d${number}.json`, one));
    const done = await sim('put', card, await signed('many', 'shop', 'profile', ...files));
    expect([done.code, done.out.split('\n').length]).toEqual([0, 25]);
  });
});

describe('a card refuses, in words,', () => {
  const refused = async (file: string, words: string): Promise<void> => {
    const before = await says();
    const done = await sim('put', card, file);
    expect(done).toMatchObject({ code: 1, err: '' });
    expect(done.out).toContain('refused, ');
    expect(done.out).toContain(words);
    expect(await says()).toBe(before);
  };
  const putGift = (issuer: CardIssuer, id = 'gift'): string => put('signed', issuer.putProfile(gift(id), KEYS));

  test('an issuer that it does not know', async () => {
    await refused(putGift(issuerOf('shop', { position: 5 })), 'the card knows no issuer 5');
  });
  test('a stranger in an issuer’s name', async () => {
    await refused(putGift(issuerOf('shop', {}, 'stranger')), 'the signature is not that of issuer 1 of this card');
  });
  test('a signature with one bit changed', async () => {
    const bytes = readFileSync(await signed('a', 'shop', 'profile', put('gift.json', GIFT)));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await refused(put('flipped', bytes), 'the signature is not that of issuer 1');
  });
  test('what is signed for another card', async () => {
    const other = await signed('other', 'shop', 'profile', put('gift.json', GIFT));
    const first = identifier();
    goOnWith('other.card');
    await sim('new', card, '--issuer', at('bank.keys'), at('shop.keys'));
    await refused(other, `it was signed for the card ${first}, and this is the card ${identifier()}`);
  });
  test('what came before, and what is older than what came', async () => {
    const first = await signed('first', 'shop', 'profile', put('gift.json', GIFT));
    const more = await signed('more', 'shop', 'top-up', 'gift', '--balance', '99.00');
    const less = await signed('less', 'shop', 'top-up', 'gift', '--balance', '1.00');
    expect((await sim('put', card, first, less)).code).toBe(0);
    await refused(less, 'the card took this object before, or a later one of issuer 1: this is number 3');
    await refused(more, 'this is number 2');
  });
  test('the thirty-third profile', async () => {
    const issuer = issuerOf('shop');
    const many = Array.from({ length: 32 }, (_, number) => issuer.putProfile(gift(`g${number}`), KEYS));
    expect((await sim('put', card, put('many', Buffer.concat(many)))).code).toBe(0);
    await refused(put('one', issuer.putProfile(gift('more'), KEYS)), 'the card holds 32 profiles');
  });
  test('more activated applications than the PPSE holds', async () => {
    const issuer = issuerOf('bank');
    const many = Array.from({ length: 10 }, (_, number) => issuer.putProfile(account(`a${number}`), KEYS));
    const done = await sim('put', card, put('many', Buffer.concat(many)));
    expect(done.code).toBe(1);
    expect(done.out).toContain("the card's directory (PPSE) is full");
    expect(done.out).toContain('256 bytes');
    expect(done.out).not.toContain('put a9');
  });
  test('another issuer’s profile, and what is the operator’s', async () => {
    await sim('put', card, await signed('a', 'shop', 'profile', put('gift.json', GIFT)));
    await refused(await signed('b', 'bank', 'block', 'gift'), "the profile gift is another issuer's");
    await refused(await signed('c', 'shop', 'order', 'gift'), "only issuer 0, the card's operator, may do that");
  });
  test('a profile that is not there', async () => {
    await refused(await signed('a', 'shop', 'remove', 'gift'), 'the card holds no profile gift');
  });
  test('a key that does not open', async () => {
    await refused(putGift(issuerOf('shop', { wrapping: new Uint8Array(16) })), 'the card must open every key');
  });
  test('a change to a profile that a sale has taken from', async () => {
    await sim('put', card, await signed('a', 'shop', 'profile', put('gift.json', GIFT)));
    const open = openFileCard(card);
    open.powerOn('contactless');
    reader.openWallet(open);
    expect(send(open, reader.prepare({ id: 'gift', amount: 100, sale: 'open' })).sw).toBe(0x9000);
    expect(await says()).toContain('gift: 100 minor units');
    await refused(await signed('b', 'shop', 'remove', 'gift'), 'a sale has taken from this profile and has not ended');
  });
  test('nothing after the first refusal', async () => {
    const first = await signed('a', 'shop', 'remove', 'gift');
    const second = await signed('b', 'shop', 'profile', put('gift.json', GIFT));
    expect((await sim('put', card, first, second)).out).not.toContain('put gift');
    expect((await sim('put', card, second)).out).toBe('put gift: done');
  });
});
