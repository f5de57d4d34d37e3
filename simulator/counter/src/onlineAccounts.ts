/**
 * The account of the catalogue's dynamic card, as a shop's site asks for it: its holder signs in with a code, and pays without a tap. What was paid
 * so is in the test host's answers, too, and is refunded there like any tender.
 * Floor: counter.
 */
import { createHash } from 'node:crypto';
import type { CheckoutHost, Key, MadeRefund, Money, RefundHost, RefundOrder } from '@comptoir/sdk';
import type { OnlineAccounts } from '@comptoir/shop';

export interface AccountOfCard {
  /** As the site's customer types it. */
  readonly code: string;
  readonly accountToken: string;
  readonly references: readonly string[];
  readonly label: string;
}

type Host = CheckoutHost & RefundHost;

interface PaidOnline {
  readonly amount: Money;
  readonly refunds: MadeRefund[];
}

/** Minor units. */
const LIMIT = 100_000;

export function onlineAccounts(
  account: AccountOfCard,
  counter: Host,
): { readonly accounts: OnlineAccounts; readonly host: Host } {
  const paid = new Map<string, PaidOnline | 'never'>();
  const authority = createHash('sha256').update(account.accountToken).digest('hex');
  const told = (key: string): { kind: 'approved'; authorisationCode: string } => ({
    kind: 'approved',
    authorisationCode: createHash('sha256').update(key).digest('hex').slice(0, 6).toUpperCase(),
  });
  const { accountToken, references, label } = account;
  const accounts: OnlineAccounts = {
    signIn: async (_merchant, code) =>
      code === account.code ? { ok: true, holder: { accountToken, references, label, authority } } : { ok: false },
    async pay({ key, authority: given, amount }) {
      const before = paid.get(key);
      if (before === 'never' || given !== authority) return { kind: 'declined', reason: 'NOT_ALLOWED' };
      if (amount.minor > LIMIT) return { kind: 'declined', reason: 'LIMIT' };
      if (before === undefined) paid.set(key, { amount, refunds: [] });
      return told(key);
    },
    async status(_merchant, key) {
      const known = paid.get(key) ?? 'never';
      paid.set(key, known);
      return known === 'never' ? null : told(key);
    },
  };
  const own = {
    async sale(key: Key, options?: Parameters<Host['sale']>[1]) {
      const one = paid.get(key);
      if (one === undefined || one === 'never') return counter.sale(key, options);
      const tender = { kind: 'account', label, amount: one.amount } as const;
      return { state: 'stands', tenders: [tender], refunds: [...one.refunds] } as const;
    },
    async refund(order: RefundOrder, options?: Parameters<Host['refund']>[1]) {
      const one = paid.get(order.of);
      return one === undefined || one === 'never' ? counter.refund(order, options) : refundOnline(one, order);
    },
  };
  return { accounts, host: { ...counter, ...own } };
}

/** The same order again is the same refund; never more than was paid. */
function refundOnline({ amount, refunds }: PaidOnline, order: RefundOrder): Awaited<ReturnType<Host['refund']>> {
  if (order.tender !== 0) return { kind: 'refused', reason: 'TENDER_UNKNOWN' };
  const before = refunds.find(({ key }) => key === order.key);
  if (before !== undefined)
    return before.amount.minor === order.amount.minor
      ? { kind: 'refunded' }
      : { kind: 'refused', reason: 'KEY_REUSED' };
  const left = amount.minor - refunds.reduce((sum, made) => sum + made.amount.minor, 0);
  if (order.amount.minor > left || order.amount.currency !== amount.currency)
    return { kind: 'refused', reason: 'MORE_THAN_LEFT' };
  const { key, tender, amount: back, whole } = order;
  refunds.push({ key, tender, amount: back, whole });
  return { kind: 'refunded' };
}
