/**
 * `card serve`: a card in the virtual PC/SC reader, until the command is told to end.
 * Source: docs/how-to/read-our-cards-by-pcsc.md.   Floor: simulator cli.
 */
import type { Command } from 'commander';
import { UsageError } from '../trials/usageError.js';
import { serveCardToVpcd } from '../wires/vpcd.js';
import { createCard } from '../world/cards/catalogue.js';
import type { Surroundings } from './surroundings.js';
import { cardFrom, EXIT, interfaceFrom, wholeNumberFrom } from './usage.js';

const PORT_MAX = 65_535;

interface ServeOptions {
  readonly vpcd: string;
  readonly interface?: string;
  readonly seed: string;
}

/** @param card the command `card` */
export function addCardServeCommand(card: Command, { out, exit, ended, awaitsEnd }: Surroundings): void {
  card
    .command('serve <card>')
    .description('answers for a PC/SC reader: the virtual one of vsmartcard-vpcd')
    .requiredOption('--vpcd <host:port>', 'where its driver listens, such as 127.0.0.1:35963')
    .option('--interface <name>', 'contact or contactless (default: contact, if the card has it)')
    .option('--seed <number>', 'of what the card makes up', '1')
    .action(async (text: string, options: ServeOptions) => {
      awaitsEnd?.();
      const { name, card: given, interface: has, protocol } = cardFrom(text);
      const used =
        options.interface === undefined ? (has === 'both' ? 'contact' : has) : interfaceFrom(options.interface);
      if (has !== 'both' && has !== used)
        throw new UsageError(`The card "${name}" has no ${used} interface, only ${has}.`);
      const seed = wholeNumberFrom('The seed', options.seed, Number.MAX_SAFE_INTEGER);
      const served = typeof given === 'string' ? createCard(given, { seed }) : given;
      const where = addressFrom(options.vpcd);
      const connected = (): void => out(`${name} is in the reader at ${where.host}:${where.port}, ${used}`);
      await serveCardToVpcd({ ...where, card: served, interface: used, protocol, connected, signal: ended }).catch(
        refused(options.vpcd),
      );
      exit(EXIT.well);
    });
}

function addressFrom(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(0, colon)).replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw new UsageError(`The reader is HOST:PORT, not "${text}".`);
  return { host, port: wholeNumberFrom('The port', text.slice(colon + 1), PORT_MAX) };
}

function refused(where: string): (fault: unknown) => never {
  return (fault) => {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'for an unknown reason';
    throw new UsageError(`No reader at ${where} (${code}): is pcscd running, with vsmartcard-vpcd?`);
  };
}
