/**
 * Frames between the reader and a PN532, as they go over its serial line (HSU).
 * Source: PN532 User Manual UM0701-02 §6.2.1.   Floor: frontEnd.
 * Memory: the data of a decoded frame is a view of the input.
 *
 *   normal     00 | 00 FF | LEN LCS             | TFI data… | DCS | 00    LEN counts TFI and data; LEN + LCS = 0
 *   extended   00 | 00 FF | FF FF LENM LENL LCS | TFI data… | DCS | 00    LENM + LENL + LCS = 0
 *   ACK        00 | 00 FF | 00 FF               |             00
 *   NACK       00 | 00 FF | FF 00               |             00
 *   error      00 | 00 FF | 01 FF               | 7F        | 81  | 00
 *
 * Sums are modulo 256; DCS makes TFI, data and DCS 0. TFI is D4 to the PN532 and D5 from it.
 * Worked example, SAMConfiguration: 00 00 FF 03 FD D4 14 01 17 00.
 */

const TFI_TO_PN532 = 0xd4;
const TFI_FROM_PN532 = 0xd5;
const TFI_ERROR = 0x7f;
/** TFI, command code and what goes with them: 262 bytes of a card, and a target number or a status. @see §7.3.8 */
const BODY_BYTES_MAX = 265;
const NORMAL_BODY_BYTES_MAX = 255;
/** Start code, extended header, body, DCS: what has to be held of a frame until it's whole. */
export const FRAME_BYTES_MAX: number = 2 + 5 + BODY_BYTES_MAX + 1;

export const ACK_FRAME: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0x00, 0xff, 0x00);
export const NACK_FRAME: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0xff, 0x00, 0x00);

/** `next` is the offset just past what was decided about; the postamble is no part of it. */
type FrameResult =
  /** Bytes before `next` are of no use; more have to come. */
  | { readonly kind: 'incomplete'; readonly next: number }
  | { readonly kind: 'acknowledged' | 'notAcknowledged' | 'error'; readonly next: number }
  /** A length or a checksum is wrong. */
  | { readonly kind: 'damaged'; readonly next: number }
  /** `data` is what follows TFI: the code of the answer, then its parameters. At least 1 byte. */
  | { readonly kind: 'data'; readonly data: Uint8Array; readonly next: number };

/** @param command command code and parameters, 1..264 bytes */
export function encodeFrame(command: Uint8Array): Uint8Array {
  const length = command.length + 1;
  const high = length >> 8;
  const low = length & 0xff;
  const header =
    length <= NORMAL_BODY_BYTES_MAX
      ? [0x00, 0x00, 0xff, low, -low & 0xff, TFI_TO_PN532]
      : [0x00, 0x00, 0xff, 0xff, 0xff, high, low, -(high + low) & 0xff, TFI_TO_PN532];
  const frame = new Uint8Array(header.length + command.length + 2);
  frame.set(header);
  frame.set(command, header.length);
  frame[frame.length - 2] = -(TFI_TO_PN532 + sumOf(command)) & 0xff;
  return frame;
}

/**
 * Decides about the first frame, whatever comes before it.
 * @param bytes untrusted; any length, any content
 * @see UM0701-02 §6.2.1.1 to §6.2.1.5
 */
export function decodeFrame(bytes: Uint8Array): FrameResult {
  const start = findStartCode(bytes);
  const at = start + 2;
  if (at + 2 > bytes.length) return { kind: 'incomplete', next: start };
  const length = bytes[at] as number;
  const check = bytes[at + 1] as number;
  if (length === 0x00 && check === 0xff) return { kind: 'acknowledged', next: at + 2 };
  if (length === 0xff && check === 0x00) return { kind: 'notAcknowledged', next: at + 2 };
  if (length !== 0xff || check !== 0xff) {
    return ((length + check) & 0xff) === 0 ? decodeBody(bytes, start, at + 2, length) : { kind: 'damaged', next: at };
  }
  if (at + 5 > bytes.length) return { kind: 'incomplete', next: start };
  const high = bytes[at + 2] as number;
  const low = bytes[at + 3] as number;
  if (((high + low + (bytes[at + 4] as number)) & 0xff) !== 0) return { kind: 'damaged', next: at };
  return decodeBody(bytes, start, at + 5, (high << 8) | low);
}

function decodeBody(bytes: Uint8Array, start: number, at: number, length: number): FrameResult {
  if (length === 0 || length > BODY_BYTES_MAX) return { kind: 'damaged', next: at };
  const end = at + length;
  if (end + 1 > bytes.length) return { kind: 'incomplete', next: start };
  if ((sumOf(bytes.subarray(at, end + 1)) & 0xff) !== 0) return { kind: 'damaged', next: end + 1 };
  if (bytes[at] === TFI_ERROR && length === 1) return { kind: 'error', next: end + 1 };
  if (bytes[at] !== TFI_FROM_PN532 || length === 1) return { kind: 'damaged', next: end + 1 };
  return { kind: 'data', data: bytes.subarray(at + 1, end), next: end + 1 };
}

/** @returns where 00 FF is, or where it may begin once more has come */
function findStartCode(bytes: Uint8Array): number {
  let at = bytes.indexOf(0x00);
  while (at >= 0 && at + 1 < bytes.length && bytes[at + 1] !== 0xff) at = bytes.indexOf(0x00, at + 1);
  return at < 0 ? bytes.length : at;
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = bytes.length - 1; i >= 0; i -= 1) sum += bytes[i] as number;
  return sum;
}
