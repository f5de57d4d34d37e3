/**
 * BER-TLV: decoding one record of a card.
 * Source of the goals: issue and performance reference, G1 and G2.
 */
import {
  CARD_TLV_LIMITS,
  createTlvIndex,
  dataObject,
  decodeTlv,
  encodeTlv,
  fromHex,
  indexTlv,
  template,
} from '@comptoir/protocol';
import { parse } from '@tomkp/ber-tlv';
import berTlv from 'ber-tlv';
import TLV from 'node-tlv';
import { heapBytesPerCall } from '../memory.js';
import { ratioRow } from './ratioRow.js';
import type { Row } from './row.js';

/** A record of 187 bytes: template 70 with 16 data objects. The card number is a test number. */
const RECORD: readonly (readonly [tag: number, value: string])[] = [
  [0x57, '4761739001010119D30122011143878089000F'],
  [0x5a, '4761739001010119'],
  [0x5f20, '544553542043415244202020202020202020202020202020202020'],
  [0x5f24, '301231'],
  [0x5f25, '240101'],
  [0x5f28, '0250'],
  [0x5f34, '01'],
  [0x8c, '9F02069F03069F1A0295055F2A029A039C019F37049F35019F3403'],
  [0x8d, '8A029F02069F03069F1A029505'],
  [0x8e, '0000000000000000410342035E031F031F00'],
  [0x9f07, 'FF80'],
  [0x9f08, '0096'],
  [0x9f0d, 'F0408C8800'],
  [0x9f0e, '0010000000'],
  [0x9f0f, 'F0408C9800'],
  [0x9f4a, '82'],
];

function record(): Uint8Array {
  const bytes = encodeTlv(
    template(0x70, ...RECORD.map(([tag, hex]) => dataObject(tag, fromHex(hex) ?? Uint8Array.of()))),
  );
  if (bytes.length !== 187) throw new Error(`the record must have 187 bytes, and has ${bytes.length}`);
  return bytes;
}

export function tlvRows(): Row[] {
  const bytes = record();
  const buffer = Buffer.from(bytes);
  const index = createTlvIndex(CARD_TLV_LIMITS.objectsMax);
  const tree = (): unknown => decodeTlv(bytes);
  const flat = (): unknown => indexTlv(index, bytes, CARD_TLV_LIMITS);
  const tomkp = (): unknown => parse(bytes);
  if (!indexTlv(index, bytes, CARD_TLV_LIMITS) || index.count !== 17)
    throw new Error('the record must have 17 data objects');
  const flatBytes = heapBytesPerCall(flat);
  const tomkpBytes = heapBytesPerCall(tomkp);
  return [
    ratioRow('TLV tree, 187 B / @tomkp/ber-tlv', tree, tomkp, 4),
    ratioRow('TLV tree, 187 B / ber-tlv', tree, () => berTlv.TlvFactory.parse(buffer), 15),
    ratioRow('TLV tree, 187 B / node-tlv', tree, () => TLV.parse(buffer), 30),
    ratioRow('TLV flat index, 187 B / @tomkp/ber-tlv', flat, tomkp, 20),
    {
      name: 'TLV flat index, heap a record',
      unit: 'B',
      value: Math.round(flatBytes),
      goal: { kind: 'atMost', value: 0 },
      detail: `@tomkp/ber-tlv ${Math.round(tomkpBytes)} B, tree ${Math.round(heapBytesPerCall(tree))} B`,
    },
  ];
}
