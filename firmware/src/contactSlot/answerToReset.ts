/**
 * The answer to reset: what a card says about itself when it gets power, and whether EMV lets a terminal go on with it.
 * Source: EMV 4.4 Book 1 §8; ISO/IEC 7816-3 §8.   Floor: contactSlot; imports nothing.
 *
 *   TS | T0 | TA1 TB1 TC1 TD1 | TA2 TB2 TC2 TD2 | TA3 … | T1 … TK | TCK
 *   The upper half of T0 and of each TD tells which of the next four are there, the lower half of T0 is K, of a TD a protocol.
 */

/** TS and at most 32 characters. */
export const ATR_BYTES_MAX = 33;

/** How to speak with a card. */
export interface Transmission {
  readonly protocol: 0 | 1;
  /** Bit rate adjustment factor D: an etu is 372 / D clock cycles. */
  readonly rate: 1 | 2 | 4;
  /** Between the leading edges of characters that are sent, in etu: 11 or 12, and the extra guard time of TC1. */
  readonly guardEtu: number;
  /** T=0: work waiting time integer WI. */
  readonly waitingInteger: number;
  /** T=1: the longest information field that the card takes, IFSC, in bytes. */
  readonly informationFieldSize: number;
  /** T=1: BWI and CWI. */
  readonly blockWaitingInteger: number;
  readonly characterWaitingInteger: number;
}

type AtrFault = 'TS' | 'TA1' | 'TB1' | 'TD1' | 'TA2' | 'TB2' | 'TC2' | 'TD2' | 'TA3' | 'TB3' | 'TC3' | 'TCK' | 'LENGTH';

type AnswerToReset =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'rejected'; readonly fault: AtrFault }
  | { readonly kind: 'accepted'; readonly transmission: Transmission };

const TS_DIRECT = 0x3b;
const TS_INVERSE = 0x3f;
/** Places in the list of interface characters: four for each of the three groups that EMV gives a meaning. */
const [TA1, TB1, TC1, TD1, TA2, TB2, TC2, TD2, TA3, TB3, TC3] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const PLACES = 12;
const ABSENT = -1;
/** The value at a place, or ABSENT. */
type Characters = (place: number) => number;
const NO_EXTRA_GUARD_TIME = 0xff;
const INCOMPLETE: AnswerToReset = { kind: 'incomplete' };

/**
 * @param bytes what has come so far, decoded by the convention of TS; untrusted
 * @param isWarm after a warm reset EMV looks past TB1
 */
export function answerToReset(bytes: Uint8Array, isWarm: boolean): AnswerToReset {
  const [ts, t0] = bytes;
  if (ts === undefined) return INCOMPLETE;
  if (ts !== TS_DIRECT && ts !== TS_INVERSE) return rejected('TS');
  if (t0 === undefined) return INCOMPLETE;
  const values = new Uint8Array(PLACES);
  let present = 0;
  let at = 2;
  let hasCheck = false;
  for (let group = 0, next = t0; next > 0x0f; group += 4) {
    let following = 0;
    for (let place = 0; place < 4; place += 1) {
      if ((next & (0x10 << place)) === 0) continue;
      const value = bytes[at];
      if (value === undefined) return at < ATR_BYTES_MAX ? INCOMPLETE : rejected('LENGTH');
      // What is beyond is for protocols that aren't spoken here.
      if (group + place < PLACES) {
        values[group + place] = value;
        present |= 1 << (group + place);
      }
      if (place === 3) following = value;
      at += 1;
    }
    if ((following & 0x0f) !== 0) hasCheck = true;
    next = following;
  }
  at += t0 & 0x0f;
  if (at + (hasCheck ? 1 : 0) > ATR_BYTES_MAX) return rejected('LENGTH');
  if (bytes.length < at + (hasCheck ? 1 : 0)) return INCOMPLETE;
  if (hasCheck && exclusiveOr(bytes.subarray(1, at + 1)) !== 0) return rejected('TCK');
  return accept((place) => ((present & (1 << place)) === 0 ? ABSENT : (values[place] as number)), isWarm);
}

/** Each character by its clause. @see EMV 4.4 Book 1 §8.3.3 */
function accept(of: Characters, isWarm: boolean): AnswerToReset {
  const protocol = of(TD1) === ABSENT ? 0 : of(TD1) & 0x0f;
  const isSpecific = of(TA2) !== ABSENT;
  // Without TA2 the parameters of TA1 are an offer, which EMV doesn't take up: F = 372, D = 1.
  const speed = isSpecific && of(TA1) !== ABSENT ? of(TA1) : 0x11;
  if (speed < 0x11 || speed > 0x13) return rejected('TA1');
  if (!isWarm && of(TB1) !== 0x00) return rejected('TB1');
  if (protocol > 1) return rejected('TD1');
  if (isSpecific && ((of(TA2) & 0x10) !== 0 || (of(TA2) & 0x0f) !== protocol)) return rejected('TA2');
  if (of(TB2) !== ABSENT) return rejected('TB2');
  if (of(TC2) === 0x00) return rejected('TC2');
  if (of(TD2) !== ABSENT && (of(TD2) & 0x0f) !== (protocol === 0 ? 0x0e : 1)) return rejected('TD2');

  const extra = of(TC1) === ABSENT ? 0 : of(TC1);
  const hasNoExtra = extra === NO_EXTRA_GUARD_TIME;
  if (protocol === 1) {
    const size = of(TA3);
    if (size !== ABSENT && (size < 0x10 || size === 0xff)) return rejected('TA3');
    const waiting = of(TB3);
    const guard = hasNoExtra ? 0 : extra + 1;
    if (waiting === ABSENT || waiting >> 4 > 4 || (waiting & 0x0f) > 5 || 1 << (waiting & 0x0f) < guard)
      return rejected('TB3');
    if (of(TC3) !== ABSENT && of(TC3) !== 0x00) return rejected('TC3');
  }
  const transmission: Transmission = {
    protocol: protocol === 1 ? 1 : 0,
    rate: speed === 0x13 ? 4 : speed === 0x12 ? 2 : 1,
    guardEtu: hasNoExtra ? 12 - protocol : 12 + extra,
    waitingInteger: of(TC2) === ABSENT ? 10 : of(TC2),
    informationFieldSize: of(TA3) === ABSENT ? 32 : of(TA3),
    blockWaitingInteger: of(TB3) >> 4,
    characterWaitingInteger: of(TB3) & 0x0f,
  };
  return { kind: 'accepted', transmission };
}

function rejected(fault: AtrFault): AnswerToReset {
  return { kind: 'rejected', fault };
}

/** 0 when the last byte is the longitudinal check of those before. */
export function exclusiveOr(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum;
}
