/**
 * A database for a test file, with the sample shops: PGlite in memory, from a copy that the first test file made; or, where
 * COMPTOIR_POSTGRES names a server, a database of its own there.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Database } from '../src/database/database.js';
import { MIGRATIONS, migrate } from '../src/database/migrate.js';
import { openPglite } from '../src/database/pglite.js';
import { openPostgres } from '../src/database/postgres.js';
import type { Surroundings } from '../src/database/work.js';
import { openSampleShops } from '../src/sample/sampleShops.js';

/** The first test file of a clone makes a database, which others copy. */
export const HOOK_MS = 120_000;
export const START_MS: number = Date.UTC(2026, 10, 27, 9, 0);
/** With the place of its data; nothing: PGlite. */
const SERVER = process.env['COMPTOIR_POSTGRES'];
const FOLDER = fileURLToPath(new URL('dist/', import.meta.url));

export interface TestSurroundings extends Surroundings {
  readonly clock: { nowMs: number; now(): number };
}

export async function testSurroundings(): Promise<TestSurroundings> {
  const database = SERVER === undefined ? await copyOfPglite() : await newDatabaseAt(SERVER);
  const clock = { nowMs: START_MS, now: () => clock.nowMs };
  const around = { database, clock, random: counted() };
  await openSampleShops(around, false);
  return around;
}

/** The same bytes each time, and no two alike. */
export function counted(): (length: number) => Uint8Array {
  let calls = 0;
  return (length) => {
    calls += 1;
    const hash = createHash('sha512').update(`${calls}`).digest();
    return Uint8Array.from({ length }, (_, at) => hash[at % hash.length] ?? 0);
  };
}

/** Making a database takes PGlite many seconds, reading one takes two. */
export async function copyOfPglite(): Promise<Database> {
  return openPglite({ from: new Blob([readFileSync(await databasePath())]) });
}

/** A tar of a data folder with the schema and nothing else. */
export async function databasePath(): Promise<string> {
  const hash = createHash('sha256').update(MIGRATIONS.flat().join('\0')).digest('hex').slice(0, 16);
  const path = `${FOLDER}database-${hash}.tar`;
  if (!existsSync(path)) {
    const made = await openPglite();
    await migrate(made);
    const dump = await made.pglite.dumpDataDir('none');
    await made.close();
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(`${path}.${process.pid}`, new Uint8Array(await dump.arrayBuffer()));
    renameSync(`${path}.${process.pid}`, path);
  }
  return path;
}

async function newDatabaseAt(server: string): Promise<Database> {
  const name = `comptoir_${process.pid}_${createHash('sha256').update(`${performance.now()}`).digest('hex').slice(0, 8)}`;
  const first = await openPostgres(server, 1);
  await first.run(`create database ${name}`);
  await first.close();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openPostgres(url.href);
  await migrate(database);
  return database;
}
