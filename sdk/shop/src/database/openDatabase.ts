/**
 * A database by its address, with the newest schema.
 * Source: docs/reference/shop.md, databases.   Floor: shop database.
 */
import type { Database } from './database.js';
import { migrate } from './migrate.js';
import { openPglite } from './pglite.js';
import { openPostgres } from './postgres.js';

/** @param address `postgres://…`, or a folder; none: in memory, gone with the process */
export async function openDatabase(address?: string): Promise<Database> {
  const isUrl = address !== undefined && /^postgres(ql)?:\/\//.test(address);
  const database = isUrl
    ? await openPostgres(address)
    : await openPglite(address === undefined ? {} : { folder: address });
  await migrate(database);
  return database;
}

/**
 * One database among several for each shop: all of a shop is in one place, so nothing ever has to ask two. Rendezvous hashing: one more
 * database takes its share of the shops, and moves no other one.
 * @param names of the databases, which stay; at least one
 */
export async function databaseNameOf(shop: string, names: readonly string[]): Promise<string> {
  const weights = await Promise.all(names.map(async (name) => ({ name, weight: await weightOf(`${name}\0${shop}`) })));
  return weights.reduce((best, one) => (one.weight > best.weight ? one : best)).name;
}

async function weightOf(text: string): Promise<string> {
  const hash = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
