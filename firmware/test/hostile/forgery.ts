/** Certificates that the right key signed, with wrong content: what a card maker's mistake or a stolen signer would give. */
import { concatBytes, fromHex, NO_BYTES } from '@comptoir/protocol';
import type { TestPki } from '../../../simulator/src/index.js';
import { softwareRsaRecover } from '../../../simulator/src/machine/board/keys/softwareRsa.js';
import { sha1 } from '../../../simulator/src/world/pki/recoverableSignature.js';

export interface Forgery {
  /** 90: the issuer's, 9F46: the card's. */
  readonly tag: 0x90 | 0x9f46;
  /** Bytes of what is signed; an offset below zero counts from the end. */
  readonly patch: readonly (readonly [offset: number, bytes: string])[];
  /** The hash is made right again. Only of the issuer's: the other covers the card's records. */
  readonly rehash?: true;
  /** With it: the exponent that the hash covers, when 9F32 is changed, too. */
  readonly exponent?: string;
}

const HASH_BYTES = 20;
const bytesOf = (text: string): Uint8Array => fromHex(text) ?? NO_BYTES;

/** @param base a card of one network and its keys: `mastercard` */
export function forge(certificate: Uint8Array, forgery: Forgery, base: string, pki: TestPki): Uint8Array {
  if (base !== 'mastercard') throw new Error('only the keys of `mastercard` are known here');
  const signer = forgery.tag === 0x90 ? pki.authority('mastercard', 0xf1) : pki.key('issuer/mastercard', 1408, 3);
  const block = softwareRsaRecover(signer.modulus, 3, certificate)?.slice();
  if (block === undefined) throw new Error('the certificate is none');
  for (const [offset, text] of forgery.patch) block.set(bytesOf(text), offset < 0 ? block.length + offset : offset);
  if (forgery.rehash) {
    const hashAt = block.length - 1 - HASH_BYTES;
    block.set(sha1(concatBytes(block.subarray(1, hashAt), bytesOf(forgery.exponent ?? '03'))), hashAt);
  }
  return signer.sign(block);
}
