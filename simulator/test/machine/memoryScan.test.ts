/**
 * What stays behind in the memory of the engine after sales: no card number, no key, those of the link included. On quickjs the memory is WebAssembly's, freed memory
 * included; on node it's all byte arrays of the script's realm. Both are apart from the simulated card and the acquirer, who know numbers and keys. Keys are in
 * the board's table, outside; the scan shows that none comes in. The chip's is `picoMemory.chip.ts`.
 */

import { deriveInitialKey, deriveTransactionKey, deriveWorkingKey, KEY_USAGE } from '@comptoir/acquirer';
import { developmentIdentity, developmentKeys, selectionRecordKey } from '@comptoir/factory/development';
import { concatBytes, decodeMessage, toHex } from '@comptoir/protocol';
import { connect, newKey } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import type { FirmwareText } from '../../src/machine/firmwareText.js';
import { quickjsMemory } from '../../src/machine/targets/quickjs.js';
import type { TargetName } from '../../src/machine/targets/target.js';
import { findTarget, targetNames } from '../../src/machine/targets/targets.js';
import { simulate } from '../../src/simulation/simulate.js';
import { brokenFirmware } from './brokenFirmware.js';
import { linkKeys } from './linkKeys.js';
import { nodeMemory } from './nodeMemory.js';

/** Of the catalogue's cards, test numbers. */
const NUMBERS = { 'visa-debit': '4761739001010119', mastercard: '5413330089020011' };
const SEED = 'memory';

/** Names of what must not be there, and what it looks like in hexadecimal. */
type Secrets = ReadonlyMap<string, string>;

async function sell(target: TargetName, firmware?: FirmwareText): Promise<Secrets> {
  const simulation = await simulate({ seed: SEED, target, ...(firmware && { firmware }) });
  const drawn: Uint8Array[] = [];
  const random = (length: number): Uint8Array => {
    const bytes = simulation.random(length);
    drawn.push(bytes.slice());
    return bytes;
  };
  const envelopes: Uint8Array[] = [];
  const acquirer = {
    ...simulation.acquirer,
    authorise: (...call: Parameters<typeof simulation.acquirer.authorise>) => {
      const decoded = decodeMessage(call[0]);
      if (decoded.ok && decoded.message.kind === 'authorise') envelopes.push(decoded.message.envelope.slice());
      return simulation.acquirer.authorise(...call);
    },
  };
  const reader = await connect(simulation, { ...simulation, acquirer, random });
  const amount = { minor: 1250, currency: 'EUR' };
  for (const [card, on] of [
    ['visa-debit', 'contactless'],
    ['mastercard', 'contact'],
  ] as const) {
    if (on === 'contact') simulation.insert(card);
    else simulation.tap(card);
    expect(await reader.pay({ amount, key: newKey(card), interfaces: on })).toMatchObject({ status: 'approved' });
    simulation.lift();
  }
  const keys = linkKeys(simulation.transcript(), drawn);
  expect(keys.length).toBe(2);
  // The session is open: its keys are in the board's table.
  return new Map([...numberSecrets(), ...keySecrets(simulation.serial, envelopes), ...linkSecrets(keys)]);
}

function numberSecrets(): [string, string][] {
  return Object.entries(NUMBERS).flatMap(([card, number]) => [
    [`number of ${card}, packed`, number],
    [`number of ${card}, as text`, Buffer.from(number, 'latin1').toString('hex')],
  ]);
}

function keySecrets(serial: string, envelopes: readonly Uint8Array[]): [string, string][] {
  const { baseDerivationKey, indexTokenKey } = developmentKeys(SEED, serial);
  const secrets: [string, Uint8Array][] = [
    ['base derivation key', baseDerivationKey],
    ['index token key', indexTokenKey],
    ['selection record key', selectionRecordKey(SEED)],
    ['identity', developmentIdentity(`${SEED}/${serial}`).privateKey],
  ];
  for (const envelope of envelopes) {
    const ksn = envelope.subarray(0, 12);
    const initial = deriveInitialKey(baseDerivationKey, ksn.subarray(0, 8));
    const transaction = deriveTransactionKey(initial, ksn);
    secrets.push(
      ['initial key', initial],
      ['transaction key', transaction],
      ['data key', deriveWorkingKey(transaction, KEY_USAGE.dataEncrypt, ksn, 32)],
      ['MAC key', deriveWorkingKey(transaction, KEY_USAGE.macGenerate, ksn, 32)],
    );
  }
  expect(envelopes.length).toBe(2);
  // Half a key is as bad.
  return secrets.flatMap(([name, key]) => [
    [`${name}, first half`, toHex(key.subarray(0, 16)).toLowerCase()],
    [`${name}, second half`, toHex(key.subarray(16)).toLowerCase()],
  ]);
}

function linkSecrets(keys: readonly Uint8Array[]): [string, string][] {
  return keys.flatMap((key, at) => [
    [`link key ${at}, first half`, toHex(key.subarray(0, 16)).toLowerCase()],
    [`link key ${at}, second half`, toHex(key.subarray(16)).toLowerCase()],
  ]);
}

async function found(target: TargetName, secrets: Secrets): Promise<readonly string[]> {
  const hex = target === 'node' ? await nodeMemory() : Buffer.from(await quickjsMemory()).toString('hex');
  return [...secrets].filter(([, secret]) => hex.includes(secret)).map(([name]) => name);
}

describe.each(targetNames)('%s', (target) => {
  test('after a sale there is no card number and no key in memory', async () => {
    const secrets = await sell(target);
    expect(await found(target, secrets)).toEqual([]);
  });

  test('the scan finds what is planted', async () => {
    const secrets = await sell(target);
    const planted = concatBytes(...[...secrets.values()].map((secret) => new Uint8Array(Buffer.from(secret, 'hex'))));
    const kept: unknown[] = [];
    const engine = await findTarget(target).load('const remnants = board.give(); board.keep(() => remnants);', {
      give: () => planted,
      keep: (held: unknown) => void kept.push(held),
    });
    expect(new Set(await found(target, secrets))).toEqual(new Set(secrets.keys()));
    expect(kept).toHaveLength(1);
    engine.dispose();
  });

  test("the scan finds the number when a copy of the card's answers is kept", async () => {
    const firmware = await brokenFirmware([
      ['(this.erased.push(response),', '((this.constructor.remnants ??= []).push(response.slice()),'],
    ]);
    const secrets = await sell(target, firmware);
    expect(await found(target, secrets)).toContain('number of visa-debit, packed');
  });
});
