/**
 * The PN532's side of its frames, read byte by byte; written apart from the driver that it's a test of.
 * Source: PN532 User Manual UM0701-02 §6.2.1.   Floor: simulator machine chip; imports nothing.
 */

const TO_PN532 = 0xd4;
const FROM_PN532 = 0xd5;
const BODY_BYTES_MAX = 265;

export const ACK_FRAME: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0x00, 0xff, 0x00);
export const ERROR_FRAME: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0x01, 0xff, 0x7f, 0x81, 0x00);

export type HostFrame =
  | { readonly kind: 'ack' | 'nack' }
  /** Command code and parameters. */
  | { readonly kind: 'command'; readonly body: readonly number[] };

interface FrameReader {
  /** @returns what is whole with this byte; a damaged frame is passed over in silence */
  take(byte: number): HostFrame | undefined;
}

export function createFrameReader(): FrameReader {
  let held: number[] = [];
  return {
    take(byte) {
      held.push(byte);
      if (held.length <= 2 && held[held.length - 1] !== [0x00, 0xff][held.length - 1]) {
        held = byte === 0x00 ? [0x00] : [];
        return undefined;
      }
      const end = lengthOf(held);
      if (end === undefined || held.length < end) return undefined;
      const whole = held;
      held = [];
      return frameOf(whole);
    },
  };
}

/** @param held from the start code on @returns bytes up to the checksum; undefined while that can't be said */
function lengthOf([, , length, check, high, low]: readonly number[]): number | undefined {
  if (length === undefined || check === undefined) return undefined;
  if (length !== 0xff || check !== 0xff) return length === 0 || length + check !== 256 ? 4 : 4 + length + 1;
  if (high === undefined || low === undefined) return undefined;
  return 7 + Math.min(high * 256 + low, BODY_BYTES_MAX) + 1;
}

function frameOf(whole: readonly number[]): HostFrame | undefined {
  const [, , length, check] = whole;
  if (length === 0x00 && check === 0xff) return { kind: 'ack' };
  if (length === 0xff && check === 0x00) return { kind: 'nack' };
  const isExtended = length === 0xff && check === 0xff;
  const [tfi, ...rest] = whole.slice(isExtended ? 7 : 4);
  const isWhole = tfi === TO_PN532 && sum([tfi, ...rest]) === 0 && (!isExtended || sum(whole.slice(4, 7)) === 0);
  return isWhole && rest.length > 1 ? { kind: 'command', body: rest.slice(0, -1) } : undefined;
}

/** @param code of the answer */
export function responseFrame(code: number, data: readonly number[]): Uint8Array {
  const body = [FROM_PN532, code, ...data];
  const header =
    body.length < 0xff
      ? [body.length, 256 - body.length]
      : [0xff, 0xff, body.length >> 8, body.length & 0xff, 256 - sum([body.length >> 8, body.length & 0xff])];
  return Uint8Array.from([0x00, 0x00, 0xff, ...header, ...body, 256 - sum(body), 0x00]);
}

function sum(bytes: readonly number[]): number {
  return bytes.reduce((total, byte) => total + byte, 0) & 0xff;
}
