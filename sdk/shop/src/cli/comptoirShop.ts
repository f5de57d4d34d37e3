/**
 * `comptoir-shop`: a shop on a server of its own, without a simulator.
 * Source: docs/how-to/serve-a-shop.md.   Floor: shop command.
 */
import { Command, InvalidArgumentError } from 'commander';
import { createShop } from '../createShop.js';
import { FolderInUse } from '../database/folderLock.js';
import { SchemaTooNew } from '../database/migrate.js';
import { openDatabase } from '../database/openDatabase.js';
import { faultLine } from '../server/faultLine.js';
import { ShopError } from '../shopError.js';
import { newPairingCode } from '../shops.js';
import { move } from './move.js';
import { type ServeOptions, serve, UsageFault } from './serve.js';
import { ShopFileFault } from './shopFile.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
const whole = (value: string): number => {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('A whole number.');
  return Number(value);
};

const program = new Command('comptoir-shop').description('a shop and its site on a server of its own');
program
  .command('serve')
  .description('opens it, and stays')
  .option('--data <folder>', 'where it is kept, by PGlite: nothing to install')
  .option('--database <url>', 'postgres://… instead')
  .option('--shop <file>', 'a shop, as JSON; more than one may be given', several)
  .option('--sample', 'two shops to try')
  .option('--port <number>', '0: any that is free', whole, 8080)
  .option('--host <address>', 'what it listens at', '127.0.0.1')
  .option('--origin <url>', 'how visitors reach it: https://shop.example')
  .option(
    '--trusted-proxy <network>',
    'a proxy in front of it, whose x-forwarded-for counts; more than one may be given',
    several,
  )
  .option(
    '--platform <origin>',
    'a platform that is told of the orders that it brings by UCP; more than one may be given',
    several,
  )
  .option('--accounts <module>', 'a module whose default export is the OnlineAccounts that pay')
  .option('--till <folder>', 'the built till, served at /till/')
  .option('--pair <shop>', 'prints a code for one more till; more than one may be given', several)
  .option('--requests <number>', 'that one address may make in a minute', whole)
  .option('--json', 'what it prints, as one JSON object a line')
  .action((options: ServeOptions) => ended(serve(options, { until: told(), print: console.log })));
program
  .command('pair <shop>')
  .description('prints a code for one more till, of a database that others may open, too')
  .requiredOption('--database <url>', 'postgres://…')
  .action((shop: string, { database }: { database: string }) => ended(pair(shop, database)));
program
  .command('move <shop>')
  .description('moves a shop to another database, while nobody serves it')
  .requiredOption('--from <place>', 'a folder, or postgres://…')
  .requiredOption('--to <place>', 'a folder, or postgres://…')
  .option('--again', 'deletes first what a move that was broken off left there')
  .action((shop: string, { from, to, again }: { from: string; to: string; again?: true }) =>
    ended(move(shop, { from, to, again: again ?? false }, console.log)),
  );

await program.parseAsync();

async function pair(name: string, address: string): Promise<void> {
  if (!/^postgres(ql)?:\/\//.test(address))
    throw new UsageFault(
      '--database is an address of PostgreSQL. A folder is for one process: comptoir-shop serve --pair SHOP.',
    );
  const database = await openDatabase(address);
  try {
    console.log(await newPairingCode(createShop({ database }), name));
  } finally {
    await database.close();
  }
}

function told(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

/** What is the caller's to mend is a sentence; anything else a fault of ours, with its place. */
async function ended(run: Promise<void>): Promise<void> {
  await run.catch((fault: unknown) => {
    const isTheirs =
      fault instanceof UsageFault ||
      fault instanceof ShopFileFault ||
      fault instanceof FolderInUse ||
      fault instanceof SchemaTooNew ||
      fault instanceof ShopError ||
      (fault as NodeJS.ErrnoException)?.syscall !== undefined;
    // A database's own message quotes rows.
    const line = JSON.stringify(faultLine(fault, { code: 'internal' }, Date.now()));
    console.error(isTheirs ? (fault as Error).message : line);
    process.exitCode = fault instanceof UsageFault || fault instanceof ShopFileFault ? EXIT_USAGE : EXIT_FAILED;
  });
}
