/**
 * `comptoir firmware`: makes packages, checks them, says what runs, and puts firmware on a reader.
 * Source: docs/how-to/update-a-reader.md.   Floor: cli.
 */
import type { Command } from 'commander';
import type { ExitCode, Output, Session } from '../session.js';
import { flashDrive } from './flashDrive.js';
import { flashReader } from './flashReader.js';
import { fileInfo, readerInfo } from './info.js';
import { type SignOptions, sign } from './sign.js';
import { verify } from './verify.js';

export interface Ways {
  readonly withReader: (work: (session: Session) => Promise<ExitCode>) => Promise<void>;
  readonly alone: (work: (output: Output) => Promise<ExitCode>) => Promise<void>;
}

export function addFirmwareCommands(program: Command, { withReader, alone }: Ways): void {
  const firmware = program.command('firmware').description('make, check, show and install firmware');

  firmware
    .command('sign')
    .description('make an update from the bodies that were linked for the slots')
    .requiredOption('--out <file>', 'where the update goes')
    .requiredOption('--model <name>', 'pico, pico2, simulated, or a number')
    .requiredOption('--firmware-version <version>', 'for example 1.2.3')
    .option('--slot-a <file>', 'body linked for slot A')
    .option('--slot-b <file>', 'body linked for slot B')
    .option('--key <file...>', 'two or three private keys, PEM, P-256; default: development keys')
    .option('--security-version <number>', 'firmware with a lower one is refused afterwards', '0')
    .option('--key-epoch <number>', 'of the release keys', '1')
    .option('--hardware <mask>', 'revisions that it fits, for example 0x3; default: all')
    .option('--git <hash>', 'commit that it was built from, 40 hexadecimal digits')
    .action((options: SignOptions) => alone((output) => sign(options, output)));

  firmware
    .command('verify <file>')
    .description('is an update whole, and signed by whom it must be?')
    .option('--key <file...>', 'public keys that may sign, PEM; default: development keys')
    .action((file: string, { key = [] }: { readonly key?: readonly string[] }) =>
      alone((output) => verify(file, key, output)),
    );

  firmware
    .command('info [file]')
    .description('what runs in the reader, or what an update says it holds')
    .action((file?: string) =>
      file === undefined ? withReader(readerInfo) : alone((output) => fileInfo(file, output)),
    );

  firmware
    .command('flash <file>')
    .description('put an update into the reader, or with --drive a .uf2 onto a board that waits for it')
    .option('--drive <folder>', "the board's boot drive, where it is mounted")
    .action((file: string, { drive }: { readonly drive?: string }) =>
      drive === undefined
        ? withReader((session) => flashReader(file, session))
        : alone((output) => flashDrive(file, drive, output)),
    );
}
