/**
 * What a message may say of a profile: kind, label, and a reference that is the same at each tap, of this merchant only.
 * Floor: session.
 */
import { concatBytes, latin1ToBytes, NO_BYTES } from '@comptoir/protocol';
import { KEY, type Secure } from '../../board/board.js';

const LABEL: Uint8Array = latin1ToBytes('wallet\0');
const REFERENCE_BYTES = 8;

/** @param id tag C0 @returns nothing when the reader has no key of the merchant */
export function referenceOf(secure: Secure, id: Uint8Array): Uint8Array | undefined {
  const key = secure.findKey(KEY.indexToken);
  return key === 0 ? undefined : secure.hmacSha256(key, concatBytes(LABEL, id)).slice(0, REFERENCE_BYTES);
}

/** Printable ASCII, 16 characters at most. */
export function printable(label: Uint8Array = NO_BYTES): string {
  let text = '';
  for (const byte of label.subarray(0, 16)) text += byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '?';
  return text.trimEnd();
}
