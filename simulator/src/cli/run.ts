/**
 * `comptoir-sim`, as a function.
 * Floor: simulator cli.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { FileError } from '#files/disk';
import { repositoryFile } from '../machine/repositoryFile.js';
import { ImageMissingError } from '../machine/targets/picoImages.js';
import { UsageError } from '../trials/usageError.js';
import { addCardCommands } from './cardCommands.js';
import { addConformCommand } from './conformCommand.js';
import { addDocsCommand } from './docs/docsCommand.js';
import { addPkiCommand } from './pkiCommand.js';
import { addReaderCommand } from './readerCommand.js';
import { addReplayCommand } from './replayCommand.js';
import { addRunCommand } from './runCommand.js';
import { addSaleCommand } from './saleCommand.js';
import { addServeCommand } from './serveCommand.js';
import type { Surroundings } from './surroundings.js';
import { EXIT } from './usage.js';
import { addVectorsCommand } from './vectorsCommand.js';

/** Adds a command to the program. */
type AddCommand = (program: Command, around: Surroundings) => void;

const COMMANDS: readonly AddCommand[] = [
  addSaleCommand,
  addCardCommands,
  addPkiCommand,
  addReaderCommand,
  addReplayCommand,
  addRunCommand,
  addServeCommand,
  addVectorsCommand,
  addConformCommand,
  addDocsCommand,
];

/**
 * @param args     without the interpreter and the file
 * @param commands that there are; default: all
 * @returns the exit code: 0 well, 1 failed or not approved, 2 wrong use, 42 out of simulated time
 */
export async function run(
  args: readonly string[],
  around: Omit<Surroundings, 'exit'>,
  commands: readonly AddCommand[] = COMMANDS,
): Promise<number> {
  const { out, err } = around;
  let code: number = EXIT.well;
  const surroundings: Surroundings = {
    ...around,
    exit: (given) => {
      code = given;
    },
  };
  const program = new Command('comptoir-sim')
    .description('the Comptoir reader without the hardware')
    .version(versionOfPackage())
    .exitOverride()
    .configureOutput({ writeOut: (text) => out(text.trimEnd()), writeErr: (text) => err(text.trimEnd()) });
  for (const add of commands) add(program, surroundings);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (fault) {
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? EXIT.well : EXIT.usage;
    const isForPeople = fault instanceof UsageError || fault instanceof FileError || fault instanceof ImageMissingError;
    err(isForPeople ? fault.message : describe(fault));
    return isForPeople ? EXIT.usage : EXIT.failed;
  }
}

/** What `npm pack` says that it is. */
function versionOfPackage(): string {
  const file = repositoryFile('package.json');
  const { version } =
    file === undefined ? {} : (JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: string });
  return version ?? 'unknown';
}

function describe(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  return fault.cause instanceof Error
    ? `${fault.message}: ${fault.cause.stack ?? fault.cause.message}`
    : (fault.stack ?? fault.message);
}
