/**
 * A sale with a basket for people to read on a terminal.
 * Floor: simulator simulation.
 */
import { type Basket, formatMoney, type Instrument, type NotUsed, type Tender } from '@comptoir/sdk';
import { reasonInWords, ruleInWords } from '@comptoir/sdk/selection';
import type { BasketSaleReport } from './basketSale.js';
import { outcome, reportLine, row, sectionsText, stepLines } from './saleText.js';

const MONEY_CHARACTERS = 12;

/**
 * @param withTrace  shows every APDU, masked, and every report of the host link
 * @param recordFile where the selection record is, if it was kept
 */
export function basketText(report: BasketSaleReport, withTrace: boolean, recordFile?: string): string {
  const { result, basket, onCard, giftCards, firmware, target, card } = report;
  const payment = result.status === 'unknown' ? undefined : result.payment;
  return sectionsText([
    ['reader', [row('firmware', `SHA-256 ${firmware.sha256}`), row('target', target)]],
    ['basket', basketLines(basket)],
    [`on the card (${card.name})`, onCard.map((instrument) => instrumentLine(instrument, basket.currency))],
    ['the tap', stepLines(report.steps, withTrace)],
    ['taken, and why', payment?.tenders.map(tenderLine) ?? []],
    ['not used, and why', payment?.notUsed.map(notUsedLine) ?? []],
    [
      'left on the gift card',
      giftCards.map(({ label, before, left }) => row(label, `${formatMoney(left)}, was ${formatMoney(before)}`)),
    ],
    ['result', [outcome(result)]],
    ['selection record', recordFile === undefined ? [] : [`comptoir explain ${recordFile}`]],
    ...(withTrace ? [['reports', report.transcript.map(reportLine)] as const] : []),
  ]);
}

function basketLines({ currency, lines }: Basket): readonly string[] {
  return lines.map(({ sku, qty, unit, giftCardItem }) => {
    const each = qty === 1 ? '' : ` at ${formatMoney({ minor: unit, currency })}`;
    const what = `${qty} ${sku}${each}${giftCardItem === true ? ', a gift card' : ''}`;
    return money(qty * unit, currency) + what;
  });
}

function instrumentLine({ kind, label, masked, balance, points }: Instrument, currency: string): string {
  const worth = points === undefined ? balance : { minor: points, currency };
  const more = [masked, worth && formatMoney(worth)].filter((text) => text !== undefined);
  return row(label, [kind, ...more].join('  '));
}

function tenderLine({ kind, label, masked = '', amount, rules }: Tender): string {
  const why = [...new Set(rules)].map(ruleInWords).join('; ');
  return `${money(amount.minor, amount.currency)}${kind} ${`${label} ${masked}`.trimEnd()}: ${why}`;
}

function notUsedLine({ kind, label, reason }: NotUsed): string {
  return `${`${kind} ${label}`.trimEnd()}: ${reasonInWords(reason)}`;
}

function money(minor: number, currency: string): string {
  return `${formatMoney({ minor, currency }).padStart(MONEY_CHARACTERS)}  `;
}
