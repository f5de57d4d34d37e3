/**
 * Self-tests at the start: without them the reader takes no card.
 * Floor: session.
 */
import { equalBytes, fromHex, latin1ToBytes } from '@comptoir/protocol';
import { type Board, KEY } from '../board/board.js';
import { recoverRsa } from '../emv/authentication/rsa.js';
import type { Configuration } from './configuration.js';

const ABC: Uint8Array = latin1ToBytes('abc');
/** FIPS 180-4, the examples for "abc". */
const SHA1_OF_ABC = 'A9993E364706816ABA3E25717850C26C9CD0D89D';
const SHA256_OF_ABC = 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD';

/** @returns 0 when all pass, else the number of the first that fails, from 1 */
export function runSelfTests(board: Board, configuration: Configuration | undefined): number {
  const { secure } = board;
  const tests: readonly boolean[] = [
    equalBytes(secure.sha1(ABC), fromHex(SHA1_OF_ABC) ?? ABC),
    equalBytes(secure.sha256(ABC), fromHex(SHA256_OF_ABC) ?? ABC),
    bigIntegersWork(),
    secure.findKey(KEY.dukptInitial) !== 0,
    configuration !== undefined,
  ];
  return tests.findIndex((passed) => !passed) + 1;
}

/** (2 ** 512 - 3) cubed modulo 2 ** 512 - 1 is -8: every word boundary of the big integer arithmetic is crossed. */
function bigIntegersWork(): boolean {
  const modulus = new Uint8Array(64).fill(0xff);
  const signature = modulus.slice();
  signature[63] = 0xfd;
  const expected = modulus.slice();
  expected[63] = 0xf7;
  return equalBytes(recoverRsa(modulus, Uint8Array.of(3), signature) ?? modulus, expected);
}
