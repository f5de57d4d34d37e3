/**
 * `sale`: one sale, shown.
 * Floor: simulator cli.
 */
import { writeFileSync } from 'node:fs';
import { currencyOf, type Money, type PayResult, parseMoney, ReaderError } from '@comptoir/sdk';
import type { Command } from 'commander';
import { replaceFile } from '#files/disk';
import { type BasketSaleReport, makeBasketSale } from '../simulation/sale/basketSale.js';
import { basketText } from '../simulation/sale/basketText.js';
import { makeSale, type SaleReport, type SaleRequest } from '../simulation/sale/sale.js';
import { saleText } from '../simulation/sale/saleText.js';
import { UsageError } from '../trials/usageError.js';
import { transcriptText } from '../world/cards/transcript.js';
import { saveAcquirerKeys, saveText } from './acquirerKeys.js';
import { basketFrom } from './basketFile.js';
import type { Surroundings } from './surroundings.js';
import { cardFrom, EXIT, interfaceFrom, targetFrom, wholeNumberFrom } from './usage.js';

interface SaleOptions {
  readonly card: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly basket?: string;
  readonly points?: string;
  readonly record?: string;
  readonly interface?: string;
  readonly target: string;
  readonly seed: string;
  readonly trace?: true;
  readonly json?: true;
  readonly cardTranscript?: string;
  readonly envelope?: string;
  readonly acquirerKeys?: string;
}

export function addSaleCommand(program: Command, { out, err, exit }: Surroundings): void {
  program
    .command('sale')
    .description('one sale: the card, each step of the reading, what left the reader, the receipt')
    .option(
      '--card <card>',
      'a name, see `card list`, or the path of a card, see docs/how-to/write-a-card.md',
      'visa-debit',
    )
    .option('--amount <amount>', 'as people write it (default: 12.50)')
    .option('--currency <code>', 'ISO 4217 (default: EUR)')
    .option('--basket <file>', 'JSON with currency and lines: coupons, gift cards and accounts pay, too')
    .option('--points <amount>', 'of a basket: points that the customer asks for, as what they are worth')
    .option('--record <file>', 'of a basket: where the signed selection record goes, for `comptoir explain`')
    .option('--interface <name>', 'contact or contactless (default: contactless, if the card has it)')
    .option('--target <name>', 'node, quickjs or pico', 'quickjs')
    .option('--seed <number>', 'the same seed gives the same bytes', '1')
    .option('--trace', 'every APDU, masked, and every report')
    .option('--json', 'one JSON object instead')
    .option('--card-transcript <file>', 'writes what card and reader said, unmasked; `--card` plays it back')
    .option('--envelope <file>', 'writes what was sealed for the acquirer, for `comptoir envelope open`')
    .option('--acquirer-keys <file>', "writes the keys of the seed's acquirer, which open it")
    .action(async (options: SaleOptions) => {
      const sell = options.basket === undefined ? saleOf(options) : basketSaleOf(options, options.basket);
      try {
        const { text, json, isPaid } = await sell();
        out(options.json ? JSON.stringify(json) : text);
        exit(isPaid ? EXIT.well : EXIT.failed);
      } catch (fault) {
        if (!(fault instanceof ReaderError)) throw fault;
        const { card, target, seed } = options;
        if (options.json) out(JSON.stringify({ error: errorObject(fault), card, target, seed: Number(seed) }));
        else err(`${fault.code}: ${fault.message} ${fault.recovery.message}`);
        exit(EXIT.failed);
      }
    });
}

interface Sold {
  readonly text: string;
  readonly json: object;
  readonly isPaid: boolean;
}

/** Wrong use is told before anything is made. */
function saleOf(options: SaleOptions): () => Promise<Sold> {
  if (options.record !== undefined) throw new UsageError('A selection record is of a sale with a --basket.');
  if (options.points !== undefined) throw new UsageError('Points pay a sale with a --basket.');
  const request = requestFrom(options);
  const withTrace = options.trace === true;
  return async () => {
    const report = await makeSale(request);
    saveEnvelope(options, report, request.card.seedOf(request.seed));
    const isPaid = report.result.status === 'approved';
    return { text: saleText(report, withTrace), json: printable(report, withTrace), isPaid };
  };
}

function basketSaleOf(options: SaleOptions, file: string): () => Promise<Sold> {
  const card = cardFrom(options.card);
  if (options.amount !== undefined || options.currency !== undefined)
    throw new UsageError('A basket says itself what it comes to: leave --amount and --currency out.');
  if (options.envelope !== undefined || options.acquirerKeys !== undefined)
    throw new UsageError('A basket has an envelope for each tender: write that of a sale without a --basket.');
  if (options.cardTranscript !== undefined) throw new UsageError('A card transcript is of a sale without a --basket.');
  if (options.interface === 'contact' || card.interface === 'contact')
    throw new UsageError('A basket is paid by a contactless card.');
  const basket = basketFrom(file);
  const redeemPoints = options.points === undefined ? 0 : amountFrom(options.points, basket.currency).minor;
  const request = { card, basket, redeemPoints, target: targetFrom(options.target), seed: seedFrom(options) };
  const withTrace = options.trace === true;
  return async () => {
    const report = await makeBasketSale(request);
    if (options.record !== undefined) saveRecord(options.record, report.result);
    return {
      text: basketText(report, withTrace, options.record),
      json: printable(report, withTrace),
      isPaid: report.result.status === 'approved',
    };
  };
}

/** As hexadecimal text. A sale whose card was never read has none. */
function saveEnvelope(
  { envelope, acquirerKeys }: SaleOptions,
  { left, seed }: SaleReport,
  keySeed: number | string,
): void {
  if (envelope !== undefined) saveText(envelope, 'envelope' in left ? `${left['envelope']}\n` : '');
  if (acquirerKeys !== undefined) saveAcquirerKeys(acquirerKeys, keySeed, seed);
}

/** As hexadecimal text. A sale that never chose anything has none. */
function saveRecord(file: string, result: PayResult): void {
  const record = result.status === 'unknown' ? undefined : result.payment?.record;
  try {
    writeFileSync(file, record === undefined ? '' : `${record}\n`);
  } catch {
    throw new UsageError(`The selection record ${file} can not be written.`);
  }
}

function requestFrom(options: SaleOptions): SaleRequest {
  const card = cardFrom(options.card);
  const has = card.interface;
  const used =
    options.interface === undefined ? (has === 'both' ? 'contactless' : has) : interfaceFrom(options.interface);
  if (has !== 'both' && has !== used)
    throw new UsageError(`The card "${card.name}" has no ${used} interface, only ${has}.`);
  const { amount: text = '12.50', currency = 'EUR' } = options;
  if (currencyOf(currency) === undefined) throw new UsageError(`The currency "${currency}" is not known.`);
  const amount = amountFrom(text, currency);
  const asked = { card, amount, interface: used, target: targetFrom(options.target), seed: seedFrom(options) };
  return { ...asked, ...transcriptOf(options) };
}

function amountFrom(text: string, currency: string): Money {
  const amount = parseMoney(text, currency);
  if (amount === undefined || amount.minor === 0) throw new UsageError(`"${text}" is no amount of ${currency}.`);
  return amount;
}

/** Unmasked, so it goes to the file and nowhere else. */
function transcriptOf({ cardTranscript: file }: SaleOptions): Pick<SaleRequest, 'cardTranscript'> {
  if (file === undefined) return {};
  return {
    cardTranscript: (exchanges) => replaceFile(file, new TextEncoder().encode(transcriptText(exchanges))),
  };
}

function seedFrom({ seed }: SaleOptions): number {
  return wholeNumberFrom('The seed', seed, Number.MAX_SAFE_INTEGER);
}

/** Steps without their APDUs, and no reports, unless they were asked for. */
function printable({ transcript, steps, ...report }: SaleReport | BasketSaleReport, withTrace: boolean): object {
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
