/**
 * The MAC of an acquirer's answer by a second hand: AES DUKPT and CMAC over AES of node:crypto, and the message written down byte by byte.
 * Nothing of it is in firmware, protocol or SDK, so that they can't share a mistake.
 * Source: ANSI X9.24-3-2017 §6.3; NIST SP 800-38B §6.2; docs/reference/protocol.md, `complete`.
 */
import { createCipheriv } from 'node:crypto';

/** Table 2: message authentication, verification. */
const USAGE_MAC_VERIFY = 0x2001;
const USAGE_DERIVATION = 0x8000;
const USAGE_INITIAL_KEY = 0x8001;

function ecb(key: Buffer, blocks: Buffer): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

/** @param bytes of the derived key @param context the last eight bytes of each block */
function derive(parent: Buffer, usage: number, bytes: number, context: Buffer): Buffer {
  const blocks = Array.from({ length: bytes / 16 }, (_, at) => {
    const head = Buffer.alloc(8);
    head.writeUInt8(1, 0);
    head.writeUInt8(at + 1, 1);
    head.writeUInt16BE(usage, 2);
    head.writeUInt16BE(bytes === 16 ? 2 : 4, 4);
    head.writeUInt16BE(bytes * 8, 6);
    return Buffer.concat([head, context]);
  });
  return ecb(parent, Buffer.concat(blocks));
}

/** @param ksn 12 bytes @param bytes of the key */
export function workingKey(bdk: Buffer, ksn: Buffer, usage: number, bytes: number): Buffer {
  const context = (counter: number): Buffer => {
    const end = Buffer.alloc(4);
    end.writeUInt32BE(counter);
    return Buffer.concat([ksn.subarray(4, 8), end]);
  };
  const counter = ksn.readUInt32BE(8);
  let key = derive(bdk, USAGE_INITIAL_KEY, bdk.length, ksn.subarray(0, 8));
  let used = 0;
  for (let bit = 2 ** 31; bit >= 1; bit /= 2) {
    if (Math.floor(counter / bit) % 2 === 0) continue;
    used += bit;
    key = derive(key, USAGE_DERIVATION, bdk.length, context(used));
  }
  return derive(key, usage, bytes, context(counter));
}

export function cmacByHand(key: Buffer, data: Buffer): Buffer {
  const first = doubled(ecb(key, Buffer.alloc(16)));
  const isWhole = data.length > 0 && data.length % 16 === 0;
  const padding = isWhole ? Buffer.alloc(0) : Buffer.alloc(16 - (data.length % 16));
  if (!isWhole) padding.writeUInt8(0x80, 0);
  const padded = Buffer.concat([data, padding]);
  let mac: Buffer = Buffer.alloc(16);
  for (let at = 0; at < padded.length; at += 16) {
    const isLast = at + 16 === padded.length;
    const block = xor(mac, padded.subarray(at, at + 16));
    mac = ecb(key, isLast ? xor(block, isWhole ? first : doubled(first)) : block);
  }
  return mac;
}

/** What the acquirer signs, and under which key. @param fields of the message in their order, without its MAC: tag and value in hexadecimal */
export function answerMacByHand(
  bdk: Buffer,
  ksn: Buffer,
  fields: readonly (readonly [tag: string, value: string])[],
): Buffer {
  const content = fields.map(([tag, value]) => tag + lengthOf(value) + value).join('');
  const message = Buffer.from(`616E7300E2${lengthOf(content)}${content}`, 'hex');
  return cmacByHand(workingKey(bdk, ksn, USAGE_MAC_VERIFY, 32), message);
}

function lengthOf(hex: string): string {
  const bytes = hex.length / 2;
  return (bytes < 0x80 ? '' : '81') + bytes.toString(16).padStart(2, '0');
}

/** In GF(2^128). */
function doubled(block: Buffer): Buffer {
  const value = BigInt(`0x${block.toString('hex')}`) << 1n;
  const reduced = value >> 128n === 1n ? (value & ((1n << 128n) - 1n)) ^ 0x87n : value;
  return Buffer.from(reduced.toString(16).padStart(32, '0'), 'hex');
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));
}
