/**
 * The customer's receipt as text.
 * Source: EMV 4.4 Book 4 §11.4 (AID, mask, authorisation code).   Floor: simulator simulation.
 */
import { formatMoney, type Money, type PayResult, type ReceiptFields } from '@comptoir/sdk';
import { DEVELOPMENT_MERCHANT } from '../../world/configuration.js';

const WIDTH_CHARACTERS = 40;

/** Lines of 40 characters at most. A declined sale gives a receipt as well; one that never met a card gives none. */
export function receiptLines(result: PayResult, asked: Money): readonly string[] {
  switch (result.status) {
    case 'approved':
    case 'partial': {
      const { taken, tenders } = result.payment;
      const { label = '', masked, receipt = {} } = tenders[0] ?? {};
      return [
        DEVELOPMENT_MERCHANT.merchantNameAndLocation,
        ...(['merchant', 'terminal'] as const).map((name) => pair(name, receipt[name])),
        rule,
        pair(label, masked),
        ...fieldLines(receipt),
        rule,
        pair('AMOUNT', formatMoney(taken)),
        ...(result.status === 'partial' ? [pair('STILL DUE', formatMoney(result.remaining))] : []),
        pair('APPROVED', receipt.authorisationCode),
      ];
    }
    case 'declined':
      return [
        DEVELOPMENT_MERCHANT.merchantNameAndLocation,
        rule,
        pair('AMOUNT', formatMoney(asked)),
        pair('DECLINED', result.code),
      ];
    case 'stored':
    case 'cancelled':
    case 'unknown':
      return [];
  }
}

const rule = '-'.repeat(WIDTH_CHARACTERS);

function fieldLines({ aid, date, time, interface: used, cvm, ac, atc }: ReceiptFields): readonly string[] {
  return [
    pair('AID', aid),
    pair('date', date && `20${date.match(/../g)?.join('-')}`),
    pair('time', time?.match(/../g)?.join(':')),
    pair('read by', used),
    pair('verified by', cvm),
    pair('cryptogram', ac),
    pair('transaction counter', atc),
  ].filter((line) => line !== '');
}

/** Name to the left, value to the right; nothing when there is no value. */
function pair(name: string, value: string | undefined): string {
  return value === undefined ? '' : `${name}${value.padStart(WIDTH_CHARACTERS - name.length)}`;
}
