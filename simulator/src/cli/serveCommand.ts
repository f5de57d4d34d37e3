/**
 * `serve`: simulated readers for programs in any language, until the command is told to end.
 * Source: docs/how-to/serve-readers.md.   Floor: simulator cli.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { toHex } from '@comptoir/protocol';
import { systemRandom } from '@comptoir/sdk';
import type { Command } from 'commander';
import { type ControlServer, serveSimulator } from '../serve/controlServer.js';
import { UsageError } from '../trials/usageError.js';
import type { Surroundings } from './surroundings.js';
import { EXIT, wholeNumberFrom } from './usage.js';

const PORT_MAX = 65_535;
const TOKEN_BYTES = 16;

interface ServeOptions {
  readonly port: string;
  readonly readyFile?: string;
}

export function addServeCommand(program: Command, { out, exit, ended, awaitsEnd }: Surroundings): void {
  program
    .command('serve')
    .description('simulated readers, steered over HTTP on loopback; its address is a page that shows them, too')
    .option('--port <port>', '0 for any that is free', '0')
    .option('--ready-file <file>', 'gets the address once it is served, and is gone when it is not')
    .action(async ({ port, readyFile }: ServeOptions) => {
      awaitsEnd?.();
      const wanted = wholeNumberFrom('The port', port, PORT_MAX);
      const server = await serveSimulator({ port: wanted, token: toHex(systemRandom(TOKEN_BYTES)) }).catch(() => {
        throw new UsageError(`The port ${wanted} can not be had. 0 takes any that is free.`);
      });
      let isReady = false;
      try {
        if (readyFile !== undefined) ready(readyFile, server);
        isReady = true;
        out(JSON.stringify({ url: server.url }));
        await aborted(ended);
      } finally {
        await server.close();
        if (isReady && readyFile !== undefined) rmSync(readyFile, { force: true });
      }
      exit(EXIT.well);
    });
}

/** Whoever reads it has the simulator: for its owner alone, whoever could read what was there before. Whole, as soon as it's there. */
function ready(file: string, { url }: ControlServer): void {
  const next = `${file}.new`;
  try {
    rmSync(next, { force: true });
    writeFileSync(next, `${url}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(next, file);
  } catch (fault) {
    rmSync(next, { force: true });
    throw new UsageError(`${file} can not be written: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
