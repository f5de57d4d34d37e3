/**
 * A receipt as lines of text, for a printer or a message.
 * Source: EMV 4.4 Book 4 §11.4 (AID, mask, authorisation code).   Floor: sdk receipt.
 */
import { usageError } from '../values/errors.js';
import { formatMoney, type Money } from '../values/money.js';
import type { Receipt, ReceiptTender } from './receipt.js';
import { RECEIPT_WORDS, type ReceiptWords } from './receiptWords.js';

const COLUMNS = 40;
/** An AID of 16 bytes and its name have to stand somewhere, and an amount beside a word. */
const COLUMNS_MIN = 24;
const COLUMNS_MAX = 255;

/** @param columns of the printer, 24 to 255 @returns lines, none longer @throws ReaderError `usage/invalid` */
export function receiptText(
  receipt: Receipt,
  { columns = COLUMNS, words = RECEIPT_WORDS.en }: { readonly columns?: number; readonly words?: ReceiptWords } = {},
): string {
  if (!Number.isInteger(columns) || columns < COLUMNS_MIN || columns > COLUMNS_MAX)
    throw usageError(`A receipt has ${COLUMNS_MIN} to ${COLUMNS_MAX} columns.`);
  const amount = (money: Money): string => formatMoney(money).replace('.', words.decimalMark);
  const pair = (name: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : paired(name, value, columns);
  const rule = '-'.repeat(columns);
  const { shop, number, time, lines = [], discounts = [], tip, vat = [], cash } = receipt;
  const text = [
    shop.name,
    ...(shop.address ?? []),
    ...(shop.vatNumber === undefined ? [] : [shop.vatNumber]),
    ...pair(words.receipt, number),
    ...(time === undefined ? [] : [time]),
    rule,
    ...lines.flatMap(({ name, qty, amount: money }) => pair(`${qty} x ${name}`, amount(money))),
    ...discounts.flatMap(({ name, amount: money }) => pair(name, `-${amount(money)}`)),
    ...receipt.tenders.filter(isCoupon).flatMap((tender) => tenderLines(tender, words, amount, pair)),
    ...(tip === undefined ? [] : pair(words.tip, amount(tip))),
    rule,
    ...(receipt.status === 'declined'
      ? pair(words.declined, receipt.code)
      : [
          ...pair(words.total, amount(receipt.paid)),
          ...vat.flatMap((one) => pair(`${words.vat} ${one.rate / 100} %`, amount(one.amount))),
        ]),
    ...receipt.tenders
      .filter((tender) => !isCoupon(tender))
      .flatMap((tender) => [rule, ...tenderLines(tender, words, amount, pair)]),
    ...(cash?.change === undefined ? [] : pair(words.change, amount(cash.change))),
    ...(receipt.remaining === undefined ? [] : [rule, ...pair(words.stillDue, amount(receipt.remaining))]),
  ];
  return text.flatMap((line) => wrapped(line, columns)).join('\n');
}

function isCoupon({ kind }: ReceiptTender): boolean {
  return kind === 'coupon';
}

function tenderLines(
  tender: ReceiptTender,
  words: ReceiptWords,
  amount: (money: Money) => string,
  pair: (name: string, value: string | undefined) => readonly string[],
): readonly string[] {
  const { kind, label, amount: money, masked, aid, tvr, tsi, cvm, arc, authorisationCode, isStored, rules } = tender;
  const name = kind === 'cash' ? words.cash : kind === 'coupon' ? `${words.coupon} ${label}` : label;
  return [
    ...pair(name, `${kind === 'coupon' ? '-' : ''}${amount(money)}`),
    ...(masked === undefined ? [] : [`  ${masked}`]),
    ...new Set(rules.map((rule) => `  ${words.rules[rule] ?? rule}`)),
    ...pair('  AID', aid),
    ...pair('  TVR', tvr),
    ...pair('  TSI', tsi),
    ...(cvm === undefined ? [] : [`  ${words.verified[cvm] ?? cvm}`]),
    ...pair('  ARC', arc),
    ...pair(`  ${words.approvedBy}`, authorisationCode),
    ...(isStored ? [words.stored] : []),
  ];
}

/** Name to the left, value to the right; on two lines where they don't fit. */
function paired(name: string, value: string, columns: number): readonly string[] {
  const room = columns - value.length - 1;
  if (name.length <= room) return [name.padEnd(columns - value.length) + value];
  return [...wrapped(name, columns), value.padStart(columns)];
}

function wrapped(line: string, columns: number): readonly string[] {
  if (line.length <= columns) return [line];
  const at = line.lastIndexOf(' ', columns);
  const cut = at > columns / 2 ? at : columns;
  return [line.slice(0, cut).trimEnd(), ...wrapped(line.slice(cut).trimStart(), columns)];
}
