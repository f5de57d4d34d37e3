/**
 * `comptoir tokens`: the keys of a token service, their rotation, and work on files of tokens; `comptoir envelope`: what a sale sealed.
 * Source: docs/how-to/rotate-token-keys.md.   Floor: cli.
 */
import type { Command } from 'commander';
import type { ExitCode, Output } from '../session.js';
import { type BulkOptions, type DetokeniseOptions, detokenise, translate } from './bulk.js';
import { type OpenOptions, open } from './openEnvelope.js';
import { addMerchant, finish, type MerchantOptions, makeKeys, rotate } from './rotate.js';

export function addTokenCommands(program: Command, alone: (work: (output: Output) => ExitCode) => Promise<void>): void {
  const tokens = program.command('tokens').description('keys and tokens of a token service');

  tokens
    .command('keys <file>')
    .description("make a token service's file: the root key of a region, for development only")
    .requiredOption('--region <name>', 'up to 8 characters, for example EU')
    .action((file: string, options: { readonly region: string }) => alone((output) => makeKeys(file, options, output)));

  tokens
    .command('merchant <identifier>')
    .description('a merchant with tokens of its own, or which versions they have')
    .requiredOption('--keys <file>', "the token service's file")
    .action((merchant: string, options: { readonly keys: string }) =>
      alone((output) => addMerchant(merchant, options, output)),
    );

  const ofMerchant = (words: string, description: string): Command =>
    tokens
      .command(words)
      .description(description)
      .requiredOption('--keys <file>', "the token service's file")
      .requiredOption('--merchant <identifier>', 'whose tokens');

  ofMerchant('rotate', 'begin a rotation: new tokens are of the next version, and both are accepted').action(
    (options: MerchantOptions) => alone((output) => rotate(options, output)),
  );
  ofMerchant('finish', "end a rotation: the old version's tokens do not open any more").action(
    (options: MerchantOptions) => alone((output) => finish(options, output)),
  );
  ofMerchant('translate <file>', 'sealed tokens, one a line, to the current version; goes on where it was stopped')
    .requiredOption('--out <file>', 'where the tokens go')
    .action((file: string, options: BulkOptions) => alone((output) => translate(file, options, output)));
  ofMerchant('detokenise <file>', 'sealed tokens, one a line, to numbers that are sealed for the acquirer alone')
    .requiredOption('--acquirer <file>', "the acquirer's file, whose key seals them")
    .requiredOption('--out <file>', 'where they go')
    .action((file: string, options: DetokeniseOptions) => alone((output) => detokenise(file, options, output)));

  program
    .command('envelope')
    .description('what a reader sealed for the acquirer')
    .command('open <file>')
    .description('check and open an envelope: its bytes, or hexadecimal text; the card number is shown as a mask')
    .requiredOption('--keys <file>', "the acquirer's file")
    .option('--tokens <file>', "a token service's file: give the tokens of its merchant, too")
    .action((file: string, options: OpenOptions) => alone((output) => open(file, options, output)));
}
