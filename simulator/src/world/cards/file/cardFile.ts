/**
 * A simulated dynamic card as bytes: what it was made with, and all that it keeps. The file is the card: it holds its keys and, when a test
 * bank put an application there, a test card number; so it is bytes, and never text.
 * Source: docs/reference/card-commands.md, files.   Floor: simulator world.
 *
 *   ED { DF30 version 01 | DF20 identifier 8 | DF31 transport key 16 | DF32 public keys of its issuers, 64 each
 *      | DF33 how often it was used 4 | DF34 a record: name 1, value; may repeat }
 */
import * as tlv from '@comptoir/protocol';
import { CARD_IDENTIFIER_BYTES, ISSUERS_MAX, TAG_DF20_CARD_IDENTIFIER } from '@comptoir/protocol/wallet';
import { RECORDS } from '../dynamic/softwareDynamicCard.js';

/** All records as long as they may be, and what is beside them. */
export const CARD_FILE_BYTES_MAX = 196_608;

const TAG_ED_CARD_FILE = 0xed;
const TAG_DF30_VERSION = 0xdf30;
const TAG_DF31_TRANSPORT_KEY = 0xdf31;
const TAG_DF32_ISSUERS = 0xdf32;
const TAG_DF33_USES = 0xdf33;
const TAG_DF34_RECORD = 0xdf34;
const VERSION = 1;
const AES_BYTES = 16;
const PUBLIC_KEY_BYTES = 64;
const USES_BYTES = 4;
const RECORD_BYTES_MAX = 1344;

export interface CardFile {
  /** 8 bytes. */
  readonly identifier: Uint8Array;
  /** AES-128. */
  readonly transport: Uint8Array;
  /** 64 bytes each. */
  readonly issuers: Uint8Array;
  /** Of its random bytes: no two uses have the same. */
  readonly uses: number;
  /** By name, 0 to 127. */
  readonly records: ReadonlyMap<number, Uint8Array>;
}

export function encodeCardFile({ identifier, transport, issuers, uses, records }: CardFile): Uint8Array {
  return tlv.encodeTlv(
    tlv.template(
      TAG_ED_CARD_FILE,
      tlv.dataObject(TAG_DF30_VERSION, Uint8Array.of(VERSION)),
      tlv.dataObject(TAG_DF20_CARD_IDENTIFIER, identifier),
      tlv.dataObject(TAG_DF31_TRANSPORT_KEY, transport),
      tlv.dataObject(TAG_DF32_ISSUERS, issuers),
      tlv.dataObject(TAG_DF33_USES, tlv.unsignedToBytes(uses, USES_BYTES)),
      ...[...records].map(([name, value]) =>
        tlv.dataObject(TAG_DF34_RECORD, tlv.concatBytes(Uint8Array.of(name), value)),
      ),
    ),
  );
}

/** @param bytes untrusted @returns undefined when they are no such file */
export function readCardFile(bytes: Uint8Array): CardFile | undefined {
  if (bytes.length > CARD_FILE_BYTES_MAX) return undefined;
  const decoded = tlv.decodeTlv(bytes);
  const [outer, ...more] = decoded.ok ? decoded.objects : [];
  if (outer?.tag !== TAG_ED_CARD_FILE || more.length > 0) return undefined;
  const objects = outer.children ?? [];
  const value = (tag: number): Uint8Array => tlv.findObject(objects, tag)?.value.slice() ?? tlv.NO_BYTES;
  if (!tlv.equalBytes(value(TAG_DF30_VERSION), Uint8Array.of(VERSION))) return undefined;
  const identifier = value(TAG_DF20_CARD_IDENTIFIER);
  const transport = value(TAG_DF31_TRANSPORT_KEY);
  const issuers = value(TAG_DF32_ISSUERS);
  const uses = value(TAG_DF33_USES);
  const isIssuers = issuers.length % PUBLIC_KEY_BYTES === 0 && issuers.length <= ISSUERS_MAX * PUBLIC_KEY_BYTES;
  if (identifier.length !== CARD_IDENTIFIER_BYTES || transport.length !== AES_BYTES) return undefined;
  if (!isIssuers || uses.length !== USES_BYTES) return undefined;
  const records = new Map<number, Uint8Array>();
  for (const { tag, value: record } of objects) {
    if (tag !== TAG_DF34_RECORD) continue;
    const [name] = record;
    if (name === undefined || name >= RECORDS || record.length > 1 + RECORD_BYTES_MAX || records.has(name))
      return undefined;
    records.set(name, record.slice(1));
  }
  return { identifier, transport, issuers, uses: tlv.unsignedFromBytes(uses), records };
}
