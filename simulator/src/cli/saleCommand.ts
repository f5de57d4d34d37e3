/**
 * `sale`: one sale, shown.
 * Floor: simulator.
 */
import { currencyOf, parseMoney, ReaderError } from '@comptoir/sdk';
import type { Command } from 'commander';
import { makeSale, type SaleReport, type SaleRequest } from '../sale/sale.js';
import { saleText } from '../sale/saleText.js';
import type { Surroundings } from './surroundings.js';
import { cardFrom, EXIT, interfaceFrom, targetFrom, UsageError, wholeNumberFrom } from './usage.js';

interface SaleOptions {
  readonly card: string;
  readonly amount: string;
  readonly currency: string;
  readonly interface?: string;
  readonly target: string;
  readonly seed: string;
  readonly trace?: true;
  readonly json?: true;
}

export function addSaleCommand(program: Command, { out, err, exit }: Surroundings): void {
  program
    .command('sale')
    .description('one sale: the card, each step of the reading, what left the reader, the receipt')
    .option('--card <card>', 'a name, see `card list`, or the path of a card, see `card new`', 'visa-debit')
    .option('--amount <amount>', 'as people write it', '12.50')
    .option('--currency <code>', 'ISO 4217', 'EUR')
    .option('--interface <name>', 'contact or contactless (default: contactless, if the card has it)')
    .option('--target <name>', 'node, quickjs or pico', 'quickjs')
    .option('--seed <number>', 'the same seed gives the same bytes', '1')
    .option('--trace', 'every APDU, masked, and every report')
    .option('--json', 'one JSON object instead')
    .action(async (options: SaleOptions) => {
      const request = requestFrom(options);
      let report: SaleReport;
      try {
        report = await makeSale(request);
      } catch (fault) {
        if (!(fault instanceof ReaderError)) throw fault;
        if (options.json)
          out(
            JSON.stringify({
              error: errorObject(fault),
              card: request.card.name,
              target: request.target,
              seed: request.seed,
            }),
          );
        else err(`${fault.code}: ${fault.message} ${fault.recovery.message}`);
        return exit(EXIT.failed);
      }
      out(
        options.json
          ? JSON.stringify(printable(report, options.trace === true))
          : saleText(report, options.trace === true),
      );
      exit(report.result.status === 'approved' ? EXIT.well : EXIT.failed);
    });
}

function requestFrom(options: SaleOptions): SaleRequest {
  const card = cardFrom(options.card);
  const has = card.interface;
  const used =
    options.interface === undefined ? (has === 'both' ? 'contactless' : has) : interfaceFrom(options.interface);
  if (has !== 'both' && has !== used)
    throw new UsageError(`The card "${card.name}" has no ${used} interface, only ${has}.`);
  if (currencyOf(options.currency) === undefined)
    throw new UsageError(`The currency "${options.currency}" is not known.`);
  const amount = parseMoney(options.amount, options.currency);
  if (amount === undefined || amount.minor === 0)
    throw new UsageError(`"${options.amount}" is no amount of ${options.currency}.`);
  return {
    card,
    amount,
    interface: used,
    target: targetFrom(options.target),
    seed: wholeNumberFrom('The seed', options.seed, Number.MAX_SAFE_INTEGER),
  };
}

/** Steps without their APDUs, and no reports, unless they were asked for. */
function printable({ transcript, steps, ...report }: SaleReport, withTrace: boolean): object {
  if (!withTrace) return { ...report, steps: steps.map(({ name, sw }) => ({ name, sw })) };
  const reports = transcript.map(({ atMs, direction, report: bytes }) => ({
    atMs,
    direction,
    hex: Buffer.from(bytes).toString('hex').toUpperCase(),
  }));
  return { ...report, steps, reports };
}

function errorObject({ code, message, charged, recovery }: ReaderError): object {
  return { code, message, charged, recovery };
}
