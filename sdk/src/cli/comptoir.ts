#!/usr/bin/env node
/**
 * The command `comptoir`: the public API at a terminal, and nothing else. Results go to standard output, prompts and
 * faults to standard error. Exit code 0: approved, or the answer was given; 1: not approved, or failed; 2: wrong usage.
 * Source: docs/reference/sdk.md.   Floor: sdk cli.
 */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { keyFrom, newKey, parseMoney, ReaderError } from '../index.js';
import { describeLookup, describePayResult, describePresented } from './describe.js';
import { EXIT, type ExitCode, withReader } from './session.js';

const program = new Command('comptoir')
  .description('takes payments with a Comptoir reader')
  .requiredOption('--reader <url>', 'ws://HOST:PORT/TOKEN, as the reader printed it', process.env['COMPTOIR_READER'])
  .option('--host <url>', 'where the acquirer is asked; default: beside the reader, under /host')
  .option('--timeout <seconds>', 'when to give up', readSeconds)
  .option('--json', 'print the result as one JSON object')
  .exitOverride()
  .showHelpAfterError();

program
  .command('info')
  .description('show which reader it is')
  .action(() =>
    run(async ({ reader, print }) => {
      print(
        reader.info,
        Object.entries(reader.info).map(([name, value]) => `${name}: ${value}`),
      );
      return EXIT.ok;
    }),
  );

program
  .command('pay <amount>')
  .description('take a payment, for example `pay 12.50`')
  .option('--currency <code>', 'ISO 4217 letters', 'EUR')
  .option('--key <key>', 'idempotency key; default: a new one, which is printed')
  .option('--partial', 'allow an approval of less than the amount')
  .action((text: string, options: { readonly currency: string; readonly key?: string; readonly partial?: true }) => {
    const amount = parseMoney(text, options.currency);
    if (amount === undefined) return refuse(`${text} ${options.currency} is no amount`);
    const key = options.key === undefined ? newKey(`cli-${crypto.randomUUID()}`) : keyFrom(options.key);
    return run(async ({ reader, operation, note, print }) => {
      note(`key: ${key}`);
      const payment = reader.pay({ amount, key, partial: options.partial ? 'allow' : 'refuse' }, operation);
      for await (const prompt of payment) note(prompt.show);
      const result = await payment;
      print(result, describePayResult(result));
      return result.status === 'approved' ? EXIT.ok : EXIT.failed;
    });
  });

program
  .command('lookup <key>')
  .description('tell what became of a key')
  .action((text: string) => {
    const key = keyFrom(text);
    return run(async ({ reader, operation, print }) => {
      const result = await reader.lookup(key, operation);
      print(result, describeLookup(result));
      return result.status === 'approved' ? EXIT.ok : EXIT.failed;
    });
  });

program
  .command('read')
  .description('read a card without charging it')
  .action(() =>
    run(async ({ reader, operation, note, print }) => {
      const tap = reader.read({ accept: ['bank'] }, operation);
      for await (const prompt of tap) note(prompt.show);
      const presented = await tap;
      print(presented, describePresented(presented));
      return EXIT.ok;
    }),
  );

function run(work: Parameters<typeof withReader>[1]): Promise<void> {
  return withReader(program.opts(), work).then(exitWith);
}

function refuse(message: string): void {
  process.stderr.write(`comptoir: ${message}\n`);
  exitWith(EXIT.usage);
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
    process.stderr.write(
      `comptoir: ${error.message} (${error.code}, charged: ${error.charged})\n${error.recovery.message}\n`,
    );
    exitWith(error.code === 'usage/invalid' ? EXIT.usage : EXIT.failed);
  } else throw error;
}
