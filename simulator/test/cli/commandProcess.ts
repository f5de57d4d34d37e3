/** The commands as processes of their own, bundled from what is here. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const top = fileURLToPath(new URL('../../..', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** @param name of a folder of its own: test files run beside each other @returns the folder that holds comptoir.js and comptoir-sim.js */
export async function bundleCommands(name: string): Promise<string> {
  const outDir = `${top}simulator/test/dist/${name}`;
  await build({
    config: false,
    silent: true,
    entry: {
      comptoir: `${top}sdk/cli/src/comptoir.ts`,
      'comptoir-sim': `${top}simulator/src/cli/comptoirSim.ts`,
    },
    outDir,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    noExternal: [/^@comptoir/],
    external: [
      'ws',
      'node-hid',
      'usb',
      'commander',
      'cli-progress',
      'yaml',
      /^@noble/,
      /^quickjs/,
      /^@jitl/,
      'rp2040js',
    ],
    esbuildOptions: (options) => {
      options.conditions = ['comptoir-source'];
    },
  });
  return outDir;
}

export function runProcess(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { PATH: process.env['PATH'] } });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}
