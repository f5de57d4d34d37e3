/**
 * The authorisers behind the test acquirer: they issued what the catalogue's dynamic card holds, under the development keys.
 * Source: docs/explanation/account-pay.md.   Floor: simulator world.
 */

import { developmentKeySet } from '@comptoir/issuer';
import type { AccountEntry, GiftBooks, GiftEntry, Instrument } from '@comptoir/issuer/authorisers';
import {
  type AccountAuthoriser,
  type GiftAuthoriser,
  type Journal,
  memoryJournal,
  merchantToken,
  openAccountAuthoriser,
  openGiftAuthoriser,
} from '@comptoir/issuer/authorisers';
import { latin1ToBytes, toHex } from '@comptoir/protocol';
import { KIND_GIFT } from '@comptoir/protocol/wallet';
import { seededBytes } from '#crypto/seed';
import { type Banks, createBanks } from '../banks/banks.js';
import { DYNAMIC_ACCOUNT, FIRST_GIFT, OTHER_SHOP, SHOP_PROFILES, THIS_SHOP } from '../cards/dynamic/dynamicProfiles.js';
import { DEVELOPMENT_MERCHANT } from '../configuration.js';

export interface Authorisers {
  /** Gift cards, coupons and points. */
  readonly gifts: GiftAuthoriser;
  readonly accounts: AccountAuthoriser;
  /** Behind cards with a number. */
  readonly banks: Banks;
  /** Of the gift cards whose value isn't kept here. */
  readonly giftBooks?: GiftBooks;
}

export interface DevelopmentAuthorisersOptions {
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  /** What the account may owe, minor units. */
  readonly credit?: number;
  /** In memory, by default. */
  readonly giftJournal?: Journal<GiftEntry>;
  readonly accountJournal?: Journal<AccountEntry>;
  /** Keep the value of the gift card, not of the points. Default: it's kept here. */
  readonly giftBooks?: GiftBooks;
}

const EURO = 978;
const CREDIT = 300_000;
const TAP_LIMIT = 100_000;
const OFFLINE_TAP_LIMIT = 5_000;
/** Of a coupon whose rule has no largest discount. */
const COUPON_MOST = 100_000;
const GIFTS_MAX = 1000n;

/** 9F1C of what is sold on the web. */
export const WEB_TERMINAL = 'WEB00001';
/** 9F1C of each merchant's readers. */
const TERMINALS: Readonly<Record<string, readonly string[]>> = {
  [THIS_SHOP]: [DEVELOPMENT_MERCHANT.terminalIdentification, WEB_TERMINAL],
  [OTHER_SHOP]: ['DEV00002', WEB_TERMINAL],
};
const scopesOf = (merchant: string): readonly string[] =>
  (TERMINALS[merchant] ?? []).map((terminal) => toHex(latin1ToBytes(terminal)));

export function developmentAuthorisers({
  nowMs,
  credit = CREDIT,
  giftJournal = memoryJournal(),
  accountJournal = memoryJournal(),
  giftBooks,
}: DevelopmentAuthorisersOptions): Authorisers {
  let gifts: GiftAuthoriser | undefined;
  let accounts: AccountAuthoriser | undefined;
  return {
    // Opened when somebody asks: most readers never do, and a thousand of them had 11 KiB each for it.
    get gifts() {
      gifts ??= openGifts(nowMs, giftJournal, giftBooks !== undefined);
      return gifts;
    },
    get accounts() {
      accounts ??= openAccounts(nowMs, accountJournal, credit);
      return accounts;
    },
    banks: createBanks(),
    ...(giftBooks !== undefined && { giftBooks }),
  };
}

function openGifts(nowMs: () => number, journal: Journal<GiftEntry>, hasBooks: boolean): GiftAuthoriser {
  const gifts = openGiftAuthoriser({
    ...common(nowMs),
    ranges: [{ first: BigInt(FIRST_GIFT), last: GIFTS_MAX }],
    journal,
    random: randomAfter(journal, 'gift'),
  });
  for (const [at, [, , profile]] of SHOP_PROFILES.entries()) {
    const { kind, balance = 0, pointsValue = 0, rule } = profile;
    const isElsewhere = kind === KIND_GIFT && hasBooks;
    const instrument: Instrument = isElsewhere
      ? { kind: 'elsewhere', currency: EURO }
      : rule === undefined
        ? { kind: 'value', currency: EURO, balance: balance + pointsValue }
        : { kind: 'coupon', currency: EURO, serial: rule.serial ?? '', most: rule.amountOff ?? COUPON_MOST };
    gifts.issue(BigInt(FIRST_GIFT + at), instrument);
  }
  return gifts;
}

function openAccounts(nowMs: () => number, journal: Journal<AccountEntry>, credit: number): AccountAuthoriser {
  return openAccountAuthoriser({
    ...common(nowMs),
    ranges: [
      {
        first: BigInt(DYNAMIC_ACCOUNT),
        last: BigInt(DYNAMIC_ACCOUNT),
        currency: EURO,
        tapLimit: TAP_LIMIT,
        offlineTapLimit: OFFLINE_TAP_LIMIT,
        dayLimit: CREDIT,
        credit,
      },
    ],
    pairKey: developmentPairKey(),
    journal,
    random: randomAfter(journal, 'account'),
  });
}

function common(nowMs: () => number): Pick<Parameters<typeof openGiftAuthoriser>[0], 'keySets' | 'scopesOf' | 'nowMs'> {
  const keySet = developmentKeySet();
  return { keySets: new Map([[keySet.number, keySet]]), scopesOf, nowMs };
}

/** What makes tokens of accounts, each merchant's own. */
function developmentPairKey(): Uint8Array {
  return seededBytes('development pair key')(32);
}

/** What the account of the catalogue's dynamic card is to a merchant: hexadecimal, as `settle` tells it. */
export function developmentAccountToken(merchant: string = DEVELOPMENT_MERCHANT.merchantIdentifier): string {
  const account = new Uint8Array(8);
  new DataView(account.buffer).setBigUint64(0, BigInt(DYNAMIC_ACCOUNT));
  return toHex(merchantToken(developmentPairKey(), account, merchant));
}

/** A nonce never comes twice: what follows depends on what was kept. */
function randomAfter(journal: Pick<Journal<unknown>, 'entries'>, name: string): (length: number) => Uint8Array {
  return seededBytes(`development ${name} authoriser ${[...journal.entries()].length}`);
}
