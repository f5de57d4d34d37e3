/**
 * `comptoir refund`: gives a sale back, or a part of it. It asks the acquirer alone; the reader may be away.
 * Source: docs/how-to/refund-a-sale.md.   Floor: cli.
 */

import { formatMoney, keyFrom, type Money, newKey, parseMoney } from '@comptoir/sdk';
import { type RefundResult, refund } from '@comptoir/sdk/checkout';
import type { Command } from 'commander';
import { refusal } from './files.js';
import { type AcquirerSession, EXIT, type ExitCode } from './session.js';

interface RefundFlags {
  readonly currency: string;
  readonly key?: string;
}

/** @param run with the acquirer that the options of the program name */
export function addRefundCommand(
  program: Command,
  run: (work: (session: AcquirerSession) => Promise<ExitCode>) => Promise<void>,
): void {
  program
    .command('refund <key> [amount]')
    .description('give back what was paid under a key: all that is left, or an amount of it')
    .option('--currency <code>', 'ISO 4217 letters, of the amount', 'EUR')
    .option('--key <key>', 'idempotency key of the refund; default: a new one, which is printed')
    .action((sale: string, text: string | undefined, options: RefundFlags) => {
      const of = keyFrom(sale);
      const amount = text === undefined ? undefined : amountIn(text, options.currency);
      const key = options.key === undefined ? newKey('cli') : keyFrom(options.key);
      return run(async ({ acquirer, operation, note, print }) => {
        note(`key: ${key}`);
        const result = await refund(acquirer, { of, key, ...(amount !== undefined && { amount }) }, operation);
        if (result.status === 'unknown' && result.cause instanceof Error) note(result.cause.message);
        print(result, describeRefund(result));
        return result.status === 'refunded' ? EXIT.ok : EXIT.failed;
      });
    });
}

function amountIn(text: string, currency: string): Money {
  const amount = parseMoney(text, currency);
  if (amount === undefined || amount.minor === 0) throw refusal(`${text} ${currency} is no amount.`);
  return amount;
}

export function describeRefund(result: RefundResult): readonly string[] {
  if (result.status === 'unknown') return [`unknown: key ${result.key}`, result.recovery.message];
  if (result.status === 'refused') {
    const left = result.left === undefined ? '' : `, left: ${formatMoney(result.left)}`;
    return [`refused ${result.code}${left}. ${result.recovery.message}`];
  }
  const { amount, parts, coupons, left } = result;
  const rest = result.status === 'partial' ? `, not ${formatMoney(result.remaining)}: ${result.code}` : '';
  return [
    `refunded ${formatMoney(amount)}${rest}`,
    ...parts.map((part) => `  ${formatMoney(part.amount)} to ${part.kind} ${part.label}`),
    ...coupons.map(({ label, isValidAgain }) => `  coupon ${label}: ${isValidAgain ? 'valid again' : 'still used'}`),
    `left: ${formatMoney(left)}`,
    ...(result.status === 'partial' ? [result.recovery.message] : []),
  ];
}
