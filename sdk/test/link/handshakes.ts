/** The two ends of a handshake, message by message: the SDK's side as it is, and the firmware's on a board of software. */

import type { ReleaseKey } from '@comptoir/factory';
import { developmentFactoryKey, signReaderCertificate } from '@comptoir/factory';
import { KEY } from '@comptoir/firmware/board';
import { encodeInitRequest, STATUS } from '@comptoir/protocol';
import { linkPrologue } from '@comptoir/protocol/link';
import { x25519 } from '@noble/curves/ed25519.js';
import type { Board } from '../../../firmware/src/board/board.js';
import { LinkSession, type SessionStep } from '../../../firmware/src/link/linkSession.js';
import { softwareSecure } from '../../../simulator/src/machine/board/keys/softwareSecure.js';
import type { BegunSession, beginSession, SessionRequest } from '../../src/link/session/sessionWork.js';
import { LinkFault } from '../../src/values/linkFault.js';

export const MODEL = 'Comptoir test';
const DAY_OF_TESTS = Date.UTC(2030, 0, 1);

export interface TestReader {
  readonly serial: string;
  /** X25519. */
  readonly scalar: Uint8Array;
  readonly certificate: Uint8Array;
}

export function testReader(serial: string, fill: number, factory: ReleaseKey = developmentFactoryKey()): TestReader {
  const scalar = new Uint8Array(32).fill(fill);
  const valid = { validFrom: 20000101, validThrough: 20991231 };
  const certified = { staticKey: x25519.getPublicKey(scalar), model: MODEL, serial, ...valid };
  return { serial, scalar, certificate: signReaderCertificate(certified, factory) };
}

/** INIT and its answer, as both ends saw them. */
export interface Greeting {
  readonly init: Uint8Array;
  readonly initAnswer: Uint8Array;
}

export function greeting(channel = 1): Greeting {
  const nonce = new Uint8Array(8).fill(channel);
  const initAnswer = Uint8Array.of(...nonce, 1, 2, 3, channel, 2, 2, 0);
  return { init: encodeInitRequest({ nonce, lowestVersion: 2, highestVersion: 2 }), initAnswer };
}

/** The same randomness each time: the same greeting makes the same messages. */
export function readerEnd({ scalar, certificate }: TestReader, { init, initAnswer }: Greeting): LinkSession {
  let drawn = 0;
  const secure = softwareSecure([{ name: KEY.identity, key: scalar, identifier: certificate }], (length) => {
    drawn += 1;
    return new Uint8Array(length).fill(0x60 + drawn);
  });
  return new LinkSession({ secure, firmware: undefined } as unknown as Board, linkPrologue(init, initAnswer));
}

/** The reader's answer, worked out to its end. */
export function say(end: LinkSession, message: Uint8Array): SessionStep {
  let step = end.take(message.slice(), 0, false);
  while (end.isAnswering) step = end.advance();
  return step;
}

/** @throws Error when the reader has no answer */
export function answerOf(end: LinkSession, message: Uint8Array): Uint8Array {
  const step = say(end, message);
  if (step.kind !== 'answer') throw new Error(`the reader said ${step.kind}`);
  return step.bytes;
}

/** A till that expects the reader of that serial number. Its randomness is the same each time, too. */
export function tillEnd(
  begin: typeof beginSession,
  serial: string,
  { init, initAnswer }: Greeting,
  more: Partial<SessionRequest> = {},
): BegunSession {
  let drawn = 0;
  return begin({
    init,
    initAnswer,
    trust: 'development',
    nowMs: DAY_OF_TESTS,
    model: MODEL,
    serial,
    random(length) {
      drawn += 1;
      return new Uint8Array(length).fill(0x20 + drawn);
    },
    ...more,
  });
}

/** @returns by what name the till refused message 2; `taken`: it didn't */
export function verdict(till: BegunSession, second: Uint8Array): string {
  try {
    till.answer(second);
    return 'taken';
  } catch (fault) {
    // Of the SDK's own, or of the copy of it that is broken on purpose.
    if (fault instanceof LinkFault || (fault instanceof Error && 'code' in fault))
      return String((fault as LinkFault).code);
    throw fault;
  }
}

export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

export const BROKEN: SessionStep = { kind: 'fault', status: STATUS.sessionBroken };
