/**
 * Command APDUs as a card takes them apart, and the status words that it answers with.
 * Source: ISO/IEC 7816-4 (short lengths); EMV 4.4 Book 3 §6.3.   Floor: simulator machine.
 */
import { concatBytes, NO_BYTES, unsignedToBytes } from '@comptoir/protocol';

export const SW = {
  success: 0x9000,
  bytesAvailable: 0x6100,
  applicationBlocked: 0x6283,
  authenticationFailed: 0x6300,
  wrongLength: 0x6700,
  conditionsNotSatisfied: 0x6985,
  secureMessagingWrong: 0x6988,
  wrongData: 0x6a80,
  functionNotSupported: 0x6a81,
  fileNotFound: 0x6a82,
  recordNotFound: 0x6a83,
  wrongParameters: 0x6a86,
  dataNotFound: 0x6a88,
  wrongExpectedLength: 0x6c00,
  unknownInstruction: 0x6d00,
  unknownClass: 0x6e00,
} as const;

export const INS = {
  cardBlock: 0x16,
  applicationUnblock: 0x18,
  applicationBlock: 0x1e,
  externalAuthenticate: 0x82,
  internalAuthenticate: 0x88,
  select: 0xa4,
  getProcessingOptions: 0xa8,
  generateAc: 0xae,
  readRecord: 0xb2,
  getResponse: 0xc0,
  getData: 0xca,
  recoverAc: 0xd0,
  putData: 0xda,
  exchangeRelayResistanceData: 0xea,
} as const;

export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** A view of the command. */
  readonly data: Uint8Array;
  /** Le as sent, 0 meaning 256; undefined when the command has none. */
  readonly expectedLength: number | undefined;
}

const HEADER_SIZE_BYTES = 4;

/**
 * @param bytes untrusted; not modified
 * @returns undefined when the lengths don't add up
 */
export function parseCommand(bytes: Uint8Array): CommandApdu | undefined {
  if (bytes.length < HEADER_SIZE_BYTES) return undefined;
  const [cla = 0, ins = 0, p1 = 0, p2 = 0, p3] = bytes;
  const header = { cla, ins, p1, p2 };
  if (p3 === undefined) return { ...header, data: NO_BYTES, expectedLength: undefined };
  if (bytes.length === HEADER_SIZE_BYTES + 1) return { ...header, data: NO_BYTES, expectedLength: p3 };
  const dataEnd = HEADER_SIZE_BYTES + 1 + p3;
  if (p3 === 0 || bytes.length < dataEnd || bytes.length > dataEnd + 1) return undefined;
  return { ...header, data: bytes.subarray(HEADER_SIZE_BYTES + 1, dataEnd), expectedLength: bytes[dataEnd] };
}

/** A response APDU without data. */
export function status(sw: number): Uint8Array {
  return unsignedToBytes(sw, 2);
}

/** A response APDU with data and 9000. */
export function success(data: Uint8Array): Uint8Array {
  return concatBytes(data, status(SW.success));
}
