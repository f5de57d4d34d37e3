/**
 * `card`: the catalogue, and dynamic cards that are kept in files.
 * Source: docs/reference/card-commands.md.   Floor: simulator cli.
 */
import { fromHex, toHex } from '@comptoir/protocol';
import { systemRandom } from '@comptoir/sdk';
import type { Command } from 'commander';
import { replaceFile } from '#files/disk';
import { UsageError } from '../trials/usageError.js';
import { profileOf } from '../world/cards/catalogue.js';
import { describeCards } from '../world/cards/describeCards.js';
import { openFileCard } from '../world/cards/file/fileCard.js';
import { newFileCard } from '../world/cards/file/newFileCard.js';
import { putOnCard } from '../world/cards/file/putOnCard.js';
import { showCard } from '../world/cards/file/showCard.js';
import { bankApplicationFileOf } from '../world/cards/file/testBank.js';
import { DEVELOPMENT_MERCHANT } from '../world/configuration.js';
import { addCardServeCommand } from './cardServeCommand.js';
import { cardListText, displayLine, shownCardText } from './cardText.js';
import type { Surroundings } from './surroundings.js';
import { cardNameFrom, EXIT, wholeNumberFrom } from './usage.js';

/** An hour. */
const PRESS_MS_MAX = 3_600_000;
const LONG_PRESS_MS = 2000;

interface JsonOption {
  readonly json?: true;
}

export function addCardCommands(program: Command, around: Surroundings): void {
  const { out, exit } = around;
  const card = program.command('card').description('the test cards, and dynamic cards in files');

  card
    .command('list')
    .description('all cards by name')
    .option('--json', 'a JSON array')
    .action(({ json }: JsonOption) => {
      const cards = describeCards();
      out(json ? JSON.stringify(cards) : cardListText(cards));
    });

  addCardServeCommand(card, around);

  card
    .command('new <file>')
    .description('makes a dynamic card and introduces it to its issuers')
    .requiredOption('--issuer <file...>', "their files, see `comptoir card keys`; the card's operator first")
    .option('--json', 'its identifier as a JSON object')
    .action((file: string, { issuer, json }: JsonOption & { readonly issuer: readonly string[] }) => {
      const identifier = toHex(newFileCard(file, issuer, systemRandom));
      out(json ? JSON.stringify({ file, identifier }) : `${file}: card ${identifier}, ${issuer.length} issuers`);
    });

  card
    .command('bank <name>')
    .description('an application of a test card as a bank gives it to an issuer; a secret')
    .requiredOption('--out <file>', 'where it goes')
    .option('--aid <hex>', 'which application, or its start; default: the only one', '')
    .action((name: string, options: { readonly out: string; readonly aid: string }) => {
      const aid = fromHex(options.aid);
      if (aid === undefined) throw new UsageError(`"${options.aid}" is no hexadecimal AID.`);
      replaceFile(options.out, bankApplicationFileOf(profileOf(cardNameFrom(name)), aid));
      out(`${options.out}: an application of the test card ${name}`);
    });

  card
    .command('put <card> <file...>')
    .description('delivers what issuers signed')
    .option('--json', 'a JSON array')
    .action((path: string, files: readonly string[], { json }: JsonOption) => {
      const done = putOnCard(openFileCard(path), files);
      if (json) out(JSON.stringify(done.map(({ title, refusal }) => ({ title, refusal: refusal ?? null }))));
      else
        for (const { title, refusal } of done)
          out(`${title}: ${refusal === undefined ? 'done' : `refused, ${refusal}`}`);
      exit(done.every(({ refusal }) => refusal === undefined) ? EXIT.well : EXIT.failed);
    });

  card
    .command('show <card>')
    .description('what a card holds and what it shows')
    .option('--merchant <name>', 'as whose reader sees it', DEVELOPMENT_MERCHANT.merchantIdentifier)
    .option('--json', 'a JSON object')
    .action((path: string, options: JsonOption & { readonly merchant: string }) => {
      if (!/^[\x20-\x7e]{1,32}$/.test(options.merchant))
        throw new UsageError('A merchant has 1 to 32 printable ASCII characters.');
      const file = openFileCard(path);
      const shown = {
        identifier: toHex(file.identifier),
        merchant: options.merchant,
        ...showCard(file, options.merchant),
      };
      out(options.json ? JSON.stringify(shown) : shownCardText(shown));
    });

  card
    .command('press <card>')
    .description('presses the button of a card: shortly, it chooses the next account')
    .option('--ms <time>', 'how long', '100')
    .action((path: string, options: { readonly ms: string }) => {
      const ms = wholeNumberFrom('The time', options.ms, PRESS_MS_MAX);
      const pressed = openFileCard(path);
      pressed.press(ms);
      if (ms >= LONG_PRESS_MS) out('open to its holder for a minute; a card in a file forgets that with its power');
      out(displayLine(pressed.shown()));
    });
}
