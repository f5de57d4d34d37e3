/** Cards, readers, clocks and merchants that mean harm or have bad luck: each is refused with its reason, and nothing is taken. */
import { decodeMessage, encodeMessage, type Message, OUTCOME } from '@comptoir/protocol';
import { type Acquirer, keyFrom } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import type { Card } from '../../../../simulator/src/index.js';
import {
  type Authorisers,
  developmentAuthorisers,
} from '../../../../simulator/src/world/acquirer/developmentAuthorisers.js';
import { RESPONSE_CODES } from '../../../../simulator/src/world/acquirer/responseCodes.js';
import { createTestAcquirer, type TestAcquirer } from '../../../../simulator/src/world/acquirer/testAcquirer.js';
import { FIRST_GIFT, OTHER_SHOP } from '../../../../simulator/src/world/cards/dynamic/dynamicProfiles.js';
import { DEVELOPMENT_MERCHANT } from '../../../../simulator/src/world/configuration.js';
import { KEY } from '../../../src/board/board.js';
import { baseDerivationKey, CheckoutTill, tendersOf } from './checkoutTill.js';
import { createFourTenderCard, GIFT_BALANCE, MASTER } from './fourTenders.js';

const START_MS = Date.UTC(2026, 10, 24, 12);
const basket = [{ quantity: 2, unitAmount: 2500 }];
const GIFT = BigInt(FIRST_GIFT);

interface Shop {
  readonly till: CheckoutTill;
  readonly acquirer: TestAcquirer;
  /** What the host answered, in order. */
  readonly codes: string[];
}

/** Time and ledgers that shops have in common. */
class Street {
  nowMs = START_MS;
  readonly authorisers: Authorisers = developmentAuthorisers({ nowMs: () => this.nowMs });
  private shops = 0;

  shop(merchant = DEVELOPMENT_MERCHANT): Shop {
    const { authorisers } = this;
    const codes: string[] = [];
    const acquirer = createTestAcquirer({ baseDerivationKey, authorisers, merchant: merchant.merchantIdentifier });
    this.shops += 1;
    return { till: new CheckoutTill(undefined, this.shops, merchant), acquirer: listening(acquirer, codes), codes };
  }

  /** Nobody took anything. */
  expectUntouched(acquirer: TestAcquirer): void {
    const { gifts } = this.authorisers;
    expect(gifts.ledger.value(GIFT)).toEqual({ balance: GIFT_BALANCE, free: GIFT_BALANCE });
    expect(gifts.ledger.isSerialFree('DYN-0001')).toBe(true);
    expect(acquirer.charges()).toEqual([]);
  }
}

function listening(acquirer: TestAcquirer, codes: string[]): TestAcquirer {
  return {
    ...acquirer,
    async authorise(bytes, key) {
      const answer = await acquirer.authorise(bytes, key);
      const decoded = decodeMessage(answer);
      if (decoded.ok && decoded.message.kind === 'complete') codes.push(decoded.message.responseCode);
      return answer;
    },
  };
}

const INS_ASSERT = 0xae;
const INS_REDEEM = 0xd4;

/** Keeps the first cryptogram of each kind. */
function recording(card: Card, said: Map<number, Uint8Array>): Card {
  return {
    ...card,
    transmit(command) {
      const answer = card.transmit(command);
      const kind = command[1] ?? 0;
      if ((kind === INS_ASSERT || kind === INS_REDEEM) && answer !== undefined && !said.has(kind))
        said.set(kind, answer.slice());
      return answer;
    },
  };
}

/** A card that says what was recorded, whenever it's asked for a cryptogram. */
function replaying(card: Card, said: ReadonlyMap<number, Uint8Array>): Card {
  return { ...card, transmit: (command) => said.get(command[1] ?? 0)?.slice() ?? card.transmit(command) };
}

test('a reader without authority: the card shows nothing, and nothing is asked', async () => {
  const street = new Street();
  const { till, acquirer, codes } = street.shop();
  const { secure } = till.board;
  const handle = secure.findKey(KEY.walletReader);
  till.board.secure = {
    ...secure,
    cmac: (key, data) => (key === handle ? new Uint8Array(16) : secure.cmac(key, data)),
  };
  expect(await till.tapAt(acquirer, MASTER.copy(), basket)).toMatchObject({
    outcome: OUTCOME.cardError,
    reason: 'WALLET_REFUSES_READER',
    tenders: [],
  });
  expect(codes).toEqual([]);
});

test('a reader that says it is another merchant’s', async () => {
  const street = new Street();
  const { acquirer } = street.shop();
  const other = { ...DEVELOPMENT_MERCHANT, merchantIdentifier: OTHER_SHOP, terminalIdentification: 'DEV00002' };
  const { till } = street.shop(other);
  await expect(till.tapAt(acquirer, MASTER.copy(), basket)).rejects.toThrow('MERCHANT_WRONG');
  street.expectUntouched(acquirer);
});

test('a debit that was recorded at another tap', async () => {
  const street = new Street();
  const said = new Map<number, Uint8Array>();
  const { till, acquirer, codes } = street.shop();
  await till.tapAt(acquirer, recording(MASTER.copy(), said), basket, { key: 'recorded' });
  codes.length = 0;
  const before = street.authorisers.gifts.ledger.value(GIFT);
  const answer = await till.tapAt(acquirer, replaying(MASTER.copy(), said), basket);
  // Coupon, gift card and account; the fallback pays.
  expect(codes).toEqual([...new Array(3).fill(RESPONSE_CODES.MAC_WRONG), '00']);
  expect(tendersOf(answer)).toEqual([['VISA', 5000]]);
  expect(street.authorisers.gifts.ledger.value(GIFT)).toEqual(before);
});

test('an assertion of an account that was recorded at another tap', async () => {
  const street = new Street();
  const said = new Map<number, Uint8Array>();
  const brand = { brand: 'ACCOUNT' };
  const card = MASTER.copy();
  const { till, acquirer, codes } = street.shop();
  await till.tapAt(acquirer, recording(card, said), basket, { ...brand, key: 'recorded' });
  said.delete(INS_REDEEM);
  codes.length = 0;
  // The same amount again, so that only the nonce is another.
  const answer = await till.tapAt(acquirer, replaying(card, said), [{ quantity: 1, unitAmount: 2000 }], brand);
  expect(codes[0]).toBe(RESPONSE_CODES.MAC_WRONG);
  expect(tendersOf(answer)).toEqual([['VISA', 2000]]);
});

test('a question that was recorded, under another key, and once more', async () => {
  const street = new Street();
  const { till, acquirer } = street.shop();
  await till.tapAt(acquirer, MASTER.copy(), basket, { brand: 'VISA' });
  const before = street.authorisers.gifts.ledger.value(GIFT);
  for (const question of till.asked) {
    if (question.kind !== 'authorise') continue;
    const stolen = encodeMessage({ ...question, key: 'thief' });
    await expect(acquirer.authorise(stolen, keyFrom('thief'))).rejects.toThrow('KEY_REUSED');
    await acquirer.authorise(encodeMessage(question), keyFrom('sale-1'));
  }
  expect(street.authorisers.gifts.ledger.value(GIFT)).toEqual(before);
  expect(acquirer.charges()).toHaveLength(1);
});

test('a gift card that shows more than the ledger has', async () => {
  const street = new Street();
  const { till, acquirer, codes } = street.shop();
  const answer = await till.tapAt(acquirer, createFourTenderCard(999_999), basket, { brand: 'VISA' });
  expect(codes).toEqual(['00', RESPONSE_CODES.FUNDS, '00', '00']);
  expect(tendersOf(answer)).toEqual([
    ['10 PERCENT OFF', 500],
    ['VISA', 4500],
  ]);
  expect(street.authorisers.gifts.ledger.value(GIFT)).toEqual({ balance: GIFT_BALANCE, free: GIFT_BALANCE });
});

test('a coupon twice: on a copy of the card, and on another card', async () => {
  const street = new Street();
  const { till, acquirer, codes } = street.shop();
  const copy = MASTER.copy();
  expect(tendersOf(await till.tapAt(acquirer, MASTER.copy(), basket))[0]).toEqual(['10 PERCENT OFF', 500]);
  codes.length = 0;
  const again = await till.tapAt(acquirer, copy, basket, { key: 'sale-2', brand: 'VISA' });
  const other = createFourTenderCard(GIFT_BALANCE, 'another card');
  const elsewhere = await till.tapAt(acquirer, other, basket, { key: 'sale-3', brand: 'VISA' });
  expect([again, elsewhere].map((answer) => tendersOf(answer))).toEqual([[['VISA', 5000]], [['VISA', 5000]]]);
  const { COUNTER_USED, COUPON_REDEEMED, FUNDS } = RESPONSE_CODES;
  expect(codes).toEqual([COUNTER_USED, COUNTER_USED, '00', COUPON_REDEEMED, FUNDS, '00']);
});

test.each([
  ['ahead', 120_001, RESPONSE_CODES.NONCE_STALE],
  ['back', -86_400_000, '00'],
])('the clock of the authoriser jumps %s during a tap', async (_, jumpMs, code) => {
  const street = new Street();
  const { till, acquirer, codes } = street.shop();
  const jumping: Required<Acquirer> = {
    ...acquirer,
    async nonce() {
      const nonce = await acquirer.nonce();
      street.nowMs += jumpMs;
      return nonce;
    },
  };
  await till.tapAt(jumping, MASTER.copy(), basket);
  expect(codes[0]).toBe(code);
});

test('two merchants race for one gift card: the ledger’s first wins, the other is paid by its bank', async () => {
  const street = new Street();
  const here = street.shop();
  const there = street.shop({
    ...DEVELOPMENT_MERCHANT,
    merchantIdentifier: OTHER_SHOP,
    terminalIdentification: 'DEV00002',
  });
  let won: Message | number | undefined;
  const racing: Required<Acquirer> = {
    ...here.acquirer,
    async authorise(bytes, key) {
      const other = createFourTenderCard(GIFT_BALANCE, 'the other card of this gift');
      won ??= await there.till.tapAt(there.acquirer, other, basket, { key: 'race' });
      return here.acquirer.authorise(bytes, key);
    },
  };
  const lost = await here.till.tapAt(racing, MASTER.copy(), basket, { brand: 'VISA' });
  expect(tendersOf(lost)).toEqual([
    ['10 PERCENT OFF', 500],
    ['VISA', 4500],
  ]);
  expect(tendersOf(won)[0]).toEqual(['GIFT CARD', 2500]);
  expect(here.codes).toEqual(['00', RESPONSE_CODES.FUNDS, '00', '00']);
  expect(street.authorisers.gifts.ledger.value(GIFT)).toEqual({ balance: 0, free: 0 });
  expect(here.acquirer.charges()).toEqual([{ key: 'sale-1', amount: 4500, currency: 978 }]);
});
