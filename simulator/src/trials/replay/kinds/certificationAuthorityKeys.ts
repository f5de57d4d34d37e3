/**
 * The CA public keys that trace records may need: those of the folder, else ours, else those of a file named by the caller.
 * Source: test-vectors/README.md, output and CA keys.   Floor: simulator trials.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFile } from '../../../machine/repositoryFile.js';
import { isObject } from '../vectorFiles.js';

/** An entry of capks.json; what is in it is for the firmware to judge. */
interface CertificationAuthorityKeyEntry {
  readonly rid: string;
  readonly [field: string]: unknown;
}

export type KeyTable = readonly CertificationAuthorityKeyEntry[];

/**
 * The tables in the order in which they are asked.
 * @param folder  of vectors; when it has a table, that is the only one
 * @param keyFile path given by the caller, or undefined
 * @throws when a file is there and isn't a table
 */
export function keyTables(folder: string, keyFile: string | undefined): readonly KeyTable[] {
  const own = join(folder, 'capks.json');
  if (existsSync(own)) return [readKeyTable(own)];
  const builtIn = repositoryFile('test-vectors/capks.json');
  return [builtIn, keyFile].filter((path) => path !== undefined).map(readKeyTable);
}

function readKeyTable(path: string): KeyTable {
  const table: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(table)) throw new Error(`${path} is no list of CA public keys`);
  return table.filter(
    (entry): entry is CertificationAuthorityKeyEntry => isObject(entry) && typeof entry['rid'] === 'string',
  );
}

/** The keys of the first table that has any for a RID that occurs in the recorded APDUs. */
export function keysForTrace(input: unknown, tables: readonly KeyTable[]): KeyTable {
  const apdus = JSON.stringify(isObject(input) ? (input['apdus'] ?? []) : []).toUpperCase();
  for (const table of tables) {
    const keys = table.filter(({ rid }) => apdus.includes(rid.toUpperCase()));
    if (keys.length > 0) return keys;
  }
  return [];
}
