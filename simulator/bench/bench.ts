/**
 * `npm run bench`: our hot paths beside their peers, and whole sales. Ratios count; absolute times tell about one machine.
 *
 *   bench [--json]
 *   bench --target pico …    the emulated chip: see pico/picoBench.ts
 *   bench --install         what installing the SDK costs, alone
 *   bench --simulator       what the simulator costs whoever tests a till with it, alone
 *   bench --accounts [n]     so many assertions at the authoriser: see accountScale.ts
 */
import { cpus } from 'node:os';
import { benchPico } from './pico/picoBench.js';
import { benchAccounts } from './rows/accountScale.js';
import { checkoutRows } from './rows/checkoutRows.js';
import { framingRows } from './rows/framingRows.js';
import { installRows } from './rows/installRows.js';
import { kernelRows } from './rows/kernelRows.js';
import { linkRows } from './rows/linkRows.js';
import { memoryRows } from './rows/memoryRows.js';
import { preparedRows } from './rows/preparedRows.js';
import { isReached, type Row } from './rows/row.js';
import { rsaRows } from './rows/rsaRows.js';
import { saleRows } from './rows/saleRows.js';
import { simulatorRows } from './rows/simulatorRows.js';
import { tlvRows } from './rows/tlvRows.js';
import { tokenRows } from './rows/tokenRows.js';
import { tableOf } from './table.js';

const isJson = process.argv.includes('--json');
const machine = `node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`;
const accountsAt = process.argv.indexOf('--accounts');

if (accountsAt > 0) console.log(`${machine}\n\n${benchAccounts(process.argv[accountsAt + 1])}`);
else if (process.argv.includes('--target')) process.exitCode = await benchPico(process.argv.slice(2), machine);
else await benchPeers();

async function benchPeers(): Promise<void> {
  const rows: Row[] = [];
  const all = [
    tlvRows,
    framingRows,
    rsaRows,
    tokenRows,
    linkRows,
    kernelRows,
    saleRows,
    preparedRows,
    simulatorRows,
    memoryRows,
    checkoutRows,
    installRows,
  ];
  const asked = process.argv.includes('--install')
    ? [installRows]
    : process.argv.includes('--simulator')
      ? [preparedRows, simulatorRows, memoryRows]
      : all;
  for (const measure of asked) rows.push(...(await measure()));
  if (isJson)
    console.log(
      JSON.stringify({ machine, rows: rows.map((row) => ({ ...row, isReached: isReached(row) ?? null })) }, null, 2),
    );
  else console.log(`${machine}\n\n${tableOf(rows)}`);
}
