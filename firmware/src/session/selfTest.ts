/**
 * Self-tests at the start: without them the reader takes no card.
 * Floor: session.
 */
import { equalBytes, fromHex, latin1ToBytes, NO_BYTES } from '@comptoir/protocol';
import type { Board, Secure } from '../board/board.js';

const ABC: Uint8Array = latin1ToBytes('abc');
/** FIPS 180-4, the examples for "abc". */
const SHA1_OF_ABC = 'A9993E364706816ABA3E25717850C26C9CD0D89D';
const SHA256_OF_ABC = 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD';
/** The Galois/Counter Mode of Operation (McGrew, Viega), appendix B, test case 14: key, nonce and plain bytes are zeros. */
const SEALED_ZEROS = 'CEA7403D4D606B6E074EC5D3BAF39D18D0D1C8A799996BF0265B98B5D48AB919';

/** @returns 0 when all pass, else the number of the first that fails, from 1 */
export function runSelfTests({ secure }: Pick<Board, 'secure'>): number {
  const tests: readonly boolean[] = [
    equalBytes(secure.sha1(ABC), fromHex(SHA1_OF_ABC) ?? ABC),
    equalBytes(secure.sha256(ABC), fromHex(SHA256_OF_ABC) ?? ABC),
    recoversRsa(secure),
    sealsAndOpens(secure),
  ];
  return tests.findIndex((passed) => !passed) + 1;
}

/** AES-256 and GHASH, and that a changed tag is seen. */
function sealsAndOpens(secure: Secure): boolean {
  const [nonce, plain] = [new Uint8Array(12), new Uint8Array(16)];
  const key = secure.knownKey(new Uint8Array(32));
  const sealed = secure.sealGcm(key, nonce, NO_BYTES, plain);
  const opened = secure.openGcm(key, nonce, NO_BYTES, sealed);
  const isRight = equalBytes(sealed, fromHex(SEALED_ZEROS) ?? ABC) && equalBytes(opened ?? ABC, plain);
  sealed[31] = (sealed[31] as number) ^ 1;
  const forged = secure.openGcm(key, nonce, NO_BYTES, sealed);
  secure.eraseKey(key);
  return isRight && forged === undefined;
}

/** (2 ** 512 - 3) cubed modulo 2 ** 512 - 1 is -8: a carry goes over every digit. */
function recoversRsa(secure: Secure): boolean {
  const modulus = new Uint8Array(64).fill(0xff);
  const signature = modulus.slice();
  signature[63] = 0xfd;
  const expected = modulus.slice();
  expected[63] = 0xf7;
  return equalBytes(secure.rsaRecover(modulus, 3, signature) ?? modulus, expected);
}
