/**
 * One process for a folder: two that write the same files would break them. The name of the process is in a file beside the folder; whoever
 * finds one that is over takes it.
 * Floor: shop database.
 */
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';

export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** Of this process, by their real path. */
const open = new Set<string>();

/** @returns what gives it free @throws FolderInUse */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = `${realpathSync(folder)}.lock`;
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      const owner = ownerOf(path);
      const isOver = owner === undefined || (owner === process.pid ? !open.has(path) : !isRunning(owner));
      if (!isOver || attempt > 2)
        throw new FolderInUse(
          `The folder ${folder} is in use by process ${owner}: end that first, or use PostgreSQL, which several processes may share. If no shop runs there, delete ${path}.`,
          { cause },
        );
      rmSync(path, { force: true });
    }
  }
  open.add(path);
  return () => {
    if (open.delete(path)) rmSync(path, { force: true });
  };
}

function ownerOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}
