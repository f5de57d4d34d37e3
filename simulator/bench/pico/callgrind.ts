/**
 * Instructions of a whole tap on the host twin beside those of its cryptography composed from @noble/* and micro-rsa-dsa-dh, in the
 * same QuickJS, counted by valgrind. Two runs each, of one and of two rounds: their difference is a round without its start.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, loadLink, money, newKey } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import {
  createTestPki,
  createVirtualClock,
  developmentConfiguration,
  developmentProvision,
  seededBytes,
  signDevelopmentConfiguration,
} from '@comptoir/simulator';
import { readerTarget } from '../../../firmware/port/test/hostTarget.js';
import { developmentKeys } from '../../src/board/developmentKeys.js';
import type { Provision } from '../../src/board/provision.js';
import { createCard } from '../../src/cards/catalogue.js';
import { loadFirmwareText } from '../../src/firmwareText.js';
import { createTestHost } from '../../src/issuer/testHost.js';
import { createSimulatedReader } from '../../src/reader.js';
import { repositoryFile } from '../../src/replay/repositoryFile.js';
import type { Row } from '../row.js';
import { operationsOfTap } from './secureOperations.js';

const TWIN = 'firmware/port/build/host/comptoir-host-reader';
const PEERS = 'firmware/port/build/host/comptoir-host-peers';
const PEERS_SCRIPT = 'simulator/bench/dist/peers.global.js';
const SEED = 'callgrind';
const SERIAL = 'CALLGRIND';

/** @param tell gets a sentence when something that it needs isn't there */
export async function callgrindRows(tell: (sentence: string) => void): Promise<Row[]> {
  const [twin, peers, script] = [TWIN, PEERS, PEERS_SCRIPT].map(repositoryFile);
  if (twin === undefined || peers === undefined || script === undefined || !hasValgrind()) {
    tell(
      'No row of the host twin: it needs valgrind and the twin (firmware/port/setup.sh host, firmware/port/build.sh host).',
    );
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'comptoir-callgrind-'));
  try {
    const tap = (await payments(twin, folder, 2)) - (await payments(twin, folder, 1));
    const list = JSON.stringify(await operationsOfTap());
    const text = join(folder, 'peers.js');
    writeFileSync(text, `const operations = ${list};\n${readFileSync(script, 'utf8')}`);
    const composed = peerRounds(peers, folder, text, 2) - peerRounds(peers, folder, text, 1);
    return [
      {
        name: 'whole tap on the host twin / its cryptography by @noble/* and micro-rsa-dsa-dh in the same engine',
        unit: '× its instructions',
        value: tap / composed,
        goal: { kind: 'atMost', value: Number((1 / 7).toFixed(3)) },
        detail: `${(tap / 1e6).toFixed(2)} M against ${(composed / 1e6).toFixed(2)} M`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hasValgrind(): boolean {
  try {
    execFileSync('valgrind', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function options(counts: string): readonly string[] {
  return ['--tool=callgrind', '--quiet', `--callgrind-out-file=${counts}`];
}

function peerRounds(program: string, folder: string, script: string, rounds: number): number {
  const counts = join(folder, `peers.${rounds}`);
  execFileSync('valgrind', [...options(counts), program, script, String(rounds)], { stdio: ['ignore', 2, 2] });
  return instructionsIn(counts);
}

async function payments(program: string, folder: string, count: number): Promise<number> {
  const counts = join(folder, `twin.${count}`);
  const counted = join(folder, `twin.${count}.sh`);
  writeFileSync(counted, `#!/bin/sh\nexec valgrind ${options(counts).join(' ')} ${program}\n`);
  chmodSync(counted, 0o700);
  const provision = developmentProvision(SEED, SERIAL);
  let provisioned: Provision | undefined;
  const target = readerTarget('host', () => provisioned ?? provision(), counted);
  const clock = createVirtualClock();
  const pki = createTestPki();
  const reader = createSimulatedReader({
    firmware: await loadFirmwareText('reader'),
    target,
    clock,
    serial: SERIAL,
    configuration: signDevelopmentConfiguration(developmentConfiguration(pki)),
    provision: () => {
      provisioned = provision();
      return provisioned;
    },
  });
  await loadLink();
  await reader.start();
  const till = await connect(memory(reader.port), {
    trust: 'development',
    clock,
    random: seededBytes(`${SEED}/till`),
    host: createTestHost({ baseDerivationKey: developmentKeys(SEED, SERIAL).baseDerivationKey }),
  });
  const card = createCard('visa-debit', { seed: SEED, pki });
  for (let number = 1; number <= count; number += 1) {
    reader.contactless.put(card);
    const result = await till.pay({
      amount: money(1250, 'EUR'),
      key: newKey(`tap-${number}`),
      interfaces: 'contactless',
    });
    reader.contactless.empty();
    if (result.status !== 'approved') throw new Error(`the payment is ${result.status}`);
  }
  reader.stop();
  // It gives its engine back in a microtask.
  await clock.sleep(0);
  await target.all();
  return instructionsIn(counts);
}

function instructionsIn(counts: string): number {
  if (!existsSync(counts)) throw new Error('valgrind wrote nothing');
  const found = /^(?:summary|totals): (\d+)/m.exec(readFileSync(counts, 'utf8'));
  return Number(found?.[1] ?? Number.NaN);
}
