/**
 * `comptoir-shop move`: a shop from one database to another.
 * Source: docs/how-to/add-a-database.md.   Floor: shop command.
 */
import { existsSync, realpathSync } from 'node:fs';
import { moveShop } from '../database/moveShop.js';
import { openDatabase } from '../database/openDatabase.js';
import { UsageFault } from './serve.js';

interface MoveOptions {
  /** A folder, or `postgres://…`. */
  readonly from: string;
  readonly to: string;
  /** Deletes first what a move that was broken off left there. */
  readonly again: boolean;
}

/** @throws UsageFault, FolderInUse, SchemaTooNew, ShopError, and what the system says */
export async function move(
  name: string,
  { from, to, again }: MoveOptions,
  print: (line: string) => void,
): Promise<void> {
  // A folder that isn't there would be made, and be empty.
  if (!isUrl(from) && !existsSync(from)) throw new UsageFault(`--from ${from}: there is no such folder.`);
  if (placeOf(from) === placeOf(to)) throw new UsageFault('--from and --to are the same place.');
  const source = await openDatabase(from);
  try {
    const target = await openDatabase(to);
    try {
      print(`${await moveShop(source, target, name, again)} rows of ${name} moved`);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function placeOf(place: string): string {
  return isUrl(place) || !existsSync(place) ? place : realpathSync(place);
}

function isUrl(place: string): boolean {
  return /^postgres(ql)?:\/\//.test(place);
}
