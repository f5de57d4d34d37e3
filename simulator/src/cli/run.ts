/**
 * `comptoir-sim`, as a function.
 * Floor: simulator.
 */
import { Command, CommanderError } from 'commander';
import { addDelegatedCommands } from './delegatedCommands.js';
import { addListCommands } from './listCommands.js';
import { addReaderCommand } from './readerCommand.js';
import { addSaleCommand } from './saleCommand.js';
import type { Surroundings } from './surroundings.js';
import { EXIT, UsageError } from './usage.js';

/** @param args without the interpreter and the file @returns the exit code: 0 well, 1 failed or not approved, 2 wrong use */
export async function run(args: readonly string[], around: Omit<Surroundings, 'exit'>): Promise<number> {
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
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => out(text.trimEnd()), writeErr: (text) => err(text.trimEnd()) });
  for (const add of [addSaleCommand, addListCommands, addReaderCommand, addDelegatedCommands])
    add(program, surroundings);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (fault) {
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? EXIT.well : EXIT.usage;
    err(fault instanceof UsageError ? fault.message : describe(fault));
    return fault instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

function describe(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  return fault.cause instanceof Error
    ? `${fault.message}: ${fault.cause.stack ?? fault.cause.message}`
    : (fault.stack ?? fault.message);
}
