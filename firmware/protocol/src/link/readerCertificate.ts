/**
 * What a factory signs about a reader: which key it has, and which reader it is. Big endian.
 *
 *   offset  size  field
 *   0       1     format: 01
 *   1       8     the factory's key: the first 8 bytes of SHA-256 of its public key (P-256, X then Y)
 *   9       32    the reader's static key, X25519
 *   41      4     the first day, the number YYYYMMDD
 *   45      4     the last day
 *   49      1+n   length and model, at most 24 printable ASCII characters
 *           1+n   length and serial number, at most 16; none: any reader that carries this development image
 *           64    ECDSA with P-256 and SHA-256, r then s, over "comptoir reader certificate" and all before
 *
 * Version and hash of the firmware aren't in it, since updates change them: the reader tells them beside it.
 * Floor: protocol.
 * Memory: the bytes of a decoded certificate are views of the input.
 */
import { concatBytes, latin1FromBytes, latin1ToBytes, unsignedFromBytes, unsignedToBytes } from '../bytes/bytes.js';

export const READER_CERTIFICATE_BYTES_MAX = 155;
export const FACTORY_KEY_ID_BYTES = 8;
export const STATIC_KEY_BYTES = 32;

const FORMAT = 1;
const MODEL_CHARACTERS_MAX = 24;
const SERIAL_CHARACTERS_MAX = 16;
const SIGNATURE_BYTES = 64;
const TEXTS_FROM = 49;
/** No other thing that is signed begins so. */
const LABEL: Uint8Array = latin1ToBytes('comptoir reader certificate');

export interface ReaderCertificateContent {
  /** 8 bytes. */
  readonly factoryKeyId: Uint8Array;
  /** 32 bytes. */
  readonly staticKey: Uint8Array;
  /** The numbers YYYYMMDD, the last day included. */
  readonly validFrom: number;
  readonly validThrough: number;
  readonly model: string;
  /** Empty: any. */
  readonly serial: string;
}

export interface ReaderCertificate extends ReaderCertificateContent {
  /** What the signature is over. */
  readonly signed: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** What the factory signs, and what comes before the signature in the certificate. @throws Error when a text is too long */
export function readerCertificateBody(content: ReaderCertificateContent): { signed: Uint8Array; body: Uint8Array } {
  const body = concatBytes(
    Uint8Array.of(FORMAT),
    content.factoryKeyId,
    content.staticKey,
    unsignedToBytes(content.validFrom, 4),
    unsignedToBytes(content.validThrough, 4),
    sized(content.model, MODEL_CHARACTERS_MAX),
    sized(content.serial, SERIAL_CHARACTERS_MAX),
  );
  return { body, signed: concatBytes(LABEL, body) };
}

/** @param bytes untrusted @returns undefined when it's no certificate; whose it is isn't looked at */
export function decodeReaderCertificate(bytes: Uint8Array): ReaderCertificate | undefined {
  if (bytes[0] !== FORMAT || bytes.length > READER_CERTIFICATE_BYTES_MAX) return undefined;
  const model = textAt(bytes, TEXTS_FROM, MODEL_CHARACTERS_MAX);
  const serial = model && textAt(bytes, model.end, SERIAL_CHARACTERS_MAX);
  if (model === undefined || serial === undefined || bytes.length !== serial.end + SIGNATURE_BYTES) return undefined;
  return {
    factoryKeyId: bytes.subarray(1, 9),
    staticKey: bytes.subarray(9, 41),
    validFrom: unsignedFromBytes(bytes.subarray(41, 45)),
    validThrough: unsignedFromBytes(bytes.subarray(45, 49)),
    model: model.text,
    serial: serial.text,
    signed: concatBytes(LABEL, bytes.subarray(0, serial.end)),
    signature: bytes.subarray(serial.end),
  };
}

/** @param bytes what a reader was given as its certificate; nothing in it is checked @returns undefined when it's too short for one */
export function staticKeyIn(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length > TEXTS_FROM ? bytes.subarray(9, 41) : undefined;
}

function sized(text: string, most: number): Uint8Array {
  const bytes = latin1ToBytes(text);
  if (bytes.length > most || !isPrintable(bytes))
    throw new Error('a model or serial number is too long, or not printable');
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

function textAt(bytes: Uint8Array, at: number, most: number): { text: string; end: number } | undefined {
  const length = bytes[at];
  if (length === undefined || length > most) return undefined;
  const end = at + 1 + length;
  const text = bytes.subarray(at + 1, end);
  return end <= bytes.length && isPrintable(text) ? { text: latin1FromBytes(text), end } : undefined;
}

function isPrintable(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}
