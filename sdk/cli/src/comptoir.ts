/**
 * The command `comptoir`: the public API at a terminal, and nothing else. Results go to standard output, prompts and
 * faults to standard error; with --json a fault is an object on standard output, too. Exit code 0: approved, or a definite
 * answer was given; 1: not approved, not known, or failed; 2: wrong usage.
 * Source: docs/reference/sdk.md.   Floor: cli.
 */
import { fromHex } from '@comptoir/protocol';
import { keyFrom, type LookupResult, newKey, parseMoney, ReaderError } from '@comptoir/sdk';
import { explainSelection } from '@comptoir/sdk/selection';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { addCardCommands } from './card/cardCommands.js';
import { addConfigCommands } from './config/configCommands.js';
import { describeLink, describeLog, describeLookup, describePayResult, describePresented } from './describe.js';
import { addDeviceCommands } from './deviceCommands.js';
import { keepingEnvelope } from './envelopeOfPayment.js';
import { readFile, refusal } from './files.js';
import { addFirmwareCommands, type Ways } from './firmware/firmwareCommands.js';
import { addKeyCommands } from './keys/keyCommands.js';
import { READER_FORMS } from './readers.js';
import { addRefundCommand } from './refundCommand.js';
import { acquirerOf, EXIT, type ExitCode, type GlobalOptions, outputOf, withAcquirer, withReader } from './session.js';
import { addTokenCommands } from './tokens/tokenCommands.js';

interface PayOptions {
  readonly currency: string;
  readonly key?: string;
  readonly partial?: true;
  readonly envelope?: string;
}

const program = new Command('comptoir')
  .description('takes payments with a Comptoir reader')
  .option('--reader <id>', `${READER_FORMS}; default: the only one there is`, process.env['COMPTOIR_READER'])
  .option(
    '--acquirer-url <url>',
    'where the acquirer is asked; default: beside a ws:// reader',
    process.env['COMPTOIR_ACQUIRER_URL'],
  )
  .option('--timeout <seconds>', 'when to give up', readSeconds)
  .option('--trust <keys>', 'public keys of factories, with commas between; default: development')
  .option('--json', 'print the result as one JSON object')
  .exitOverride()
  .showHelpAfterError();

program
  .command('info')
  .description('show which reader it is')
  .action(() =>
    run(async ({ reader, print }) => {
      const { info, link } = reader;
      print(
        { ...info, link: describeLink(link) },
        [...Object.entries(info), ...Object.entries(describeLink(link))].map(
          ([name, value]) => `${name}: ${wordsOf(value)}`,
        ),
      );
      return EXIT.ok;
    }),
  );

program
  .command('pay <amount>')
  .description('take a payment, for example `pay 12.50`')
  .option('--currency <code>', 'ISO 4217 letters', 'EUR')
  .option(
    '--key <key>',
    'idempotency key; default: a new one, which is printed: whoever has it may ask for the payment',
  )
  .option('--partial', 'allow an approval of less than the amount')
  .option('--envelope <file>', 'writes what was sealed for the acquirer, for `comptoir envelope open`')
  .action((text: string, options: PayOptions) => {
    acquirerOf(program.opts());
    const amount = parseMoney(text, options.currency);
    if (amount === undefined || amount.minor === 0) throw refusal(`${text} ${options.currency} is no amount.`);
    const key = options.key === undefined ? newKey('cli') : keyFrom(options.key);
    const through = keepingEnvelope(options.envelope, outputOf(program.opts()));
    return run(async ({ reader, operation, note, print }) => {
      note(`key: ${key}`);
      const payment = reader.pay({ amount, key, partial: options.partial ? 'allow' : 'refuse' }, operation);
      for await (const prompt of payment) note(prompt.show);
      const result = await payment;
      noteCause(result, note);
      print(result, describePayResult(result));
      return result.status === 'approved' ? EXIT.ok : EXIT.failed;
    }, through);
  });

program
  .command('lookup <key>')
  .description('tell what became of a key, given whole as `pay` printed it')
  .action((text: string) => {
    const key = keyFrom(text);
    return run(async ({ reader, operation, note, print }) => {
      const result = await reader.lookup(key, operation);
      noteCause(result, note);
      print(result, describeLookup(result));
      return result.status === 'unknown' ? EXIT.failed : EXIT.ok;
    });
  });

addDeviceCommands(program, () => program.opts(), exitWith);
addRefundCommand(program, (work) => withAcquirer(program.opts(), work).then(exitWith));

program
  .command('read')
  .description('read a card without charging it')
  .action(() =>
    run(async ({ reader, operation, note, print }) => {
      const tap = reader.read({ accept: ['bank', 'account', 'gift', 'coupon', 'loyalty'] }, operation);
      for await (const prompt of tap) note(prompt.show);
      const presented = await tap;
      print(presented, describePresented(presented));
      return EXIT.ok;
    }),
  );

program
  .command('cards')
  .description('list the cards in the field, without money')
  .action(() =>
    run(async ({ reader, operation, note, print }) => {
      const listing = reader.cards(operation);
      for await (const prompt of listing) note(prompt.show);
      const cards = await listing;
      print(
        cards,
        cards.map(({ type, uid, isRandom }) => `type ${type}  ${uid}${isRandom ? '  a new one each time' : ''}`),
      );
      return EXIT.ok;
    }),
  );

program
  .command('log')
  .description('show what the reader remembers of itself: codes and counters')
  .action(() =>
    run(async ({ reader, operation, print }) => {
      const log = await reader.log(operation);
      print(log, describeLog(log));
      return EXIT.ok;
    }),
  );

program
  .command('explain <record>')
  .description('tell in words what a selection record says: hexadecimal text, or a file with that or with its bytes')
  .action((record: string) => {
    const lines = explainSelection(readRecord(record));
    if (lines === undefined) throw refusal(`${record} is no selection record.`);
    outputOf(program.opts()).print({ lines }, lines);
    exitWith(EXIT.ok);
  });

addCardCommands(program, async (work) => exitWith(work(outputOf(program.opts()))));
addTokenCommands(program, async (work) => exitWith(work(outputOf(program.opts()))));

const ways: Ways = {
  withReader: run,
  alone: async (work) => exitWith(await work(outputOf(program.opts()))),
};
addFirmwareCommands(program, ways);
addConfigCommands(program, ways);
addKeyCommands(program, ways);

function run(work: Parameters<typeof withReader>[1], through?: Parameters<typeof withReader>[2]): Promise<void> {
  return withReader(program.opts(), work, through).then(exitWith);
}

/** Shorter texts are names of files, whatever they look like. */
const RECORD_CHARACTERS_MIN = 128;

function readRecord(record: string): Uint8Array {
  const given = record.length < RECORD_CHARACTERS_MIN ? undefined : fromHex(record);
  if (given !== undefined) return given;
  const bytes = readFile(record);
  return fromHex(Buffer.from(bytes).toString('latin1').trim()) ?? bytes;
}

/** @param value a text, a list of texts, or an object of texts and numbers */
function wordsOf(value: string | object): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.join(', ');
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${inner}`)
    .join(', ');
}

function noteCause(result: LookupResult, note: (line: string) => void): void {
  if (result.status === 'unknown' && result.cause instanceof Error) note(result.cause.message);
}

function tell(error: ReaderError): void {
  const { code, message, charged, recovery, cause } = error;
  const why = cause instanceof Error ? `${cause.message}\n` : '';
  process.stderr.write(`comptoir: ${message} (${code}, charged: ${charged})\n${recovery.message}\n${why}`);
  const { json }: GlobalOptions = program.opts();
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, charged, recovery } })}\n`);
}

function exitWith(code: ExitCode): void {
  process.exitCode = code;
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds <= 0) throw new InvalidArgumentError('A timeout is a number of seconds.');
  return seconds;
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    exitWith(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
  } else if (error instanceof ReaderError) {
    tell(error);
    exitWith(error.code === 'usage/invalid' ? EXIT.usage : EXIT.failed);
  } else throw error;
}
