/**
 * Self-tests: known answers of all that the reader relies on, at the start and every 23 hours. Without them it takes no card. One runs in
 * a step, so that hosts are heard in between; whoever needs the result of the first run before its end waits for the rest.
 * Source: docs/reference/protocol.md, self-tests, for the numbers.   Floor: commands.
 */
import { equalBytes, fromHex, latin1ToBytes, NO_BYTES, toHex } from '@comptoir/protocol';
import type { Board, KeyHandle, Secure } from '../board/board.js';

/** PCI wants them once in 24 hours. */
const AGAIN_MS = 23 * 3_600_000;
/** Of an answer; the rest would cost room and prove nothing more. */
const COMPARED_BYTES = 8;

const ABC: Uint8Array = latin1ToBytes('abc');
const ZEROS: Uint8Array = new Uint8Array(32);
/** P-256: base point, which is the key and the nonce's point, and s of the signature of SHA-256 of "abc" with both secrets 1. */
const BASE_X = '6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296';
const BASE_Y = '4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5';
const SIGNED_ABC = '258FE8B3702E123139FE27C3C15263166A1FE4771CEB0FB8B4F86DE4CE35B2F2';
/** Derivation data of a data key (usage 3000) for derivation identifier 1, counter 1. @see ANSI X9.24-3-2017 §6.3.2 */
const DERIVATION = '01013000000401000000000100000001';

/** NIST SP 800-90B §4.4.1 and §4.4.2, for four bits in a byte: so often a byte may repeat, and occur in all that was drawn. */
const REPEATED_MAX = 5;
const OCCURS_MAX = 40;
const RANDOM_DRAWS = 4;
const RANDOM_BYTES = 64;

type Test = (secure: Secure) => boolean;

/** In the order of the protocol's SELF_TESTS. Answers: FIPS 180-4, RFC 6979 §A.2.5 for the curve; others computed with OpenSSL. */
const TESTS: readonly Test[] = [
  (secure) => begins(secure.sha1(ABC), 'A9993E364706816A'),
  (secure) => begins(secure.sha256(ABC), 'BA7816BF8F01CFEA'),
  recoversRsa,
  sealsAndOpens,
  (secure) => withZeros(secure, (key) => begins(secure.hmacSha256(key, ABC), 'FD7ADB152C05EF80')),
  (secure) => withZeros(secure, (key) => begins(secure.cmac(key, ABC), '474509234371BCB2')),
  (secure) =>
    withZeros(secure, (key) =>
      begins(secure.encryptCbc(key, ZEROS.subarray(16), ZEROS).subarray(16), '08C374848C228233'),
    ),
  (secure) =>
    withZeros(secure, (key) => {
      const data = fromHex(DERIVATION + DERIVATION) ?? ABC;
      data[17] = 2;
      return isKey(secure, secure.deriveKey(key, data), '6A10011B3366775F');
    }),
  (secure) => withZeros(secure, (key) => isKey(secure, secure.deriveHkdf(key, 0, 2), '59E87BBC737B15C9')),
  () => BigInt('0xFFFFFFFFFFFFFFFF').toString(16) === 'ffffffffffffffff' && 0xffffffff + 1 === 2 ** 32,
  drawsRandomly,
  agrees,
  verifies,
];

export class SelfTests {
  private readonly board: Board;
  /** @param failed 0 when all passed */
  private readonly ran: (failed: number) => void;
  private next = 0;
  private failed = 0;
  /** Once, since the start. */
  hasRun = false;
  private ranMs = 0;

  constructor(board: Board, ran: (failed: number) => void) {
    this.board = board;
    this.ran = ran;
  }

  /** 0 when all passed, else the number of the first that ever failed, from 1. */
  get result(): number {
    while (!this.hasRun) this.step();
    return this.failed;
  }

  /** When `step` is to be called, in milliseconds from now. */
  get dueMs(): number {
    if (this.next < TESTS.length) return 0;
    return Math.max(0, this.ranMs + AGAIN_MS - this.board.clock.uptimeMs());
  }

  /** Runs one. Never called while a command runs. */
  step(): void {
    if (this.next >= TESTS.length) this.next = 0;
    const number = this.next + 1;
    if (!this.passes(TESTS[this.next]) && this.failed === 0) this.failed = number;
    this.next = number;
    if (number < TESTS.length) return;
    this.hasRun = true;
    this.ranMs = this.board.clock.uptimeMs();
    this.ran(this.failed);
  }

  private passes(test: Test | undefined): boolean {
    try {
      return test?.(this.board.secure) === true;
    } catch {
      return false;
    }
  }
}

function begins(bytes: Uint8Array, hex: string): boolean {
  return toHex(bytes.subarray(0, COMPARED_BYTES)) === hex;
}

function withZeros(secure: Secure, use: (key: KeyHandle) => boolean): boolean {
  const key = secure.knownKey(ZEROS);
  const passed = use(key);
  secure.eraseKey(key);
  return passed;
}

/** What a key is shows in the HMAC of nothing. */
function isKey(secure: Secure, key: KeyHandle, hex: string): boolean {
  const passed = begins(secure.hmacSha256(key, NO_BYTES), hex);
  secure.eraseKey(key);
  return passed;
}

/** AES-256 and GHASH, and that a changed tag is seen. @see McGrew and Viega, GCM, appendix B, test case 14 */
function sealsAndOpens(secure: Secure): boolean {
  return withZeros(secure, (key) => {
    const nonce = ZEROS.subarray(0, 12);
    const sealed = secure.sealGcm(key, nonce, NO_BYTES, ZEROS.subarray(16));
    const opened = secure.openGcm(key, nonce, NO_BYTES, sealed);
    const isRight = begins(sealed, 'CEA7403D4D606B6E') && begins(sealed.subarray(16), 'D0D1C8A799996BF0');
    sealed[31] = (sealed[31] as number) ^ 1;
    const forged = secure.openGcm(key, nonce, NO_BYTES, sealed);
    return isRight && equalBytes(opened ?? ABC, ZEROS.subarray(16)) && forged === undefined;
  });
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

/** Repetition and proportion: a source that is stuck, or nearly. */
function drawsRandomly(secure: Secure): boolean {
  const counts = new Uint8Array(256);
  let last = -1;
  let repeated = 0;
  for (let draw = 0; draw < RANDOM_DRAWS; draw += 1) {
    for (const byte of secure.random(RANDOM_BYTES)) {
      repeated = byte === last ? repeated + 1 : 1;
      last = byte;
      counts[byte] = (counts[byte] as number) + 1;
      if (repeated > REPEATED_MAX || (counts[byte] as number) > OCCURS_MAX) return false;
    }
  }
  return true;
}

/** A fresh pair: its public key is its secret with the base point; and with the point 0, of which every secret is zero, it has none. */
function agrees(secure: Secure): boolean {
  const pair = secure.makeKeyPair();
  const basePoint = ZEROS.slice();
  const none = secure.agree(pair, basePoint);
  basePoint[0] = 9;
  const shared = secure.agree(pair, basePoint);
  const known = secure.knownKey(secure.publicKey(pair));
  secure.eraseKey(pair);
  const mark = toHex(secure.hmacSha256(known, NO_BYTES).subarray(0, COMPARED_BYTES));
  secure.eraseKey(known);
  return none === 0 && isKey(secure, shared, mark);
}

/** The signature verifies; under a key beside the curve it doesn't. */
function verifies(secure: Secure): boolean {
  const digest = secure.sha256(ABC);
  const signature = fromHex(BASE_X + SIGNED_ABC) ?? ABC;
  const isSigned = (key: string): boolean => secure.verifySignature(fromHex(key) ?? ABC, digest, signature);
  return isSigned(BASE_X + BASE_Y) && !isSigned(BASE_X + BASE_X);
}
