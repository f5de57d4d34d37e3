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
import { benchAccounts } from './accountScale.js';
import { checkoutRows } from './checkoutRows.js';
import { framingRows } from './framingRows.js';
import { installRows } from './installRows.js';
import { kernelRows } from './kernelRows.js';
import { linkRows } from './linkRows.js';
import { memoryRows } from './memoryRows.js';
import { benchPico } from './pico/picoBench.js';
import { preparedRows } from './preparedRows.js';
import { isReached, type Row } from './row.js';
import { rsaRows } from './rsaRows.js';
import { saleRows } from './saleRows.js';
import { simulatorRows } from './simulatorRows.js';
import { tableOf } from './table.js';
import { tlvRows } from './tlvRows.js';
import { tokenRows } from './tokenRows.js';

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
