/**
 * What a message calls a profile: a reference that is the same at each tap, of this merchant only.
 * Floor: commands.
 */
import { concatBytes, latin1ToBytes } from '@comptoir/protocol';
import { KEY, type Secure } from '../../board/board.js';

const LABEL: Uint8Array = latin1ToBytes('wallet\0');
export const REFERENCE_BYTES = 8;

/** @param id tag C0 @returns nothing when the reader has no key of the merchant */
export function referenceOf(secure: Secure, id: Uint8Array): Uint8Array | undefined {
  const key = secure.findKey(KEY.indexToken);
  return key === 0 ? undefined : secure.hmacSha256(key, concatBytes(LABEL, id)).slice(0, REFERENCE_BYTES);
}
