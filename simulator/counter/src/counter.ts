/**
 * `npm run counter`: opens the counter and stays; `-- --once` plays a day and ends.
 * Source: docs/tutorials/open-a-shop.md.   Floor: counter.
 */
import { Command } from 'commander';
import { openCounter } from './openCounter.js';
import { playDay } from './playDay.js';

interface CounterCommand {
  readonly seed: string;
  readonly port: string;
  readonly database?: string;
  readonly once?: true;
  readonly json?: true;
}

const WHOLE = /^\d{1,15}$/;
const EXIT_USAGE = 2;

const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());

await new Command('counter')
  .description('the shop, its site, its till and a simulated reader, on this machine')
  .option('--seed <number>', 'of the reader and its cards: the same day again', '1')
  .option('--port <port>', 'of the shop, 0 for any that is free', '0')
  .option('--database <address>', 'a folder, or postgres://…; default: in memory')
  .option('--once', 'plays a day through the SDK and the HTTP API, and ends')
  .option('--json', 'the addresses, or the day, as one JSON object')
  .action(run)
  .parseAsync();

async function run({ seed, port, database, once, json }: CounterCommand): Promise<void> {
  if (!WHOLE.test(seed) || !WHOLE.test(port) || Number(port) > 65_535) {
    console.error('The seed and the port are whole numbers.');
    process.exitCode = EXIT_USAGE;
    return;
  }
  await using counter = await openCounter({
    seed: Number(seed),
    port: Number(port),
    ...(database !== undefined && { database }),
  });
  if (once) {
    const day = await playDay(counter, (line) => (json ? undefined : console.log(line)));
    if (json) console.log(JSON.stringify(day));
    return;
  }
  const { till, site, panel, account, network } = counter;
  const lines = [
    `till     ${till}`,
    `site     ${site}`,
    `reader   ${panel}`,
    `account  ${account}`,
    `network  ${network}`,
    'Ctrl-C ends it.',
  ];
  console.log(json ? JSON.stringify({ till, site, panel, account, network }) : lines.join('\n'));
  await new Promise<void>((resolve) => {
    if (ending.signal.aborted) resolve();
    ending.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
