/** The commands as a person has them: `comptoir-sim reader --usb` in one terminal, `comptoir` in another. In real time, as they are. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { until } from './usbBenches.js';

const RULES = 'sdk/cli/udev/70-comptoir.rules';
const INSTALLED = '/etc/udev/rules.d/70-comptoir.rules';
const SECONDS_MAX = '90';
const TRIES_MAX = 40;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function commandAtReader(): Promise<void> {
  copyFileSync(RULES, INSTALLED);
  const reader = spawn(process.execPath, [
    `${import.meta.dirname}/comptoir-sim.js`,
    ...['reader', '--usb', '--card', 'visa-debit', '--target', 'node', '--json'],
  ]);
  try {
    const { serial, acquirerUrl } = JSON.parse(await firstLine(reader));
    await until(async () => (await comptoir('--reader', 'hid', 'list')).code === 0);
    const listed = JSON.parse((await comptoir('--json', 'list')).out) as { id: string }[];
    assert.deepEqual(listed.map(({ id }) => id).sort(), [`hid:${serial}`, `usb:${serial}`]);

    await asked('--json', 'doctor');
    // Without a word, the only reader is meant.
    assert.equal(JSON.parse((await asked('--json', 'info')).out).serial, serial);
    await asked('--reader', `usb:${serial}`, 'wink');
    // Asked again with its key, it's the same payment.
    for (const transport of ['hid', 'usb']) {
      const pay = ['pay', '12.50', '--key', `command-${transport}`];
      const paid = await asked('--json', '--reader', `${transport}:${serial}`, '--host', acquirerUrl, ...pay);
      assert.equal(JSON.parse(paid.out).status, 'approved');
    }
  } finally {
    reader.kill('SIGTERM');
    if (reader.exitCode === null) await once(reader, 'exit');
    rmSync(INSTALLED);
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) return line;
  throw new Error('the reader ended');
}

/**
 * A reader that says nothing for a second is lost, and so is the rest of a frame after 200 ms; a guest stands still for longer where many
 * run. A person calls again then, and so does this.
 */
async function asked(...args: readonly string[]): Promise<Ran> {
  for (let tries = 1; ; tries += 1) {
    const ran = await comptoir(...args);
    if (ran.code === 0) return ran;
    const isLate = /link\/(lost|denied|in-use)|timeout|protocol\/corrupt|reader\/busy|"unknown"/.test(
      `${ran.out}${ran.err}`,
    );
    const said = `comptoir ${args.join(' ')}: ${ran.out}${ran.err}`;
    assert.ok(isLate && tries < TRIES_MAX, said);
    console.log(`asked again after: ${said.trim()}`);
  }
}

function comptoir(...args: readonly string[]): Promise<Ran> {
  const command = [`${import.meta.dirname}/comptoir.js`, '--timeout', SECONDS_MAX, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, (fault, out, err) => resolve({ code: Number(fault?.code ?? 0), out, err }));
  });
}
