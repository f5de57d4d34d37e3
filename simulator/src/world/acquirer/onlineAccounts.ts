/**
 * The account of the dynamic card, on the web: its issuer shows the holder a one-time code, and pays for whoever was given it. The issuer has a
 * card of its own for each account, which asserts as the one in the pocket does: the same authoriser decides, with the same limits, and
 * the shop gets the same token. It has the form of `OnlineAccounts` of `@comptoir/shop`.
 * Source: docs/explanation/account-pay.md; docs/reference/shop.md, accounts.   Floor: simulator world.
 */

import { developmentKeys } from '@comptoir/factory/development';
import { deriveAccountKeys, developmentKeySet } from '@comptoir/issuer';
import { keysOfCard } from '@comptoir/issuer/authorisers';
import * as tlv from '@comptoir/protocol';
import {
  TAG_DF60_NONCE,
  TAG_DF61_KEY_SET,
  TAG_DF62_CARD_FLAGS,
  TAG_DF63_CARD_REFERENCE,
} from '@comptoir/protocol/wallet';
import { currencyOf, type Money } from '@comptoir/sdk';
import { cmac } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { seededBytes } from '#crypto/seed';
import { DYNAMIC_ACCOUNT } from '../cards/dynamic/dynamicProfiles.js';
import { type Authorisers, WEB_TERMINAL } from './developmentAuthorisers.js';
import type { TestAcquirer } from './testAcquirer.js';

export interface OnlineAccountsOptions {
  readonly authorisers: Authorisers;
  /** Of the merchants whose online sales can be refunded: what is paid is told to them. */
  readonly acquirers: Readonly<Record<string, Pick<TestAcquirer, 'noteOnline'>>>;
  /** Of the merchants' readers, as `simulate` has it. */
  readonly seed: number | string;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

export interface SimulatedAccounts {
  /** What the issuer's app shows its holder now: eight characters, for two minutes and one sign-in. */
  showCode(): string;
  signIn(
    merchant: string,
    code: string,
  ): Promise<{ readonly ok: false } | { readonly ok: true; readonly holder: Holder }>;
  pay(payment: {
    readonly merchant: string;
    readonly key: string;
    readonly authority: string;
    readonly amount: Money;
  }): Promise<Paid>;
  status(merchant: string, key: string): Promise<Paid | null>;
}

interface Holder {
  readonly accountToken: string;
  readonly references: readonly string[];
  readonly label: string;
  readonly authority: string;
}
type Paid =
  | { readonly kind: 'approved'; readonly authorisationCode: string }
  | { readonly kind: 'declined'; readonly reason: string };

const CODE_MS = 120_000;
const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LABEL = 'ACCOUNT';
/** Of the profile on the card. */
const PROFILE = 'account';
const REFERENCE_BYTES = 8;
const CRYPTOGRAM_BYTES = 8;

export function onlineAccounts({
  authorisers: { accounts },
  acquirers,
  seed,
  nowMs,
}: OnlineAccountsOptions): SimulatedAccounts {
  const random = seededBytes(`${seed}/online accounts`);
  const codes = new Map<string, number>();
  const authorities = new Map<string, string>();
  const account = tlv.concatBytes(new Uint8Array(2), tlv.unsignedToBytes(DYNAMIC_ACCOUNT, 6));
  const serial = seededBytes('development serial of the online card')(8);
  const identity = tlv.concatBytes(account, serial);

  /** What a card answers, made by the issuer itself. */
  const assertionOf = (amount: number, currency: number, nonce: Uint8Array): Uint8Array => {
    const keySet = developmentKeySet();
    const counter = accounts.book.counters(identity).highest + 1;
    const day = new Date(nowMs()).toISOString().slice(2, 10).replaceAll('-', '');
    const covered = tlv.encodeTlv(
      tlv.dataObject(tlv.TAG_9F02_AMOUNT_AUTHORISED, tlv.unsignedToBcd(amount, 6)),
      tlv.dataObject(tlv.TAG_5F2A_TRANSACTION_CURRENCY_CODE, tlv.unsignedToBcd(currency, 2)),
      tlv.dataObject(tlv.TAG_9A_TRANSACTION_DATE, tlv.unsignedToBcd(Number(day), 3)),
      tlv.dataObject(tlv.TAG_9F1C_TERMINAL_IDENTIFICATION, tlv.latin1ToBytes(WEB_TERMINAL)),
      tlv.dataObject(TAG_DF60_NONCE, nonce),
      tlv.dataObject(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, tlv.unsignedToBytes(counter, 2)),
      tlv.dataObject(TAG_DF61_KEY_SET, Uint8Array.of(keySet.number)),
      // The holder is verified: whoever has the code has the app open.
      tlv.dataObject(TAG_DF62_CARD_FLAGS, Uint8Array.of(1)),
    );
    const { cardKey, sessionKey } = keysOfCard(keySet, 'account', serial, counter);
    const cryptogram = cmac(covered, sessionKey).slice(0, CRYPTOGRAM_BYTES);
    cardKey.fill(0);
    sessionKey.fill(0);
    const { cardReference } = deriveAccountKeys(keySet, account, serial);
    return tlv.concatBytes(
      covered,
      tlv.encodeTlv(
        tlv.dataObject(TAG_DF63_CARD_REFERENCE, cardReference),
        tlv.dataObject(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM, cryptogram),
      ),
    );
  };
  const paidOf = (merchant: string, key: string): Paid | null => {
    const [answer] = accounts.status(merchant, key);
    if (answer === undefined) return null;
    if (answer.kind !== 'approved') return { kind: 'declined', reason: answer.reason };
    return {
      kind: 'approved',
      authorisationCode: tlv.toHex(sha256(tlv.latin1ToBytes(`${merchant}|${key}`)).subarray(0, 3)),
    };
  };

  return {
    showCode() {
      const code = Array.from(random(8), (byte) => CODE_LETTERS.charAt(byte % CODE_LETTERS.length)).join('');
      codes.set(code, nowMs() + CODE_MS);
      return code;
    },
    async signIn(merchant, code) {
      const known = code.toUpperCase();
      const endMs = codes.get(known);
      codes.delete(known);
      if (endMs === undefined || endMs <= nowMs()) return { ok: false };
      const authority = tlv.toHex(random(16));
      authorities.set(authority, merchant);
      const key = developmentKeys(seed, '').indexTokenKey;
      const reference = hmac(sha256, key, tlv.latin1ToBytes(`wallet\0${PROFILE}`)).slice(0, REFERENCE_BYTES);
      const holder: Holder = {
        accountToken: tlv.toHex(accounts.tokenOf(merchant, identity)),
        references: [tlv.toHex(reference)],
        label: LABEL,
        authority,
      };
      return { ok: true, holder };
    },
    async pay({ merchant, key, authority, amount }) {
      const before = paidOf(merchant, key);
      if (before !== null) return before;
      const currency = currencyOf(amount.currency)?.numeric;
      const [nonce] = accounts.issueNonces(merchant, 1);
      if (authorities.get(authority) !== merchant || currency === undefined || nonce === undefined)
        return { kind: 'declined', reason: 'NOT_SIGNED_IN' };
      const offer = { merchant, amount: amount.minor, currency, takesPartial: false };
      const answer = accounts.authorise({ ...offer, key, assertion: assertionOf(amount.minor, currency, nonce) });
      if (answer.kind !== 'approved') return { kind: 'declined', reason: answer.reason };
      acquirers[merchant]?.noteOnline(
        key,
        currency,
        LABEL,
        amount.minor,
        (refund, back) => accounts.refund(merchant, refund, key, 0, back) === back,
      );
      return paidOf(merchant, key) ?? { kind: 'declined', reason: 'SALE_OVER' };
    },
    async status(merchant, key) {
      const paid = paidOf(merchant, key);
      // What never came is over from now on: an order that is still on its way finds it reversed.
      if (paid === null) accounts.reverse(merchant, key);
      return paid;
    },
  };
}
