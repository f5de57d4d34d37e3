/**
 * Who a replay is: the reader that was recorded, certified by a factory of its own. That factory's private key is made from a sentence, so what it signs proves
 * nothing; it is no factory that a till trusts for anything else, the development factory included.
 * Floor: simulator trials.
 */

import { type ReleaseKey, releaseKey, signReaderCertificate } from '@comptoir/factory';
import { decodeMessage } from '@comptoir/protocol';
import { encodeReaderWord } from '@comptoir/protocol/link';
import { x25519 } from '@noble/curves/ed25519.js';
import { seededBytes } from '#crypto/seed';

const KEY_BYTES = 32;
const ALWAYS = { validFrom: 19700101, validThrough: 99991231 };

let factory: ReleaseKey | undefined;

/** The test root. Made once in a process; any 32 bytes that don't begin with FF are a scalar of P-256, and these don't. */
export function replayFactory(): ReleaseKey {
  factory ??= releaseKey(seededBytes('factory of replays')(KEY_BYTES));
  return factory;
}

export interface ReplayIdentity {
  /** A scalar of X25519. */
  readonly staticKey: Uint8Array;
  /** The payload of message 2. */
  readonly word: Uint8Array;
}

/** @param info what the reader said that it is: an encoded `info` */
export function replayIdentity(info: Uint8Array): ReplayIdentity {
  const staticKey = seededBytes('a replay')(KEY_BYTES);
  const decoded = decodeMessage(info);
  const { model, serial } = decoded.ok && decoded.message.kind === 'info' ? decoded.message : { model: '', serial: '' };
  const about = { ...ALWAYS, staticKey: x25519.getPublicKey(staticKey), model, serial };
  const certificate = signReaderCertificate(about, replayFactory());
  // Its firmware is none: version and hash are zero.
  return {
    staticKey,
    word: encodeReaderWord({ certificate, firmwareVersion: 0, firmwareSha256: new Uint8Array(KEY_BYTES) }),
  };
}
