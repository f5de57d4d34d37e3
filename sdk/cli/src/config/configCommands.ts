/**
 * `comptoir config`: checks configuration files, signs them, shows what is signed, and loads it into a reader.
 * Source: docs/how-to/configure-a-reader.md.   Floor: cli.
 */
import type { Command } from 'commander';
import type { Ways } from '../firmware/firmwareCommands.js';
import { loadConfiguration } from './load.js';
import { showConfiguration } from './show.js';
import { type SignConfigurationOptions, signConfiguration } from './sign.js';
import { validateConfiguration } from './validate.js';

export function addConfigCommands(program: Command, { withReader, alone }: Ways): void {
  const config = program.command('config').description('check, sign, show and load configurations of readers');

  config
    .command('validate <file>')
    .description('does a reader take what this JSON file says?')
    .action((file: string) => alone(async (output) => validateConfiguration(file, output)));

  config
    .command('sign <file>')
    .description('make of a JSON file what a reader takes')
    .requiredOption('--out <file>', 'where the signed configuration goes')
    .requiredOption('--sequence <number>', 'above that of the reader’s configuration, from 1 on')
    .option('--key <file>', 'private key, PEM, P-256; default: the development key')
    .option('--serial <serial>', 'for this reader alone')
    .option('--model <model>', 'for readers of this model alone')
    .action((file: string, options: SignConfigurationOptions) =>
      alone(async (output) => signConfiguration(file, options, output)),
    );

  config
    .command('show <file>')
    .description('tell what a signed configuration says, and whether the key signed it')
    .option('--key <file>', 'public key, PEM, P-256; default: the development key')
    .action((file: string, { key }: { readonly key?: string }) =>
      alone(async (output) => showConfiguration(file, key, output)),
    );

  config
    .command('load <file>')
    .description('load a signed configuration into the reader')
    .action((file: string) => withReader((session) => loadConfiguration(file, session)));
}
