/**
 * Starts of chips as files, so that another process needn't make them again. The folder is a cache: whatever is wrong with a
 * file, it counts as absent, and the oldest ones go.
 * Floor: simulator machine.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ChipSnapshot } from '../chip/snapshot.js';

/** A quarter of a megabyte each. */
const FILES_MAX = 32;
const SUFFIX = '.chip';

/** A start of a chip. Its state counts from where that chip was before. */
export interface BootedChip extends ChipSnapshot {
  /** What the console said. */
  readonly console: Uint8Array;
}

export function readSnapshot(folder: string | undefined, key: string): BootedChip | undefined {
  if (folder === undefined) return undefined;
  try {
    return deserialize(inflateRawSync(readFileSync(join(folder, key + SUFFIX)))) as BootedChip;
  } catch {
    return undefined;
  }
}

export function writeSnapshot(folder: string | undefined, key: string, booted: BootedChip): void {
  if (folder === undefined) return;
  try {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, key + SUFFIX);
    // Other processes see the whole file or none.
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, deflateRawSync(serialize(booted), { level: 1 }));
    renameSync(unfinished, path);
    removeOldest(folder);
  } catch {
    // No cache, then: the folder may be read only, or another process clears it up just now.
  }
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => ({ path: join(folder, name), ms: statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.ms - a.ms);
  for (const { path } of files.slice(FILES_MAX)) rmSync(path, { force: true });
}
