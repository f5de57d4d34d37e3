/**
 * `comptoir card`: what issuers put on a dynamic card, and change there. Nothing here talks to a card: the commands make signed files,
 * and whatever talks to the card delivers them.
 * Source: docs/reference/card-commands.md.   Floor: cli.
 */
import type { Command } from 'commander';
import type { ExitCode, Output } from '../session.js';
import { change, order, type TopUpOptions, topUp } from './change.js';
import type { IssueOptions } from './issue.js';
import { makeKeys } from './keys.js';
import { putProfiles, setPreferences } from './profile.js';
import { show } from './show.js';

export function addCardCommands(program: Command, alone: (work: (output: Output) => ExitCode) => Promise<void>): void {
  const card = program.command('card').description('what issuers put on a dynamic card');
  /** A command that signs for a card. */
  const signing = (words: string, description: string): Command =>
    card
      .command(words)
      .description(description)
      .requiredOption('--issuer <file>', "the issuer's file, see `card keys`; it remembers what was signed")
      .option('--card <identifier>', 'of the card; default: the only one that the issuer knows')
      .requiredOption('--out <file>', 'where the signed object goes');

  card
    .command('keys <file>')
    .description("make an issuer's file: its keys, for development only")
    .action((file: string) => alone((output) => makeKeys(file, output)));

  signing('profile <description...>', 'put profiles on a card, from their descriptions (JSON)').action(
    (files: readonly string[], options: IssueOptions) => alone((output) => putProfiles(files, options, output)),
  );

  signing('top-up <profile>', 'tell a card the balance that the ledger of a gift card has now')
    .requiredOption('--balance <amount>', 'for example 50.00')
    .option('--currency <code>', 'ISO 4217 letters', 'EUR')
    .option('--settled-through <counter>', 'up to this counter of the card (9F36) the ledger knows every sale', '0')
    .action((profile: string, options: TopUpOptions) => alone((output) => topUp(profile, options, output)));

  for (const [what, description] of [
    ['block', 'profiles can not be used any more'],
    ['unblock', 'profiles that were blocked can be used again'],
    ['remove', 'profiles leave the card'],
  ] as const) {
    signing(`${what} <profile...>`, description).action((profiles: readonly string[], options: IssueOptions) =>
      alone((output) => change(what, profiles, options, output)),
    );
  }

  signing('order <profile...>', 'these profiles come first on the card; its operator only').action(
    (profiles: readonly string[], options: IssueOptions) => alone((output) => order(profiles, options, output)),
  );

  signing(
    'preferences <description>',
    'rules of the card and the account it falls back on (JSON); its operator only',
  ).action((file: string, options: IssueOptions) => alone((output) => setPreferences(file, options, output)));

  card
    .command('show <file>')
    .description('what a file of signed objects says; nothing of a bank application is shown')
    .option('--issuer <file>', "verify that it is this issuer's")
    .action((file: string, options: { readonly issuer?: string }) => alone((output) => show(file, options, output)));
}
