/**
 * Instructions of a whole tap, and of a connection, on the host twin beside those of their cryptography composed from @noble/* and micro-rsa-dsa-dh, in the
 * same QuickJS, counted by valgrind. Two runs each, of one and of two rounds: their difference is a round without its start.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Provision } from '@comptoir/factory/development';
import { developmentKeys } from '@comptoir/factory/development';
import { connect, keyFrom, loadLink, money } from '@comptoir/sdk';
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
import { loadFirmwareText } from '../../src/machine/firmwareText.js';
import { createSimulatedReader } from '../../src/machine/reader.js';
import { repositoryFile } from '../../src/machine/repositoryFile.js';
import { createTestAcquirer } from '../../src/world/acquirer/testAcquirer.js';
import { createCard } from '../../src/world/cards/catalogue.js';
import type { Row } from '../rows/row.js';
import { recordOperations, type SecureOperation } from './secureOperations.js';

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
    const once = await work(twin, folder, { connections: 1, payments: 1 });
    const tap = (await work(twin, folder, { connections: 1, payments: 2 })) - once;
    const connection = (await work(twin, folder, { connections: 2, payments: 1 })) - once;
    const operations = await recordOperations();
    const composed = (list: readonly SecureOperation[]): number => {
      const text = join(folder, 'peers.js');
      writeFileSync(text, `const operations = ${JSON.stringify(list)};\n${readFileSync(script, 'utf8')}`);
      return peerRounds(peers, folder, text, 2) - peerRounds(peers, folder, text, 1);
    };
    return [
      peerRow('whole tap on the host twin, link and tokens included', tap, composed(operations.tap)),
      peerRow('connection on the host twin, with its handshake', connection, composed(operations.connection)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function peerRow(name: string, ours: number, theirs: number): Row {
  return {
    name: `${name} / its cryptography by @noble/* and micro-rsa-dsa-dh in the same engine`,
    unit: '× its instructions',
    value: ours / theirs,
    goal: { kind: 'atMost', value: Number((1 / 7).toFixed(3)) },
    detail: `${(ours / 1e6).toFixed(2)} M against ${(theirs / 1e6).toFixed(2)} M`,
  };
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

interface Work {
  readonly connections: number;
  readonly payments: number;
}

/** @returns the instructions of a start and of all this */
async function work(program: string, folder: string, { connections, payments }: Work): Promise<number> {
  const counts = join(folder, `twin.${connections}.${payments}`);
  const counted = `${counts}.sh`;
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
  const tillOptions = {
    trust: 'development' as const,
    clock,
    random: seededBytes(`${SEED}/till`),
    acquirer: createTestAcquirer({ baseDerivationKey: developmentKeys(SEED, SERIAL).baseDerivationKey }),
  };
  for (let number = 1; number < connections; number += 1)
    await (await connect(memory(reader.port), tillOptions)).close();
  const till = await connect(memory(reader.port), tillOptions);
  const card = createCard('visa-debit', { seed: SEED, pki });
  for (let number = 1; number <= payments; number += 1) {
    reader.contactless.put(card);
    const result = await till.pay({
      amount: money(1250, 'EUR'),
      key: keyFrom(`tap-${number}`),
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
