/** The link: a handshake with both of its sides, and messages afterwards, beside the same cryptography composed from @noble/*. */

import { seededBytes } from '@comptoir/crypto/seed';
import { NO_BYTES } from '@comptoir/protocol';
import { linkPrologue, noiseNonce } from '@comptoir/protocol/link';
import { gcm } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { NoiseResponder } from '../../../firmware/src/link/noiseResponder.js';
import type { SessionKeys } from '../../../firmware/src/link/sessionKeys.js';
import { NoiseInitiator, type Opened } from '../../../sdk/src/link/session/noiseInitiator.js';
import { softwareSecure } from '../../src/machine/board/keys/softwareSecure.js';
import { compare } from '../stopwatch.js';
import { detailOf } from './ratioRow.js';
import type { Row } from './row.js';

const PROLOGUE = linkPrologue(new Uint8Array(10), new Uint8Array(15));
/** What the reader says of itself in message 2. */
const PAYLOAD = new Uint8Array(180).fill(5);
const MESSAGE_BYTES = 200;
/** Of the cryptography alone: what is around it may cost no more than a tenth. */
const TIMES_MAX = 1.1;

export function linkRows(): Row[] {
  const random = seededBytes('bench link');
  const secure = softwareSecure([], random);
  const identity = secure.makeKeyPair();
  const publicKey = secure.publicKey(identity);

  function handshake(): { host: Opened; reader: SessionKeys } {
    const initiator = new NoiseInitiator(PROLOGUE, random);
    const responder = new NoiseResponder(secure, PROLOGUE);
    const work = responder.respond(initiator.first(), identity, publicKey, PAYLOAD);
    let step = work.next();
    while (step.done !== true) step = work.next();
    if (step.value === undefined || initiator.second(step.value) === undefined) throw new Error('no message 2');
    const host = initiator.finish();
    const reader = host && responder.finish(host.third);
    if (host === undefined || reader === undefined) throw new Error('the handshake came to nothing');
    return { host, reader };
  }
  const { host, reader } = handshake();
  const message = new Uint8Array(MESSAGE_BYTES).fill(7);
  return [
    timesRow('handshake of the link, both sides', () => handshake().reader.erase(), composedHandshake(random)),
    timesRow(
      `message of ${MESSAGE_BYTES} B sealed and opened`,
      () => reader.open(host.sending.seal(message)),
      composedMessage(message),
    ),
  ];
}

function timesRow(name: string, ours: () => unknown, theirs: () => unknown): Row {
  const comparison = compare(ours, theirs);
  // Theirs by ours, the other way round: the longest of the one is the shortest of the other.
  const { median, min, max } = comparison.ratio;
  return {
    name: `${name}, time of its cryptography by @noble/*`,
    unit: '× its time',
    value: 1 / median,
    min: 1 / max,
    max: 1 / min,
    goal: { kind: 'atMost', value: TIMES_MAX },
    detail: detailOf(comparison),
  };
}

/** Points, hashes, keys and ciphers of Noise_XX_25519_AESGCM_SHA256, on both sides, with nothing between them. */
function composedHandshake(random: (length: number) => Uint8Array): () => void {
  const other = x25519.getPublicKey(random(32));
  const key = random(32);
  const sealed = (bytes: number): [Uint8Array, Uint8Array] => {
    const plain = new Uint8Array(bytes);
    return [plain, gcm(key, noiseNonce(0), key).encrypt(plain)];
  };
  const encrypted = [sealed(32), sealed(PAYLOAD.length), sealed(32), sealed(0)];
  const hashed = [PROLOGUE.length, 32, 0, 32, 48, PAYLOAD.length + 16, 48, 16].map(
    (length) => new Uint8Array(32 + length),
  );
  return () => {
    // Ephemeral pairs of both, the host's static one; then ee, es and se on both sides.
    for (let pair = 0; pair < 3; pair += 1) x25519.getPublicKey(random(32));
    for (let agreed = 0; agreed < 6; agreed += 1) x25519.getSharedSecret(key, other);
    for (let side = 0; side < 2; side += 1) {
      for (const data of hashed) sha256(data);
      for (let mixed = 0; mixed < 4; mixed += 1) hkdf(sha256, key, key, NO_BYTES, 64);
    }
    for (const [plain, cipher] of encrypted) {
      gcm(key, noiseNonce(0), key).encrypt(plain);
      gcm(key, noiseNonce(0), key).decrypt(cipher);
    }
  };
}

function composedMessage(message: Uint8Array): () => Uint8Array {
  const key = new Uint8Array(32).fill(9);
  return () => gcm(key, noiseNonce(1)).decrypt(gcm(key, noiseNonce(1)).encrypt(message));
}
