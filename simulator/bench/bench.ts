/**
 * `npm run bench`: our hot paths beside their peers, and whole sales. Ratios count; absolute times tell about one machine.
 *
 *   bench [--json]
 */
import { cpus } from 'node:os';
import { framingRows } from './framingRows.js';
import { isReached, type Row } from './row.js';
import { rsaRows } from './rsaRows.js';
import { saleRows } from './saleRows.js';
import { tableOf } from './table.js';
import { tlvRows } from './tlvRows.js';

const isJson = process.argv.includes('--json');
const machine = `node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`;

const rows: Row[] = [];
for (const measure of [tlvRows, framingRows, rsaRows, saleRows]) rows.push(...(await measure()));

if (isJson)
  console.log(
    JSON.stringify({ machine, rows: rows.map((row) => ({ ...row, isReached: isReached(row) ?? null })) }, null, 2),
  );
else console.log(`${machine}\n\n${tableOf(rows)}`);
