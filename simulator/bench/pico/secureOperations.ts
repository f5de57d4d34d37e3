/** What one tap, or one connection, asks of the board's cryptography, recorded while it's made. */

import { developmentKeys } from '@comptoir/factory/development';
import type { KeyHandle, Secure } from '@comptoir/firmware/board';
import { NO_BYTES } from '@comptoir/protocol';
import { connect, keyFrom, loadLink, money } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import {
  createTestPki,
  createVirtualClock,
  developmentConfiguration,
  developmentProvision,
  findTarget,
  seededBytes,
  signDevelopmentConfiguration,
} from '@comptoir/simulator';
import { loadFirmwareText } from '../../src/machine/firmwareText.js';
import { createSimulatedReader } from '../../src/machine/reader.js';
import type { Target } from '../../src/machine/targets/target.js';
import { createTestAcquirer } from '../../src/world/acquirer/testAcquirer.js';
import { createCard } from '../../src/world/cards/catalogue.js';

export interface SecureOperation {
  readonly name:
    | 'sha1'
    | 'sha256'
    | 'hmacSha256'
    | 'cmac'
    | 'encryptCbc'
    | 'deriveKey'
    | 'recoverRsa'
    | 'sealGcm'
    | 'openGcm'
    | 'deriveHkdf'
    | 'publicKey'
    | 'agree';
  /** Of the key; 0 for a digest, and for RSA, whose key is as long as its data. */
  readonly keyBytes: number;
  readonly bytes: number;
}

const SEED = 'operations';
const SERIAL = 'OPERATIONS';
const SETTLED_MS = 3000;
/** Certificates of issuer and card below an authority of 1984 bit, and the dynamic signature; all with e = 3. */
const RSA_BYTES: readonly number[] = [248, 176, 144];

export interface RecordedOperations {
  /** Of a payment with a Visa card: fDDA, envelope, tokens, and the messages of the link. */
  readonly tap: readonly SecureOperation[];
  /** Of INIT, handshake and INFO, when the self-tests are over and the keys are there. */
  readonly connection: readonly SecureOperation[];
}

export async function recordOperations(): Promise<RecordedOperations> {
  let operations: SecureOperation[] = [];
  const provision = developmentProvision(SEED, SERIAL);
  const keyBytes = new Map<KeyHandle, number>();
  const record = (name: SecureOperation['name'], key: KeyHandle | undefined, data: Uint8Array): void => {
    const length = key === undefined ? 0 : (keyBytes.get(key) ?? 0);
    operations.push({ name, keyBytes: length, bytes: data.length });
  };
  const listening = (secure: Secure): Secure => ({
    ...secure,
    sha1(data) {
      record('sha1', undefined, data);
      return secure.sha1(data);
    },
    sha256(data) {
      record('sha256', undefined, data);
      return secure.sha256(data);
    },
    cmac(key, data) {
      record('cmac', key, data);
      return secure.cmac(key, data);
    },
    hmacSha256(key, data) {
      record('hmacSha256', key, data);
      return secure.hmacSha256(key, data);
    },
    encryptCbc(key, iv, plain) {
      record('encryptCbc', key, plain);
      return secure.encryptCbc(key, iv, plain);
    },
    deriveKey(parent, data) {
      record('deriveKey', parent, data);
      const made = secure.deriveKey(parent, data);
      keyBytes.set(made, data.length);
      return made;
    },
    sealGcm(key, nonce, associated, plain) {
      record('sealGcm', undefined, plain);
      return secure.sealGcm(key, nonce, associated, plain);
    },
    openGcm(key, nonce, associated, sealed) {
      record('openGcm', undefined, sealed);
      return secure.openGcm(key, nonce, associated, sealed);
    },
    deriveHkdf(chain, secret, part) {
      record('deriveHkdf', undefined, NO_BYTES);
      return secure.deriveHkdf(chain, secret, part);
    },
    publicKey(pair) {
      record('publicKey', undefined, NO_BYTES);
      return secure.publicKey(pair);
    },
    agree(pair, publicKey) {
      record('agree', undefined, publicKey);
      return secure.agree(pair, publicKey);
    },
    findKey(name) {
      const handle = secure.findKey(name);
      keyBytes.set(handle, provisioned.find((key) => key.name === name)?.key.length ?? 0);
      return handle;
    },
  });
  let provisioned: ReturnType<typeof provision>['keys'] = [];
  const target: Target = {
    name: 'node',
    endsRunaways: false,
    load: (script, board) =>
      findTarget('node').load(script, { ...board, secure: listening((board as { secure: Secure }).secure) }),
  };
  const clock = createVirtualClock();
  const pki = createTestPki();
  const reader = createSimulatedReader({
    firmware: await loadFirmwareText('reader'),
    target,
    clock,
    serial: SERIAL,
    configuration: signDevelopmentConfiguration(developmentConfiguration(pki)),
    provision: () => {
      const made = provision();
      provisioned = made.keys;
      return made;
    },
  });
  await loadLink();
  await reader.start();
  const options = {
    trust: 'development' as const,
    clock,
    random: seededBytes(`${SEED}/till`),
    acquirer: createTestAcquirer({ baseDerivationKey: developmentKeys(SEED, SERIAL).baseDerivationKey }),
  };
  const till = await connect(memory(reader.port), options);
  await clock.sleep(SETTLED_MS);
  operations = [];
  const other = await connect(memory(reader.port), options);
  const connection = operations;
  await other.close();
  reader.contactless.put(createCard('visa-debit', { seed: SEED, pki }));
  operations = [];
  const result = await till.pay({ amount: money(1250, 'EUR'), key: keyFrom('operations'), interfaces: 'contactless' });
  reader.stop();
  if (result.status !== 'approved') throw new Error(`the payment is ${result.status}`);
  const recovered = RSA_BYTES.map((bytes) => ({ name: 'recoverRsa' as const, keyBytes: 0, bytes }));
  return { tap: [...operations, ...recovered], connection };
}
