/**
 * Kinds of the host's side: they run in Node, whatever the target. The keys of these records are test keys, in clear.
 * Source: test-vectors/README.md, card cryptograms, AES DUKPT, key blocks, tokens, DCA-1.   Floor: simulator trials.
 */

import { deriveInitialKey, deriveTransactionKey, deriveWorkingKey, KEY_USAGE } from '@comptoir/acquirer';
import { toHex } from '@comptoir/protocol';
import { cbc } from '@noble/ciphers/aes.js';
import { isObject } from '../vectorFiles.js';
import { assertionKeys, verifyAssertion } from './assertionKinds.js';
import { cryptogramOfVersion, cryptogramSteps, scriptMac } from './cryptogramKinds.js';
import { hexField } from './hexField.js';
import { importKeyBlock } from './keyBlockKinds.js';
import { ff1Kind, makeTokens, openTokenOf, sivOpen, sivSeal } from './tokenKinds.js';

/** Gives the `actual` of a record; throws when the input isn't what the kind asks for. */
type HostKind = (input: unknown) => unknown;

/** The only length of working keys that records ask for, besides that of the BDK. */
const AES_128_BYTES = 16;

export const HOST_KINDS: ReadonlyMap<string, HostKind> = new Map([
  ['ac.arqc_arpc', cryptogramSteps],
  ['ac.cvn', cryptogramOfVersion],
  ['ac.script_mac', scriptMac],
  ['dukpt.aes.ik', (input) => ({ ik: toHex(deriveInitialKey(hexField(input, 'bdk'), hexField(input, 'ikid'))) })],
  ['dukpt.aes.keys', dukptKeys],
  ['dukpt.aes.encrypt', dukptEncrypt],
  ['siv.seal', sivSeal],
  ['siv.open', sivOpen],
  ['ff1.encrypt', ff1Kind(true)],
  ['ff1.decrypt', ff1Kind(false)],
  ['token.make', makeTokens],
  ['token.open', openTokenOf],
  ['tr31.import', importKeyBlock],
  ['dca1.keys', assertionKeys],
  ['dca1.verify', verifyAssertion],
]);

/** Kinds whose line says that they are of the host's side, whether they run yet or not. */
export function isHostKind(kind: string): boolean {
  return ['ac.', 'dca1.', 'dukpt.', 'ff1.', 'siv.', 'token.', 'tr31.'].some((prefix) => kind.startsWith(prefix));
}

function dukptKeys(input: unknown): unknown {
  const { ksn, initialKey, transactionKey } = keysOf(input);
  const type = isObject(input) ? input['workingKeyType'] : undefined;
  if (type === undefined) return { transactionKey: toHex(transactionKey) };
  if (type !== 'AES128') throw new Error('the type of the working keys is unknown');
  return {
    ik: toHex(initialKey),
    transactionKey: toHex(transactionKey),
    dataEncryptKey: toHex(deriveWorkingKey(transactionKey, KEY_USAGE.dataEncrypt, ksn, AES_128_BYTES)),
    macGenerateKey: toHex(deriveWorkingKey(transactionKey, KEY_USAGE.macGenerate, ksn, AES_128_BYTES)),
  };
}

function dukptEncrypt(input: unknown): unknown {
  const { ksn, bdk, transactionKey } = keysOf(input);
  const dataKey = deriveWorkingKey(transactionKey, KEY_USAGE.dataEncrypt, ksn, bdk.length);
  const cipher = cbc(dataKey, hexField(input, 'iv'), { disablePadding: true });
  return { dataKey: toHex(dataKey), ciphertext: toHex(cipher.encrypt(hexField(input, 'plaintext'))) };
}

function keysOf(input: unknown): { readonly [name in 'bdk' | 'ksn' | 'initialKey' | 'transactionKey']: Uint8Array } {
  const bdk = hexField(input, 'bdk');
  const ksn = hexField(input, 'ksn');
  const initialKey = deriveInitialKey(bdk, ksn.subarray(0, 8));
  return { bdk, ksn, initialKey, transactionKey: deriveTransactionKey(initialKey, ksn) };
}
