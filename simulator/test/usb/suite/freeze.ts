/** What a reader that stands still does to a client in the kernel. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { hidNode, until } from './usbBenches.js';

/** Longer than the wire's watchdog takes, and than the five seconds of a request. */
const STILL_MS = 60_000;

/** A breakpoint: the wire's thread answers on, so the client ends by itself, or can be ended. Afterwards the reader is there again. */
export async function blockedMainThread(transport: string): Promise<void> {
  const { reader, lines } = await plugged();
  try {
    reader.stdin?.write(`${STILL_MS}\n`);
    await line(lines, 'standing still');
    const client = program('open', transport);
    const told = await spoken(client);
    assert.match(told, /^refused link\//);
    assert.equal(client.exitCode, 0, 'the client ended by itself');
    await line(lines, 'going on');
    await until(async () => hidNode() !== undefined);
    assert.match(await spoken(program('open', transport)), /^opened SIM/);
  } finally {
    await ended(reader);
  }
}

/** A client that is ended meanwhile is gone at once: nothing holds it in the kernel. */
export async function killedMeanwhile(transport: string): Promise<void> {
  const { reader, lines } = await plugged();
  try {
    reader.stdin?.write(`${STILL_MS}\n`);
    await line(lines, 'standing still');
    const client = program('open', transport);
    await until(async () => hasOpen(client) || client.exitCode !== null);
    await ended(client);
    assert.ok(!isThere(client.pid), 'the client is gone while the reader stands still');
  } finally {
    await ended(reader);
  }
}

/** The whole process is stopped, its thread, too: a client may hang, until the process goes on or dies. Then the kernel lets it go. */
export async function stoppedProcess(transport: string): Promise<void> {
  for (const freedBy of ['SIGCONT', 'SIGKILL'] as const) {
    const { reader } = await plugged();
    try {
      reader.kill('SIGSTOP');
      const client = program('open', transport);
      await until(async () => hasOpen(client) || client.exitCode !== null);
      client.kill('SIGKILL');
      reader.kill(freedBy);
      await until(async () => !isThere(client.pid));
    } finally {
      await ended(reader);
    }
    await until(async () => hidNode() === undefined);
  }
}

async function plugged(): Promise<{ readonly reader: ChildProcess; readonly lines: Interface }> {
  const reader = program('holder');
  const lines = createInterface({ input: reader.stdout as NodeJS.ReadableStream });
  await line(lines, 'plugged in');
  await until(async () => hidNode() !== undefined);
  return { reader, lines };
}

function program(name: string, ...args: readonly string[]): ChildProcess {
  const file = `${import.meta.dirname}/${name}.js`;
  return spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function line(lines: Interface, text: string): Promise<void> {
  for (;;) {
    const [told] = await once(lines, 'line');
    if (told === text) return;
  }
}

async function spoken(client: ChildProcess): Promise<string> {
  let text = '';
  client.stdout?.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  await once(client, 'close');
  return text.trim();
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const gone = once(process, 'exit');
  process.kill('SIGCONT');
  process.kill('SIGKILL');
  await gone;
}

function isThere(pid: number | undefined): boolean {
  try {
    return !/^State:\s+[XZ]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** It has the reader open, or tries to. */
function hasOpen({ pid }: ChildProcess): boolean {
  try {
    const files = readdirSync(`/proc/${pid}/fd`).map((number) => readlinkSync(`/proc/${pid}/fd/${number}`));
    return files.some((path) => path.startsWith('/dev/hidraw') || path.startsWith('/dev/bus/usb'));
  } catch {
    return false;
  }
}
