/**
 * Command APDUs as the card takes them apart, and the status words that it answers with.
 * Source: ISO/IEC 7816-4, short lengths; EMV 4.4 Book 3 §6.3; docs/reference/wallet-applet.md.   Floor: dynamicCard.
 */
import { concatBytes, NO_BYTES, unsignedToBytes } from '@comptoir/protocol';

export const SW = {
  success: 0x9000,
  moreData: 0x6310,
  memoryFailure: 0x6581,
  wrongLength: 0x6700,
  chainingNotSupported: 0x6884,
  securityStatusNotSatisfied: 0x6982,
  conditionsNotSatisfied: 0x6985,
  wrongData: 0x6a80,
  fileNotFound: 0x6a82,
  recordNotFound: 0x6a83,
  noRoom: 0x6a84,
  wrongParameters: 0x6a86,
  dataNotFound: 0x6a88,
  /** The sale of that key is over, or is another one; an issuer's object of that number, or a later one, came before. */
  usedBefore: 0x6a89,
  unknownInstruction: 0x6d00,
  unknownClass: 0x6e00,
} as const;

export const INS = {
  authenticateReader: 0x82,
  internalAuthenticate: 0x88,
  select: 0xa4,
  getProcessingOptions: 0xa8,
  generateAc: 0xae,
  readRecord: 0xb2,
  getData: 0xca,
  redeem: 0xd4,
  storeData: 0xe2,
  setStatus: 0xf0,
  getStatus: 0xf2,
} as const;

export interface CardCommand {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** A view of the command. */
  readonly data: Uint8Array;
}

/** What a SELECT gave the commands to. */
export interface Applet {
  readonly fci: Uint8Array;
  /** Takes anything and never throws. @returns the response APDU */
  transmit(command: CardCommand): Uint8Array;
  /** Forgets its keys. Not used any more afterwards. */
  close(): void;
}

const HEADER_BYTES = 4;

/** @param bytes untrusted; not modified @returns undefined when the lengths don't add up */
export function parseCardCommand(bytes: Uint8Array): CardCommand | undefined {
  const [cla = 0, ins = 0, p1 = 0, p2 = 0, p3 = 0] = bytes;
  const dataAt = HEADER_BYTES + 1;
  if (bytes.length < HEADER_BYTES) return undefined;
  if (bytes.length <= dataAt) return { cla, ins, p1, p2, data: NO_BYTES };
  const end = dataAt + p3;
  if (p3 === 0 || bytes.length < end || bytes.length > end + 1) return undefined;
  return { cla, ins, p1, p2, data: bytes.subarray(dataAt, end) };
}

/** A response APDU without data. */
export function status(sw: number): Uint8Array {
  return unsignedToBytes(sw, 2);
}

/** A response APDU with data. */
export function success(data: Uint8Array, sw: number = SW.success): Uint8Array {
  return concatBytes(data, status(sw));
}
