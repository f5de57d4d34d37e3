/**
 * `comptoir keys`: the ceremony with development keys. A base derivation key, a ticket for the reader at hand, its loading, and the end of
 * a reader's service.
 * Source: docs/how-to/load-keys.md.   Floor: cli.
 */
import type { Command } from 'commander';
import type { Ways } from '../firmware/firmwareCommands.js';
import { newBdk } from './newBdk.js';
import { decommission, loadKeys, makeTicket, showKeys, type TicketOptions } from './ticket.js';

export function addKeyCommands(program: Command, { withReader, alone }: Ways): void {
  const keys = program.command('keys').description('keys of readers; with development keys, unless you bring others');

  keys
    .command('new-bdk <file>')
    .description("make an acquirer's file with a base derivation key, or add one to it: for development only")
    .requiredOption('--identifier <hex>', 'the 4 bytes that key serial numbers under it begin with')
    .action((file: string, options: { readonly identifier: string }) =>
      alone(async (output) => newBdk(file, options.identifier, output)),
    );

  keys
    .command('status')
    .description('show which keys the reader holds')
    .action(() => withReader(showKeys));

  keys
    .command('ticket <file>')
    .description('make a ticket for the reader at hand: its initial key, and its merchant’s key of index tokens')
    .requiredOption('--acquirer <file>', "the acquirer's file, whose last base derivation key makes the initial key")
    .option('--tokens <file>', "the token service's file")
    .option('--merchant <identifier>', 'of the token service, whose current key the reader gets')
    .option('--sign <pem>', 'P-256 key of the role that loads keys; default: the development key')
    .option('--factory <pem>', "public key of the reader's factory; default: the development factory")
    .action((file: string, options: TicketOptions) => withReader((session) => makeTicket(session, file, options)));

  keys
    .command('load <file>')
    .description('bring a ticket to the reader, which takes it once')
    .action((file: string) => withReader((session) => loadKeys(session, file)));

  keys
    .command('decommission')
    .description('end the service of the reader at hand: it destroys every key, and there is no way back')
    .requiredOption('--serial <number>', "the reader's, so that it's no other")
    .option('--sign <pem>', 'P-256 key of the role that decommissions; default: the development key')
    .action((options: { readonly serial: string; readonly sign?: string }) =>
      withReader((session) => decommission(session, options)),
    );
}
