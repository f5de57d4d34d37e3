/**
 * Files of the repository that this module is in, wherever its bundle ends up.
 * Floor: simulator machine.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param path from the top of the repository @returns its full path, or undefined when no folder above has it */
export function repositoryFile(path: string): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, path);
    if (existsSync(candidate)) return candidate;
  }
  return undefined;
}
