/**
 * A small terminal for the tests of the software cards, written from Book 2 with BigInt and apart from the firmware, so that
 * cards and reader are not right together by being wrong together.
 */
import { createHash } from 'node:crypto';
import * as tlv from '@comptoir/protocol';
import type { Card, CardInterface } from '../../../src/machine/card.js';
import { bigIntFromBytes, bigIntToBytes, modularPower } from '../../../src/world/pki/bigIntegers.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';

export const TERMINAL_DATA: ReadonlyMap<number, string> = new Map([
  [0x9f66, '27000000'],
  [0x9f02, '000000001250'],
  [0x9f03, '000000000000'],
  [0x9f1a, '0250'],
  [0x95, '0000000000'],
  [0x5f2a, '0978'],
  [0x9a, '261124'],
  [0x9c, '00'],
  [0x9f37, '8B55633B'],
  [0x9f35, '22'],
  [0x9f40, '6000F0A001'],
  [0x9f45, '0000'],
  [0x9f4c, '0000000000000000'],
  [0x9f34, '1F0302'],
  [0x9f21, '101500'],
  [0x8a, '3030'],
]);

export interface Reading {
  readonly values: ReadonlyMap<number, Uint8Array>;
  readonly staticData: Uint8Array;
  readonly rid: Uint8Array;
  readonly pdolData: Uint8Array;
}

export function send(card: Card, hex: string): { readonly data: Uint8Array; readonly sw: number } {
  const response = card.transmit(bytes(hex)) ?? new Uint8Array(2);
  return { data: response.slice(0, -2), sw: tlv.unsignedFromBytes(response.subarray(-2)) };
}

/** As a terminal over T=0 does it: 61xx and 6Cxx are followed up. */
export function exchange(card: Card, hex: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let command = hex;
  for (let count = 0; count < 64; count += 1) {
    const { data, sw } = send(card, command);
    parts.push(data);
    const rest = tlv.toHex(Uint8Array.of(sw & 255));
    if (sw >> 8 === 0x6c) command = command.slice(0, -2) + rest;
    else if (sw >> 8 === 0x61) command = `00C00000${rest}`;
    else if (sw === 0x9000) break;
    else throw new Error(`${command.slice(0, 8)} answered ${sw.toString(16)}`);
  }
  const answer = tlv.concatBytes(...parts);
  if (answer.length > 256) throw new Error('more than a response can hold');
  return answer;
}

export function bytes(hex: string): Uint8Array {
  return tlv.fromHex(hex) ?? tlv.NO_BYTES;
}

export function leaves(data: Uint8Array, into: Map<number, Uint8Array> = new Map()): Map<number, Uint8Array> {
  const decoded = tlv.decodeTlv(data, tlv.CARD_TLV_LIMITS);
  if (!decoded.ok) throw new Error(decoded.fault);
  const visit = (objects: readonly tlv.DataObject[]): void => {
    for (const { tag, value, children } of objects) {
      if (children !== undefined) visit(children);
      else if (into.has(tag)) throw new Error(`tag ${tag.toString(16)} twice`);
      else into.set(tag, value);
    }
  };
  visit(decoded.objects);
  return into;
}

export function dol(list: Uint8Array, replaced: ReadonlyMap<number, string> = new Map()): Uint8Array {
  let hex = '';
  for (let at = 0; at < list.length; ) {
    const isLong = ((list[at] ?? 0) & 0x1f) === 0x1f;
    const tag = tlv.unsignedFromBytes(list.subarray(at, at + (isLong ? 2 : 1)));
    at += isLong ? 2 : 1;
    const length = list[at] ?? 0;
    at += 1;
    hex += replaced.get(tag) ?? TERMINAL_DATA.get(tag) ?? '00'.repeat(length);
  }
  return bytes(hex);
}

export function withLength(data: Uint8Array): string {
  return tlv.toHex(Uint8Array.of(data.length)) + tlv.toHex(data);
}

/** SELECT to READ RECORD. @param aid hex */
export function readApplication(
  card: Card,
  on: CardInterface,
  aid: string,
  replaced: ReadonlyMap<number, string> = new Map(),
): Reading {
  card.powerOn(on);
  const fci = leaves(exchange(card, `00A40400${withLength(bytes(aid))}00`));
  const pdolData = dol(fci.get(0x9f38) ?? tlv.NO_BYTES, replaced);
  const template = tlv.encodeTlv(tlv.dataObject(0x83, pdolData));
  const options = exchange(card, `80A80000${withLength(template)}00`);
  const values = leaves(options);
  const format1 = values.get(0x80);
  if (format1 !== undefined) {
    values.delete(0x80);
    values.set(0x82, format1.subarray(0, 2));
    values.set(0x94, format1.subarray(2));
  }
  const afl = values.get(0x94) ?? tlv.NO_BYTES;
  const signed: Uint8Array[] = [];
  for (let at = 0; at < afl.length; at += 4) {
    const [file = 0, first = 0, last = 0, count = 0] = afl.subarray(at, at + 4);
    for (let record = first; record <= last; record += 1) {
      const data = exchange(card, `00B2${tlv.toHex(Uint8Array.of(record, file | 4))}00`);
      leaves(data, values);
      const decoded = tlv.decodeTlv(data);
      const template70 = decoded.ok ? decoded.objects[0] : undefined;
      if (template70?.tag !== 0x70 || decoded.ok === false || decoded.objects.length !== 1)
        throw new Error('not one template 70');
      if (record < first + count) signed.push(file >> 3 > 10 ? data : template70.value);
    }
  }
  const tagList = values.get(0x9f4a);
  const aip = tagList === undefined ? tlv.NO_BYTES : (values.get(0x82) ?? tlv.NO_BYTES);
  return { values, staticData: tlv.concatBytes(...signed, aip), rid: bytes(aid).subarray(0, 5), pdolData };
}

export interface PublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

export function sha1(...parts: readonly Uint8Array[]): string {
  return createHash('sha1')
    .update(tlv.concatBytes(...parts))
    .digest('hex')
    .toUpperCase();
}

/** Recovers and checks header, format, hash and trailer. @returns the content from the format byte to the hash, or the fault */
export function recover(
  key: PublicKey,
  signature: Uint8Array,
  format: number,
  hashed: Uint8Array,
): Uint8Array | string {
  if (signature.length !== key.modulus.length) return 'length';
  const power = modularPower(bigIntFromBytes(signature), bigIntFromBytes(key.exponent), bigIntFromBytes(key.modulus));
  const block = bigIntToBytes(power, key.modulus.length);
  if (block[0] !== 0x6a || block[1] !== format || block[block.length - 1] !== 0xbc) return 'format';
  const content = block.slice(1, -21);
  return sha1(content, hashed) === tlv.toHex(block.subarray(-21, -1)) ? content : 'hash';
}

export function authorityKey({ rid, values }: Reading): PublicKey | undefined {
  const index = values.get(0x8f)?.[0];
  return createTestPki()
    .certificationAuthorityKeys()
    .find((key) => key.index === index && tlv.equalBytes(key.rid, rid));
}

/** The issuer's key, or the fault. The date of the transaction is the 24th of November 2026. */
export function issuerKeyOf(reading: Reading): PublicKey | string {
  const { values } = reading;
  const authority = authorityKey(reading);
  if (authority === undefined) return 'no authority key';
  const exponent = values.get(0x9f32) ?? tlv.NO_BYTES;
  const remainder = values.get(0x92) ?? tlv.NO_BYTES;
  const hashed = tlv.concatBytes(remainder, exponent);
  const content = recover(authority, values.get(0x90) ?? tlv.NO_BYTES, 0x02, hashed);
  if (typeof content === 'string') return `issuer ${content}`;
  const identifier = tlv.toHex(content.subarray(1, 5)).replace(/F+$/, '');
  if (identifier.length < 3 || !cardNumber(reading).startsWith(identifier)) return 'issuer identifier';
  if (expiry(content.subarray(5, 7)) < 2611) return 'issuer expired';
  return keyFrom(content, 10, remainder, exponent);
}

/** The card's key, or the fault. */
export function iccKeyOf(reading: Reading): PublicKey | string {
  const issuer = issuerKeyOf(reading);
  if (typeof issuer === 'string') return issuer;
  const { values, staticData } = reading;
  const exponent = values.get(0x9f47) ?? tlv.NO_BYTES;
  const remainder = values.get(0x9f48) ?? tlv.NO_BYTES;
  const hashed = tlv.concatBytes(remainder, exponent, staticData);
  const content = recover(issuer, values.get(0x9f46) ?? tlv.NO_BYTES, 0x04, hashed);
  if (typeof content === 'string') return `icc ${content}`;
  if (tlv.toHex(content.subarray(1, 11)).replace(/F+$/, '') !== cardNumber(reading)) return 'icc number';
  if (expiry(content.subarray(11, 13)) < 2611) return 'icc expired';
  return keyFrom(content, 16, remainder, exponent);
}

function keyFrom(
  content: Uint8Array,
  algorithmAt: number,
  remainder: Uint8Array,
  exponent: Uint8Array,
): PublicKey | string {
  const [hash, algorithm, length = 0, exponentLength] = content.subarray(algorithmAt, algorithmAt + 4);
  if (hash !== 1 || algorithm !== 1 || exponentLength !== exponent.length) return 'algorithm';
  const room = content.subarray(algorithmAt + 4);
  const modulus = tlv.concatBytes(room.subarray(0, length), remainder);
  if (room.length < length && remainder.length !== length - room.length) return 'remainder';
  if (!room.subarray(length).every((byte) => byte === 0xbb)) return 'padding';
  return { modulus, exponent };
}

/** Test numbers only. */
export function cardNumber({ values }: Reading): string {
  const track2 = tlv.toHex(values.get(0x57) ?? tlv.NO_BYTES).split('D')[0] ?? '';
  const number = values.get(0x5a);
  if (number !== undefined && tlv.toHex(number).replace(/F$/, '') !== track2) throw new Error('5A and 57 differ');
  return track2;
}

function expiry(field: Uint8Array): number {
  const [month, year] = [tlv.toHex(field.subarray(0, 1)), tlv.toHex(field.subarray(1, 2))];
  return Number(year + month);
}
