/**
 * A program that is asked and answers, from the asking side and synchronously: the engines of the simulator are synchronous, and
 * so is its `Target`. Named pipes, because Node reads its own pipes to children only in the event loop.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ChildExchange {
  write(bytes: Uint8Array): void;
  /** @throws when the program has ended */
  read(length: number): Buffer;
  /** Up to the next line feed, without it. */
  readLine(): string;
  /** Closes its input and waits for its end. @returns its exit code, or the signal that ended it, and all that it said on standard error */
  end(): Promise<{ readonly code: number | NodeJS.Signals | null; readonly said: string }>;
}

export function startChild(program: string, environment: Readonly<Record<string, string>> = {}): ChildExchange {
  const folder = mkdtempSync(join(tmpdir(), 'comptoir-'));
  const [toChild, fromChild] = [join(folder, 'in'), join(folder, 'out')];
  execFileSync('mkfifo', [toChild, fromChild]);
  // A pipe that is open for both ways lets each way be opened without waiting; it is closed, so that the end of either side shows.
  const both = [toChild, fromChild].map((path) => openSync(path, 'r+'));
  const [childInput, output] = [openSync(toChild, 'r'), openSync(toChild, 'w')];
  const [input, childOutput] = [openSync(fromChild, 'r'), openSync(fromChild, 'w')];
  const child = spawn(program, [], {
    stdio: [childInput, childOutput, 'pipe'],
    env: { ...process.env, ...environment },
  });
  for (const descriptor of [...both, childInput, childOutput]) closeSync(descriptor);
  rmSync(folder, { recursive: true });
  const ended = once(child, 'close');
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said += data.toString();
  });

  function read(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let have = 0; have < length; ) {
      const got = readSync(input, bytes, have, length - have, null);
      if (got === 0) throw new Error('the program has ended');
      have += got;
    }
    return bytes;
  }
  return {
    write(bytes) {
      for (let written = 0; written < bytes.length; ) written += writeSync(output, bytes, written);
    },
    read,
    readLine() {
      const bytes: number[] = [];
      for (let byte = read(1)[0]; byte !== 0x0a; byte = read(1)[0]) if (byte !== undefined) bytes.push(byte);
      return Buffer.from(bytes).toString();
    },
    async end() {
      closeSync(output);
      await ended;
      closeSync(input);
      return { code: child.exitCode ?? child.signalCode, said };
    },
  };
}
