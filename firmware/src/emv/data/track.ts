/**
 * Tracks 1 and 2 as a chip holds them. Results are offsets and views, so that no text of a number is made here.
 * Source: EMV 4.4 Book 3 Annex A (56, 57); ISO/IEC 7813.   Floor: emv.
 */
import { cardNumberFromTrack2, countDigits, digitAt } from './cardNumber.js';

type TrackFault = 'TRACK_SEPARATOR' | 'TRACK_PAN_EMPTY' | 'TRACK_PAN_DIGIT' | 'TRACK_PAN_LENGTH' | 'TRACK_EXPIRY';

type Track2Result =
  | {
      readonly ok: true;
      /** Packed, ten bytes. */
      readonly number: Uint8Array;
      /** Half bytes of the value: where the expiry (YYMM), the service code and the discretionary data start, and the end. */
      readonly expiryAt: number;
      readonly serviceCodeAt: number;
      readonly discretionaryAt: number;
      readonly end: number;
    }
  | { readonly ok: false; readonly fault: TrackFault };

const EXPIRY_DIGITS = 4;
const SERVICE_CODE_DIGITS = 3;
const PAN_DIGITS_MAX = 19;

/** @param value value of tag 57, untrusted @see EMV 4.4 Book 3 Annex A, tag 57 */
export function parseTrack2(value: Uint8Array): Track2Result {
  let end = value.length * 2;
  while (end > 0 && digitAt(value, end - 1) === 15) end -= 1;
  let separator = 0;
  while (separator < end && digitAt(value, separator) !== 13) separator += 1;
  if (separator === end) return { ok: false, fault: 'TRACK_SEPARATOR' };
  if (separator === 0) return { ok: false, fault: 'TRACK_PAN_EMPTY' };
  if (countDigits(value) !== separator) return { ok: false, fault: 'TRACK_PAN_DIGIT' };
  const number = cardNumberFromTrack2(value);
  if (number === undefined || separator > PAN_DIGITS_MAX) return { ok: false, fault: 'TRACK_PAN_LENGTH' };
  const expiryAt = separator + 1;
  for (let at = expiryAt; at < expiryAt + EXPIRY_DIGITS; at += 1) {
    if (at >= end || digitAt(value, at) > 9) return { ok: false, fault: 'TRACK_EXPIRY' };
  }
  const serviceCodeAt = expiryAt + EXPIRY_DIGITS;
  const discretionaryAt = Math.min(serviceCodeAt + SERVICE_CODE_DIGITS, end);
  return { ok: true, number, expiryAt, serviceCodeAt, discretionaryAt, end };
}

type Track1Result =
  | {
      readonly ok: true;
      /** Ends of the fields in the value, in bytes: the number starts at 1. */
      readonly numberEnd: number;
      readonly nameEnd: number;
    }
  | { readonly ok: false; readonly fault: TrackFault };

const CARET = 0x5e;
const FORMAT_B = 0x42;

/** @param value value of tag 56: ASCII, format B, without sentinels, untrusted @see ISO/IEC 7813 §6 */
export function parseTrack1(value: Uint8Array): Track1Result {
  if (value[0] !== FORMAT_B) return { ok: false, fault: 'TRACK_SEPARATOR' };
  const numberEnd = value.indexOf(CARET);
  if (numberEnd < 0) return { ok: false, fault: 'TRACK_SEPARATOR' };
  if (numberEnd === 1) return { ok: false, fault: 'TRACK_PAN_EMPTY' };
  if (!value.subarray(1, numberEnd).every(isAsciiDigit)) return { ok: false, fault: 'TRACK_PAN_DIGIT' };
  if (numberEnd - 1 > PAN_DIGITS_MAX) return { ok: false, fault: 'TRACK_PAN_LENGTH' };
  const nameEnd = value.indexOf(CARET, numberEnd + 1);
  if (nameEnd < 0) return { ok: false, fault: 'TRACK_SEPARATOR' };
  const expiry = value.subarray(nameEnd + 1, nameEnd + 1 + EXPIRY_DIGITS);
  if (expiry.length < EXPIRY_DIGITS || !expiry.every(isAsciiDigit)) return { ok: false, fault: 'TRACK_EXPIRY' };
  return { ok: true, numberEnd, nameEnd };
}

function isAsciiDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
