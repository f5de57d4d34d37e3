/**
 * The machine that the doctor looks at, as far as files tell. A tree of files is untrusted: it may be of another machine, copied by whoever,
 * with links that go round and files that never end.
 * Floor: cli.
 */
import { accessSync, closeSync, constants, fstatSync, opendirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

export interface Machine {
  readonly platform: string;
  /** `20.19.0` */
  readonly nodeVersion: string;
  /** Entries of a folder, sorted; none when there is no such folder. */
  entries(folder: string): readonly string[];
  /** The first bytes of a file as text, without blanks around; undefined when it can't be read. */
  text(path: string): string | undefined;
  isThere(path: string): boolean;
  /** To read and to write. */
  mayOpen(path: string): boolean;
  /** Loads a package. @throws Error what loading it said, or `OTHER_VERSION` */
  load(name: 'node-hid' | 'usb'): Promise<void>;
}

/** Of a package that has not what the transports call. */
export const OTHER_VERSION = 'another version';

/** No file of sysfs has more; a file of rules of ours neither. */
const TEXT_BYTES_MAX = 4096;
const ENTRIES_MAX = 512;

/** @param root folder in which `/sys`, `/dev`, `/etc` are looked for */
export function machineAt(root: string): Machine {
  return {
    platform: process.platform,
    nodeVersion: process.versions.node,
    entries: (folder) => entriesOf(join(root, folder)),
    text: (path) => textOf(join(root, path)),
    isThere: (path) => may(join(root, path), constants.F_OK),
    mayOpen: (path) => may(join(root, path), constants.R_OK | constants.W_OK),
    async load(name) {
      const loaded = name === 'node-hid' ? (await import('node-hid')).default : await import('usb');
      const list = 'devicesAsync' in loaded ? loaded.devicesAsync : 'getDeviceList' in loaded && loaded.getDeviceList;
      if (typeof list !== 'function') throw new Error(OTHER_VERSION);
      // The native part of node-hid is loaded by the first call.
      await list();
    },
  };
}

function entriesOf(path: string): readonly string[] {
  const names: string[] = [];
  try {
    const folder = opendirSync(path);
    try {
      for (let entry = folder.readSync(); entry !== null && names.length < ENTRIES_MAX; entry = folder.readSync())
        names.push(entry.name);
    } finally {
      folder.closeSync();
    }
  } catch {
    return [];
  }
  return names.sort();
}

function textOf(path: string): string | undefined {
  try {
    // A pipe that nobody writes to would be waited for.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(file).isFile()) return undefined;
      const bytes = Buffer.alloc(TEXT_BYTES_MAX);
      const length = readSync(file, bytes, 0, bytes.length, 0);
      return bytes.toString('latin1', 0, length).trim();
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
