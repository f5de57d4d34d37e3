/**
 * What a message may say of a profile: kind, label, and a reference that is the same at each tap, of this merchant only.
 * Floor: session.
 */
import { concatBytes, latin1ToBytes, NO_BYTES } from '@comptoir/protocol';
import { KEY, type Secure } from '../../board/board.js';
import { printableText } from '../../token/outgoingData.js';

const LABEL: Uint8Array = latin1ToBytes('wallet\0');
export const REFERENCE_BYTES = 8;
const LABEL_CHARACTERS_MAX = 16;
const LABEL_DIGITS_MAX = 8;

/** @param id tag C0 @returns nothing when the reader has no key of the merchant */
export function referenceOf(secure: Secure, id: Uint8Array): Uint8Array | undefined {
  const key = secure.findKey(KEY.indexToken);
  return key === 0 ? undefined : secure.hmacSha256(key, concatBytes(LABEL, id)).slice(0, REFERENCE_BYTES);
}

/**
 * Printable ASCII, 16 characters at most. A label of many digits says nothing: they may be the number of an application that is never
 * opened, which no gate knows.
 */
export function printable(label: Uint8Array = NO_BYTES): string {
  const shown = label.subarray(0, LABEL_CHARACTERS_MAX);
  let digits = 0;
  for (const byte of shown) if (byte >= 0x30 && byte <= 0x39) digits += 1;
  return digits > LABEL_DIGITS_MAX ? '' : printableText(shown);
}
