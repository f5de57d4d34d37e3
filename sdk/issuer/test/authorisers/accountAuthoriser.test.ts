/** DCA-1 at the authoriser: each check, their order, and what an account may spend. */

import { seededBytes } from '@comptoir/crypto/seed';
import { deriveAccountKeys } from '@comptoir/issuer';
import type { AccountEntry } from '@comptoir/issuer/authorisers';
import {
  type AccountAuthoriser,
  type AccountOrder,
  type AccountRange,
  DECISIONS_KEPT_MS,
  DECLINES,
  forwardedAssertion,
  type Journal,
  memoryJournal,
  NONCE_LIFETIME_MS,
  NONCES_OF_MERCHANT_MAX,
  type NonceUse,
  openAccountAuthoriser,
  REFUSALS,
} from '@comptoir/issuer/authorisers';
import { concatBytes, NO_BYTES, toHex } from '@comptoir/protocol';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCardIssuer } from '../../../../simulator/src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../../../simulator/src/world/cards/dynamic/cardMaking.js';
import { deliver } from '../../../../simulator/src/world/cards/dynamic/issuedCard.js';
import { createDynamicCard } from '../../../../simulator/src/world/cards/dynamic/softwareDynamicCard.js';
import { bytes, send } from '../../../../simulator/test/world/cards/cardsTerminal.js';
import * as reader from '../../../../simulator/test/world/dynamic/dynamicTerminal.js';
import { assertingCard, KEYS, scopesOf, type Tap } from './assertingCard.js';

const START_MS = Date.UTC(2026, 10, 24, 12);
const pairKey = seededBytes('pair key')(32);
const RANGE: AccountRange = {
  first: 100n,
  last: 999n,
  currency: 978,
  tapLimit: 20_000,
  offlineTapLimit: 5000,
  dayLimit: 50_000,
  credit: 60_000,
};

interface Desk {
  readonly authoriser: AccountAuthoriser;
  readonly journal: Journal<AccountEntry>;
  ms: number;
  nonce(merchant?: string, use?: NonceUse): Uint8Array;
}

function desk(journal: Journal<AccountEntry> = memoryJournal()): Desk {
  const place = { ms: START_MS };
  const authoriser = openAccountAuthoriser({
    keySets: new Map([[1, KEYS]]),
    ranges: [RANGE],
    scopesOf,
    pairKey,
    journal,
    nowMs: () => place.ms,
    random: seededBytes(`authoriser ${[...journal.entries()].length}`),
  });
  return Object.assign(place, {
    authoriser,
    journal,
    nonce: (merchant = 'SHOP-1', use: NonceUse = 'online') => authoriser.issueNonces(merchant, 1, use)[0] ?? NO_BYTES,
  });
}

const card = assertingCard(230, 12_345_678);

function order(tap: Tap, changed: Partial<AccountOrder> = {}): AccountOrder {
  const { amount, currency = 978 } = tap;
  const assertion = card.assert(tap);
  return { merchant: 'SHOP-1', key: 'sale-1', amount, currency, takesPartial: false, assertion, ...changed };
}

/** The answer in a word. */
function said(answer: ReturnType<AccountAuthoriser['authorise']>): string {
  return answer.kind === 'approved' ? `approved ${answer.amount}` : answer.reason;
}

test('an order is approved once, and the same order again gets the same answer', () => {
  const { authoriser, nonce, journal } = desk();
  const first = order({ amount: 2600, nonce: nonce(), counter: 1 });
  const answer = authoriser.authorise(first);
  expect(said(answer)).toBe('approved 2600');
  expect(authoriser.authorise(first)).toEqual(answer);
  expect(authoriser.status('SHOP-1', 'sale-1')).toEqual([answer]);
  expect(authoriser.status('SHOP-2', 'sale-1')).toEqual([]);
  expect(authoriser.book.account(card.identity, START_MS).owed).toBe(2600);
  expect([...journal.entries()]).toHaveLength(2);
  expect(said(authoriser.authorise({ ...first, amount: 2601 }))).toBe('AMOUNT_OTHER');
  expect(said(authoriser.authorise(order({ amount: 2600, nonce: nonce(), counter: 2 })))).toBe('KEY_REUSED');
});

test('a refund: each counted once, at most what was taken, by this merchant only, and a reversal takes back the rest', () => {
  const at = desk();
  const { authoriser } = at;
  expect(said(authoriser.authorise(order({ amount: 2600, nonce: at.nonce(), counter: 1 })))).toBe('approved 2600');
  const owed = (one: AccountAuthoriser): number => one.book.account(card.identity, START_MS).owed;
  expect(authoriser.refund('SHOP-1', 'r1', 'sale-1', 0, 600)).toBe(600);
  expect(authoriser.refund('SHOP-1', 'r1', 'sale-1', 0, 600)).toBe(600);
  expect([owed(authoriser), authoriser.book.account(card.identity, START_MS).takenToday]).toEqual([2000, 2600]);
  for (const [shop, sale, position, amount] of [
    ['SHOP-1', 'sale-1', 0, 2001],
    ['SHOP-2', 'sale-1', 0, 1],
    ['SHOP-1', 'sale-2', 0, 1],
    ['SHOP-1', 'sale-1', 1, 1],
    ['SHOP-1', 'sale-1', 0, -1],
    ['SHOP-1', 'sale-1', 0, 0.5],
  ] as const)
    expect(authoriser.refund(shop, `r ${amount}`, sale, position, amount)).toBe(0);
  // After a crash the journal has it.
  const again = desk(at.journal).authoriser;
  expect([owed(again), again.refund('SHOP-1', 'r1', 'sale-1', 0, 600)]).toEqual([2000, 600]);
  again.reverse('SHOP-1', 'sale-1');
  expect([owed(again), again.refund('SHOP-1', 'r2', 'sale-1', 0, 1)]).toEqual([0, 0]);
});

test('the till gets a token of its own shop, and the account is nowhere in it', () => {
  const { authoriser, nonce } = desk();
  const tokenAt = (merchant: string, scope: string, counter: number): string => {
    const tap = { amount: 100, nonce: nonce(merchant), counter, scope };
    const answer = authoriser.authorise(order(tap, { merchant, key: `sale-${counter}` }));
    return answer.kind === 'approved' ? toHex(answer.token) : answer.reason;
  };
  const first = tokenAt('SHOP-1', '4D31303030303030', 1);
  expect(tokenAt('SHOP-1', '4D31303030303031', 2)).toBe(first);
  expect(tokenAt('SHOP-2', '4D32303030303030', 3)).not.toBe(first);
  const account = bytes('00000000000000E6');
  expect(first).toBe(toHex(hmac(sha256, pairKey, concatBytes(account, new TextEncoder().encode('SHOP-1')))));
});

describe('each check refuses, and leaves no trace', () => {
  type Wrong = (at: Desk) => AccountOrder;
  const tap = (at: Desk): Tap => ({ amount: 2600, nonce: at.nonce(), counter: 5 });
  const wrongs: readonly (readonly [reason: keyof typeof REFUSALS, order: Wrong])[] = [
    ['MALFORMED', (at) => order(tap(at), { assertion: card.assert(tap(at)).subarray(1) })],
    ['KEY_SET_NOT_LIVE', (at) => order({ ...tap(at), keySet: 2 })],
    ['CARD_UNKNOWN', (at) => order(tap(at), { assertion: assertingCard(1000, 1).assert(tap(at)) })],
    ['MAC_WRONG', (at) => order(tap(at), { assertion: forged(card.assert(tap(at))) })],
    ['NONCE_UNKNOWN', (at) => order({ ...tap(at), nonce: bytes('1122334455667788') })],
    [
      'NONCE_USED',
      (at) => {
        const nonce = at.nonce();
        at.authoriser.authorise(order({ ...tap(at), nonce, counter: 4 }, { key: 'earlier' }));
        return order({ ...tap(at), nonce });
      },
    ],
    [
      'NONCE_STALE',
      (at) => {
        const late = order(tap(at));
        at.ms += NONCE_LIFETIME_MS.online + 1;
        return late;
      },
    ],
    ['MERCHANT_OTHER', (at) => order({ ...tap(at), scope: '4D32303030303030' })],
    ['MERCHANT_OTHER', (at) => order({ ...tap(at), nonce: at.nonce('SHOP-2') })],
    ['AMOUNT_OTHER', (at) => order(tap(at), { amount: 2599 })],
    ['AMOUNT_OTHER', (at) => order(tap(at), { currency: 840 })],
    [
      'COUNTER_USED',
      (at) => {
        at.authoriser.authorise(order({ ...tap(at), counter: 5 }, { key: 'earlier' }));
        return order(tap(at));
      },
    ],
    [
      'COUNTER_OLD',
      (at) => {
        at.authoriser.authorise(order({ ...tap(at), counter: 21 }, { key: 'earlier' }));
        return order(tap(at));
      },
    ],
    [
      'SALE_OVER',
      (at) => {
        expect(at.authoriser.reverse('SHOP-1', 'sale-1')).toBe(0);
        return order(tap(at));
      },
    ],
  ];
  test.each(wrongs)('%s', (reason, wrong) => {
    const at = desk();
    const bad = wrong(at);
    const before = [...at.journal.entries()].length;
    expect(said(at.authoriser.authorise(bad))).toBe(reason);
    expect([...at.journal.entries()]).toHaveLength(before);
  });

  test('the order of the checks is that of DCA-1: of two things wrong, the first is told', () => {
    const sequence: readonly string[] = wrongs.map(([reason]) => reason);
    const at = desk();
    const stale = at.nonce();
    const foreign = { amount: 2600, counter: 5, nonce: stale, scope: '4D32303030303030' };
    at.ms += NONCE_LIFETIME_MS.online + 1;
    const cases: readonly AccountOrder[] = [
      order({ ...foreign, keySet: 2 }, { assertion: forged(assertingCard(1000, 1).assert({ ...foreign, keySet: 2 })) }),
      order(foreign, { assertion: forged(assertingCard(1000, 1).assert(foreign)) }),
      order(foreign, { assertion: forged(card.assert(foreign)) }),
      order(foreign, { amount: 1 }),
      order({ ...foreign, nonce: at.nonce() }, { amount: 1 }),
      order({ amount: 2600, counter: 0, nonce: at.nonce() }, { amount: 1 }),
      order({ amount: 50_000, counter: 0, nonce: at.nonce() }),
      order({ amount: 50_000, counter: 1, nonce: at.nonce() }),
    ];
    const told = cases.map((one) => said(at.authoriser.authorise(one)));
    expect(told).toEqual([
      'KEY_SET_NOT_LIVE',
      'CARD_UNKNOWN',
      'MAC_WRONG',
      'NONCE_STALE',
      'MERCHANT_OTHER',
      'AMOUNT_OTHER',
      'COUNTER_USED',
      'LIMIT_TAP',
    ]);
    const places = told.slice(0, -1).map((reason) => sequence.indexOf(reason));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('whatever bytes come as an assertion, they are refused', () => {
    const at = desk();
    const real = card.assert({ amount: 2600, nonce: at.nonce(), counter: 1 });
    const before = [...at.journal.entries()].length;
    const flipped = fc.tuple(fc.nat(real.length - 1), fc.integer({ min: 1, max: 255 })).map(([place, change]) => {
      const copy = real.slice();
      copy[place] = (copy[place] ?? 0) ^ change;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), flipped), (assertion) => {
        const answer = at.authoriser.authorise(order({ amount: 2600, nonce: NO_BYTES, counter: 1 }, { assertion }));
        return answer.kind === 'refused';
      }),
      { seed: 4, numRuns: 2000 },
    );
    expect([...at.journal.entries()]).toHaveLength(before);
  });
});

describe('what an account may spend', () => {
  interface Spend {
    readonly amount: number;
    readonly use?: NonceUse;
    readonly takesPartial?: boolean;
  }
  let counter = 0;
  const spend = (at: Desk, { amount, use = 'online', takesPartial = false }: Spend): string => {
    counter += 1;
    const tap = { amount, nonce: at.nonce('SHOP-1', use), counter };
    return said(at.authoriser.authorise(order(tap, { key: `sale-${counter}`, takesPartial })));
  };

  test('limits of a tap, of a tap with a nonce fetched ahead, and of a day', () => {
    const at = desk();
    expect(spend(at, { amount: 20_001 })).toBe('LIMIT_TAP');
    expect(spend(at, { amount: 5001, use: 'offline' })).toBe('LIMIT_OFFLINE');
    expect(spend(at, { amount: 5000, use: 'offline' })).toBe('approved 5000');
    expect(spend(at, { amount: 20_000 })).toBe('approved 20000');
    expect(spend(at, { amount: 20_000 })).toBe('approved 20000');
    expect(spend(at, { amount: 5001 })).toBe('LIMIT_DAY');
    expect(spend(at, { amount: 5000 })).toBe('approved 5000');
    at.ms += 12 * 3_600_000;
    expect(spend(at, { amount: 10_001 })).toBe('FUNDS');
    expect(spend(at, { amount: 10_001, takesPartial: true })).toBe('approved 10000');
    expect(spend(at, { amount: 1, takesPartial: true })).toBe('FUNDS');
  });

  test('another currency than the account’s', () => {
    const at = desk();
    counter += 1;
    const tap = { amount: 100, currency: 840, nonce: at.nonce(), counter };
    expect(said(at.authoriser.authorise(order(tap)))).toBe('CURRENCY_OTHER');
  });

  test('a lost card pays nothing, another card of the account still does; a blocked account, none', () => {
    const at = desk();
    const other = assertingCard(230, 99);
    const pay = (amount: number, key: string, by = card): string =>
      said(
        at.authoriser.authorise(
          order(
            { amount, nonce: NO_BYTES, counter: 1 },
            { key, assertion: by.assert({ amount, nonce: at.nonce(), counter: nextCounter() }) },
          ),
        ),
      );
    const nextCounter = (): number => {
      counter += 1;
      return counter;
    };
    at.authoriser.block(card.identity);
    expect(pay(100, 'a')).toBe('CARD_BLOCKED');
    expect(pay(100, 'b', other)).toBe('approved 100');
    at.authoriser.block(card.identity.subarray(0, 8));
    expect(pay(100, 'c', other)).toBe('ACCOUNT_BLOCKED');
    const again = desk(at.journal);
    expect(
      said(
        again.authoriser.authorise(order({ amount: 100, nonce: again.nonce(), counter: nextCounter() }, { key: 'd' })),
      ),
    ).toBe('CARD_BLOCKED');
    at.authoriser.unblock(card.identity.subarray(0, 8));
    at.authoriser.unblock(card.identity);
    expect(pay(100, 'e')).toBe('approved 100');
  });

  test('a reversal gives back once, also to the day', () => {
    const at = desk();
    expect(spend(at, { amount: 20_000 })).toBe('approved 20000');
    const key = `sale-${counter}`;
    expect(at.authoriser.reverse('SHOP-2', key)).toBe(0);
    expect(at.authoriser.reverse('SHOP-1', key)).toBe(20_000);
    expect(at.authoriser.reverse('SHOP-1', key)).toBe(20_000);
    expect(at.authoriser.book.account(card.identity, at.ms)).toEqual({ isBlocked: false, takenToday: 0, owed: 0 });
    expect(at.authoriser.status('SHOP-1', key)).toEqual([{ kind: 'refused', reason: 'SALE_OVER' }]);
  });

  test('a reversal after a refund gives back the rest, and says so', () => {
    const at = desk();
    expect(spend(at, { amount: 20_000 })).toBe('approved 20000');
    const key = `sale-${counter}`;
    expect(at.authoriser.refund('SHOP-1', 'back', key, 0, 5_000)).toBe(5_000);
    expect(at.authoriser.reverse('SHOP-1', key)).toBe(15_000);
    expect(at.authoriser.reverse('SHOP-1', key)).toBe(15_000);
    expect(at.authoriser.book.account(card.identity, at.ms).owed).toBe(0);
  });

  test('a refund key of another sale gives nothing back', () => {
    const at = desk();
    const keys = [1, 2].map(() => {
      expect(spend(at, { amount: 20_000 })).toBe('approved 20000');
      return `sale-${counter}`;
    });
    const [first = '', second = ''] = keys;
    expect(at.authoriser.refund('SHOP-1', 'back', first, 0, 5_000)).toBe(5_000);
    expect(at.authoriser.refund('SHOP-1', 'back', second, 0, 5_000)).toBe(0);
    expect(at.authoriser.refund('SHOP-1', 'back', first, 0, 5_000)).toBe(5_000);
    expect(at.authoriser.book.account(card.identity, at.ms).owed).toBe(35_000);
  });
});

test('a decision that was kept when the process died is the answer afterwards; one that was not is as if never asked', () => {
  for (const isKept of [true, false]) {
    const kept = memoryJournal<AccountEntry>();
    let isDying = false;
    const at = desk({
      entries: () => kept.entries(),
      append(entry) {
        if (!isDying || isKept) kept.append(entry);
        if (isDying) throw new Error('power');
      },
    });
    const one = order({ amount: 2600, nonce: at.nonce(), counter: 1 });
    isDying = true;
    expect(() => at.authoriser.authorise(one)).toThrow('power');
    const again = desk(kept);
    expect(again.authoriser.status('SHOP-1', 'sale-1')).toHaveLength(isKept ? 1 : 0);
    expect(said(again.authoriser.authorise(one))).toBe('approved 2600');
    expect(again.authoriser.book.account(card.identity, START_MS).owed).toBe(2600);
  }
});

test('a clock that jumps back makes no stale nonce fresh', () => {
  const at = desk();
  const late = order({ amount: 2600, nonce: at.nonce(), counter: 1 });
  at.ms += NONCE_LIFETIME_MS.online + 1;
  expect(said(at.authoriser.authorise(late))).toBe('NONCE_STALE');
  at.ms = START_MS;
  expect(said(at.authoriser.authorise(late))).toBe('NONCE_STALE');
});

test('nonces: none for a stranger, a bounded number for a merchant, and room again when they are old', () => {
  const at = desk();
  expect(at.authoriser.issueNonces('STRANGER', 1)).toEqual([]);
  expect(at.authoriser.issueNonces('SHOP-1', 1e9)).toHaveLength(NONCES_OF_MERCHANT_MAX);
  expect(at.authoriser.issueNonces('SHOP-1', 1)).toEqual([]);
  expect(at.authoriser.issueNonces('SHOP-2', 1)).toHaveLength(1);
  at.ms += 2 * NONCE_LIFETIME_MS.online + 1;
  expect(at.authoriser.issueNonces('SHOP-1', 1)).toHaveLength(1);
});

test('decisions are forgotten after their time, and their assertion is refused then', () => {
  const at = desk();
  const one = order({ amount: 2600, nonce: at.nonce(), counter: 1 });
  expect(said(at.authoriser.authorise(one))).toBe('approved 2600');
  at.ms += DECISIONS_KEPT_MS + 1;
  at.nonce();
  expect(at.authoriser.status('SHOP-1', 'sale-1')).toEqual([]);
  expect(said(at.authoriser.authorise(one))).toBe('NONCE_UNKNOWN');
});

test('the dynamic card’s own script asserts, and the authoriser believes it once', () => {
  const made = makeCard('account at its authoriser');
  const real = createDynamicCard({ name: 'account', made, seed: 1 });
  real.powerOn('contactless');
  const issuer = createCardIssuer(made, made.issuerKeys(ISSUERS.operator));
  const profile = { id: bytes('01'), kind: 2, activation: 1, label: bytes('41'), aid: bytes('F04143435401') };
  const keys = deriveAccountKeys(KEYS, bytes('00000000000000E6'), bytes('0000000000BC614E'));
  expect(deliver(real, issuer.putProfile(profile, keys))).toBe(0x9000);
  const at = desk();
  send(real, reader.SELECT_ACCOUNT);
  const nonce = toHex(at.nonce('SHOP-1'));
  const sent = `9F02060000000026005F2A0209789A032611249F1C084D31303030303030DF6008${nonce}`;
  const { data } = send(real, `80AE8000${toHex(Uint8Array.of(sent.length / 2))}${sent}00`);
  const assertion = forwardedAssertion(bytes(sent), data);
  const given = { merchant: 'SHOP-1', amount: 2600, currency: 978, takesPartial: false, assertion };
  expect(said(at.authoriser.authorise({ ...given, key: 'sale-1' }))).toBe('approved 2600');
  expect(said(at.authoriser.authorise({ ...given, key: 'sale-2' }))).toBe('NONCE_USED');
});

test('every reason has its sentence', () => {
  for (const text of Object.values({ ...REFUSALS, ...DECLINES })) expect(text.length).toBeGreaterThan(10);
});

/** One bit of the cryptogram, the last byte. */
function forged(assertion: Uint8Array): Uint8Array {
  const copy = assertion.slice();
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
