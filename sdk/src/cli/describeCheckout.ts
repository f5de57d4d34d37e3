/**
 * The result of a sale with a basket as lines for people.
 * Floor: sdk cli.
 */
import { type CheckoutResult, formatMoney, type Tender, type Told } from '../index.js';
import { cardName } from './cardName.js';

type Known = Exclude<CheckoutResult, { readonly status: 'unknown' }>;

export function describeCheckout(result: Known): readonly string[] {
  return [headline(result), ...result.tenders.map(describeTender), ...notUsed(result), ...unsettled(result)];
}

function headline(result: Known): string {
  switch (result.status) {
    case 'paid':
      return `paid ${formatMoney(result.total)}`;
    case 'due':
      return `paid in part, still due ${formatMoney(result.remaining)}`;
    case 'declined':
      return `declined ${result.code}. ${result.recovery.message}`;
    case 'cancelled':
      return `cancelled by ${result.by}`;
  }
}

function describeTender(tender: Tender): string {
  const { kind, amount, rules } = tender;
  return `  ${formatMoney(amount)} by ${kind} ${cardName(tender)} (${rules.join(', ')})`;
}

function notUsed({ notUsed: profiles }: Told): readonly string[] {
  return profiles.map(({ kind, label, reason }) => `  not by ${kind} ${label}: ${reason}`);
}

function unsettled({ settled }: Told): readonly string[] {
  return settled ? [] : ['The authorisers do not know it yet: look the key up again.'];
}
