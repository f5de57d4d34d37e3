/**
 * Commands whose arguments are read elsewhere.
 * Floor: simulator.
 */
import type { Command } from 'commander';
import type { Surroundings } from './surroundings.js';

type Run = (args: readonly string[]) => Promise<number>;

export function addDelegatedCommands(program: Command, { exit }: Surroundings): void {
  const add = (name: string, description: string, load: () => Promise<Run>): void => {
    program
      .command(name)
      .description(description)
      .argument('[args...]')
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (args: readonly string[]) => exit(await (await load())(args)));
  };
  add(
    'replay',
    'runs a folder of vectors through the firmware',
    async () => (await import('../replay/replayCommand.js')).runReplayCommand,
  );
  add(
    'docs',
    'prints the generated pages of the documentation, or checks them',
    async () => (await import('../docs/docsCommand.js')).runDocsCommand,
  );
}
