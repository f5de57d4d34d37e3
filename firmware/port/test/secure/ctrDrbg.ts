/**
 * CTR_DRBG with AES-256 and derivation function, written from the text with Node's AES: where the known answer in
 * firmware/port/secure/random.c comes from.   Source: NIST SP 800-90A rev. 1 §10.2.1, §10.3.2, §10.3.3.
 */
import { createCipheriv } from 'node:crypto';

const KEY_BYTES = 32;
const BLOCK_BYTES = 16;
const SEED_BYTES = KEY_BYTES + BLOCK_BYTES;

/** @param seed entropy, nonce and personalization string, one after the other */
export function createCtrDrbg(seed: Uint8Array): (length: number) => Buffer {
  let key = Buffer.alloc(KEY_BYTES);
  let counter = Buffer.alloc(BLOCK_BYTES);

  function blocks(length: number): Buffer {
    const out: Buffer[] = [];
    for (let made = 0; made < length; made += BLOCK_BYTES) {
      increment(counter);
      out.push(encrypt(key, counter));
    }
    return Buffer.concat(out).subarray(0, length);
  }
  function update(provided: Uint8Array): void {
    const mixed = mixedWith(blocks(SEED_BYTES), provided);
    key = Buffer.from(mixed.subarray(0, KEY_BYTES));
    counter = Buffer.from(mixed.subarray(KEY_BYTES));
  }

  update(derive(seed));
  return (length) => {
    const given = blocks(length);
    update(Buffer.alloc(SEED_BYTES));
    return given;
  };
}

/** Block_Cipher_df: any input to SEED_BYTES. */
function derive(input: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(input.length, 0);
  head.writeUInt32BE(SEED_BYTES, 4);
  const unpadded = Buffer.concat([head, input, Buffer.of(0x80)]);
  const padded = Buffer.concat([unpadded, Buffer.alloc((BLOCK_BYTES - (unpadded.length % BLOCK_BYTES)) % BLOCK_BYTES)]);
  const fixedKey = Buffer.from(Array.from({ length: KEY_BYTES }, (_, at) => at));
  const reduced: Buffer[] = [];
  for (let i = 0; i < SEED_BYTES / BLOCK_BYTES; i += 1) {
    const iv = Buffer.alloc(BLOCK_BYTES);
    iv.writeUInt32BE(i, 0);
    reduced.push(chain(fixedKey, Buffer.concat([iv, padded])));
  }
  const [key, start] = [Buffer.concat(reduced).subarray(0, KEY_BYTES), Buffer.concat(reduced).subarray(KEY_BYTES)];
  const out: Buffer[] = [];
  for (let x: Buffer = start; out.length < SEED_BYTES / BLOCK_BYTES; ) {
    x = encrypt(key, x);
    out.push(x);
  }
  return Buffer.concat(out);
}

/** BCC: the last block of CBC with a zero start. */
function chain(key: Uint8Array, bytes: Uint8Array): Buffer {
  let chained: Buffer = Buffer.alloc(BLOCK_BYTES);
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES)
    chained = encrypt(key, mixedWith(chained, bytes.subarray(at, at + BLOCK_BYTES)));
  return chained;
}

function mixedWith(bytes: Uint8Array, others: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte, at) => byte ^ (others[at] ?? 0)));
}

function encrypt(key: Uint8Array, block: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

function increment(counter: Uint8Array): void {
  for (let at = counter.length - 1; at >= 0; at -= 1) {
    const next = ((counter[at] ?? 0) + 1) & 0xff;
    counter[at] = next;
    if (next !== 0) return;
  }
}
