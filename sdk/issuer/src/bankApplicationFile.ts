/**
 * A bank application as the bank's data preparation gives it to whoever signs: keys in clear, so it's a secret, and it holds a card
 * number, so it's bytes and never text.
 * Source: docs/reference/card-commands.md, files; docs/reference/wallet-applet.md, E8.   Floor: issuer.
 *
 *   EC { 4F | 50 | 87 | [9F2A 1] | [C3 brand] | 5F24 | DF27 | E8 { DF25 AES key 16 | [DF26 RSA key in CRT form] | DF28 | E9 | EA } }
 */
import * as tlv from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import type { CardIssuer } from './cardIssuer.js';

export const BANK_FILE_BYTES_MAX = 8192;

const TAG_EC_BANK_FILE = 0xec;
const AES_BYTES = 16;
const AID_BYTES_MIN = 5;
const AID_BYTES_MAX = 16;
const LABEL_BYTES_MAX = 16;
const BRAND_BYTES_MAX = 12;
const DATE_BYTES = 3;
const CENTURY = 20_000_000;

export interface BankApplicationFile {
  readonly aid: Uint8Array;
  readonly label: Uint8Array;
  /** Tag 87 whole. */
  readonly priority: number;
  /** Tag 9F2A; undefined: as the AID says. */
  readonly kernel: number | undefined;
  readonly brand: string | undefined;
  /** YYYYMMDD. */
  readonly validThrough: number;
  /** Up to 4 characters. */
  readonly lastDigits: string;
  /** Inside E8, with DF25 and DF26 in clear. */
  readonly objects: readonly tlv.DataObject[];
}

export function encodeBankApplicationFile(file: BankApplicationFile): Uint8Array {
  const { kernel, brand } = file;
  return tlv.encodeTlv(
    tlv.template(
      TAG_EC_BANK_FILE,
      tlv.dataObject(tlv.TAG_4F_APPLICATION_IDENTIFIER, file.aid),
      tlv.dataObject(tlv.TAG_50_APPLICATION_LABEL, file.label),
      tlv.dataObject(tlv.TAG_87_APPLICATION_PRIORITY_INDICATOR, Uint8Array.of(file.priority)),
      ...(kernel === undefined ? [] : [tlv.dataObject(tlv.TAG_9F2A_KERNEL_IDENTIFIER, Uint8Array.of(kernel))]),
      ...(brand === undefined ? [] : [tlv.dataObject(wallet.TAG_C3_BRAND, tlv.latin1ToBytes(brand))]),
      tlv.dataObject(
        tlv.TAG_5F24_APPLICATION_EXPIRATION_DATE,
        tlv.unsignedToBcd(file.validThrough % CENTURY, DATE_BYTES),
      ),
      tlv.dataObject(wallet.TAG_DF27_LAST_DIGITS, tlv.latin1ToBytes(file.lastDigits)),
      tlv.template(wallet.TAG_E8_BANK_APPLICATION, ...file.objects),
    ),
  );
}

/** @param bytes untrusted @returns undefined when they are no such file; what is in E8 is for the card to check */
export function readBankApplicationFile(bytes: Uint8Array): BankApplicationFile | undefined {
  if (bytes.length > BANK_FILE_BYTES_MAX) return undefined;
  const decoded = tlv.decodeTlv(bytes);
  const [outer, ...more] = decoded.ok ? decoded.objects : [];
  if (outer?.tag !== TAG_EC_BANK_FILE || more.length > 0) return undefined;
  const inside = outer.children ?? [];
  const value = (tag: number): Uint8Array | undefined => tlv.findObject(inside, tag)?.value;
  const aid = value(tlv.TAG_4F_APPLICATION_IDENTIFIER);
  const label = value(tlv.TAG_50_APPLICATION_LABEL);
  const [priority] = value(tlv.TAG_87_APPLICATION_PRIORITY_INDICATOR) ?? [];
  const brand = value(wallet.TAG_C3_BRAND);
  const date = tlv.unsignedFromBcd(value(tlv.TAG_5F24_APPLICATION_EXPIRATION_DATE) ?? tlv.NO_BYTES);
  const digits = value(wallet.TAG_DF27_LAST_DIGITS);
  const objects = tlv.findObject(inside, wallet.TAG_E8_BANK_APPLICATION)?.children;
  const key = objects && tlv.findObject(objects, wallet.TAG_DF25_WRAPPED_KEY)?.value;
  if (aid === undefined || aid.length < AID_BYTES_MIN || aid.length > AID_BYTES_MAX) return undefined;
  if (!isText(label, LABEL_BYTES_MAX) || !isText(digits, wallet.LAST_DIGITS_MAX)) return undefined;
  if (priority === undefined || date === undefined || key?.length !== AES_BYTES) return undefined;
  if (brand !== undefined && !isText(brand, BRAND_BYTES_MAX)) return undefined;
  return {
    aid,
    label,
    priority,
    kernel: value(tlv.TAG_9F2A_KERNEL_IDENTIFIER)?.[0],
    brand: brand && tlv.latin1FromBytes(brand),
    validThrough: CENTURY + date,
    lastDigits: tlv.latin1FromBytes(digits),
    objects: objects ?? [],
  };
}

function isText(bytes: Uint8Array | undefined, max: number): bytes is Uint8Array {
  return bytes !== undefined && bytes.length <= max && bytes.every((byte) => byte >= 0x20 && byte <= 0x7e);
}

/** @param objects inside E8, keys in clear @returns the same, keys wrapped for the issuer's card */
export function wrapBankKeys(issuer: CardIssuer, objects: readonly tlv.DataObject[]): readonly tlv.DataObject[] {
  return objects.map((object) => {
    if (object.tag === wallet.TAG_DF25_WRAPPED_KEY) return tlv.dataObject(object.tag, issuer.wrapAes(object.value));
    if (object.tag === wallet.TAG_DF26_WRAPPED_RSA_KEY) return tlv.dataObject(object.tag, issuer.wrapRsa(object.value));
    return object;
  });
}
