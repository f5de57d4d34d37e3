/**
 * The account that a customer has anyway, as the shop's site asks for it: whoever runs the accounts implements this. The same account pays at
 * the counter by a tap, and both sides give the same token for it.
 * Source: docs/reference/shop.md, accounts; docs/explanation/account-pay.md.   Floor: shop; imports types only.
 */
import type { Money } from '@comptoir/sdk';

/** Who signed in, as this merchant may know it. */
export interface AccountHolder {
  /** As a tap at this merchant gives it: hexadecimal. */
  readonly accountToken: string;
  /** What its cards are called at this merchant's readers: hexadecimal, 8 bytes each. They prove a hand-over by tap. */
  readonly references: readonly string[];
  /** `Account •• 30`: shown to its holder. */
  readonly label: string;
  /** What payments of this session are asked for with. It stays on the server. */
  readonly authority: string;
}

export type SignIn =
  | { readonly ok: true; readonly holder: AccountHolder }
  /** Wrong, used before, or too old: whoever guesses learns no more. */
  | { readonly ok: false };

export interface AccountPayment {
  readonly merchant: string;
  /** Idempotency key: the same key is charged once. */
  readonly key: string;
  readonly authority: string;
  readonly amount: Money;
}

export type AccountPaid =
  | { readonly kind: 'approved'; readonly authorisationCode: string }
  | { readonly kind: 'declined'; readonly reason: string };

export interface OnlineAccounts {
  /** @param code one-time, as the account's own page or app shows it to its holder */
  signIn(merchant: string, code: string): Promise<SignIn>;
  /** Answers within two minutes, or rejects, which means: nobody knows, ask `status`. */
  pay(payment: AccountPayment): Promise<AccountPaid>;
  /** What became of a key. Null: it never came, and from now on it never will. Rejecting means: nobody knows. */
  status(merchant: string, key: string): Promise<AccountPaid | null>;
}
