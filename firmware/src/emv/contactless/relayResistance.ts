/**
 * Relay resistance: a card far away answers late. The reader measures how long the card takes for a number that it couldn't know
 * before, and compares that with what the card says it takes; kernel 2 has the card sign both.
 *
 *   offset  size  answer, in template 80        Times are in tenths of a millisecond.
 *   0       4     number of the card
 *   4       2     least time that the card works on it
 *   6       2     most time
 *   8       2     time that its answer is on the air
 *
 * No claim that a relay is noticed: the board's clock counts milliseconds, and the figures are the reader's own.
 * Source: EMV Contactless Book C-2 §3.10, §5.3. The default figures are general knowledge, and nobody looked them up.   Floor: emv.
 */
import {
  CARD_TLV_LIMITS,
  concatBytes,
  decodeTlv,
  TAG_9F37_UNPREDICTABLE_NUMBER,
  TAG_80_RESPONSE_FORMAT_1,
  TAG_DF8306_MEASURED_RELAY_RESISTANCE_PROCESSING_TIME,
  unsignedFromBytes,
  unsignedToBytes,
} from '@comptoir/protocol';
import { exchangeRelayResistanceData } from '../../apdu/commandApdu.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import { setTvr, type TerminalBit, TVR } from '../data/terminalStatus.js';
import type { TransactionContext } from '../transaction.js';

/** What the card says of itself, in tenths of a millisecond. */
interface RelayTimes {
  readonly least: number;
  readonly most: number;
  readonly onAir: number;
}

type RelayResistance =
  /** `exchanged`: number of the reader and answer, 14 bytes, as the card signs them. */
  | { readonly kind: 'measured'; readonly exchanged: Uint8Array }
  | { readonly kind: 'cardError'; readonly reason: string };

const ENTROPY_BYTES = 4;
const ANSWER_BYTES = 10;
const STATUS_WORD_BYTES = 2;
const TRIES_MAX = 3;
const TENTHS = 10;
const TIME_MAX = 0xffff;

/** In tenths of a millisecond; mismatch in percent. The reader's command and the card's answer on the air, then what is tolerated. */
export const RELAY_LIMITS = {
  commandOnAir: 18,
  answerOnAir: 24,
  leastGrace: 20,
  mostGrace: 50,
  accuracy: 300,
  mismatchPercent: 50,
} as const;

/** Sets bits of byte 5 of the TVR, 9F37 and DF8306. */
export function* relayResistance({ terminal, random }: TransactionContext): Kernel<RelayResistance> {
  for (let tries = 1; ; tries += 1) {
    const entropy = random(ENTROPY_BYTES);
    terminal.set(TAG_9F37_UNPREDICTABLE_NUMBER, entropy);
    // One answer, whole: of one that comes in pieces (61xx) only the last would be measured, and a relay has its time before that.
    const response = yield { kind: 'transmit', command: exchangeRelayResistanceData(entropy) };
    const elapsed = unsignedFromBytes(yield { kind: 'answerTime' }) * TENTHS;
    const end = response.length - STATUS_WORD_BYTES;
    if (end < 0 || unsignedFromBytes(response.subarray(end)) !== SW.success)
      return { kind: 'cardError', reason: 'RELAY_STATUS' };
    const answer = answerOf(response.subarray(0, end));
    if (answer === undefined) return { kind: 'cardError', reason: 'RELAY_FORMAT' };
    const times = {
      least: unsignedFromBytes(answer.subarray(4, 6)),
      most: unsignedFromBytes(answer.subarray(6, 8)),
      onAir: unsignedFromBytes(answer.subarray(8, 10)),
    };
    const measured = processingTime(elapsed, times);
    if (measured < times.least - RELAY_LIMITS.leastGrace) return { kind: 'cardError', reason: 'RELAY_TOO_FAST' };
    if (isTooLate(measured, times) && tries < TRIES_MAX) continue;
    terminal.set(TAG_DF8306_MEASURED_RELAY_RESISTANCE_PROCESSING_TIME, unsignedToBytes(measured, 2));
    setTvr(terminal, ...relayBits(measured, times));
    return { kind: 'measured', exchanged: concatBytes(entropy, answer) };
  }
}

/** @param data untrusted */
function answerOf(data: Uint8Array): Uint8Array | undefined {
  const tlv = decodeTlv(data, CARD_TLV_LIMITS);
  const only = tlv.ok && tlv.objects.length === 1 ? tlv.objects[0] : undefined;
  return only?.tag === TAG_80_RESPONSE_FORMAT_1 && only.value.length === ANSWER_BYTES ? only.value : undefined;
}

/** What is left of the time when that on the air is taken off. @param elapsed from the command to the answer */
export function processingTime(elapsed: number, { onAir }: RelayTimes): number {
  const spent = elapsed - RELAY_LIMITS.commandOnAir - Math.min(onAir, RELAY_LIMITS.answerOnAir);
  return Math.min(Math.max(spent, 0), TIME_MAX);
}

function isTooLate(measured: number, { most }: RelayTimes): boolean {
  return measured > most + RELAY_LIMITS.mostGrace;
}

/** To be set in the TVR, of an exchange that isn't done again. */
export function relayBits(measured: number, times: RelayTimes): readonly TerminalBit[] {
  const { answerOnAir, mismatchPercent, accuracy } = RELAY_LIMITS;
  const { onAir, least } = times;
  const bits: TerminalBit[] = [TVR.relayResistancePerformed];
  if (isTooLate(measured, times)) bits.push(TVR.relayTimeLimitsExceeded);
  const isMismatch =
    onAir !== 0 && (onAir * 100 < answerOnAir * mismatchPercent || answerOnAir * 100 < onAir * mismatchPercent);
  if (isMismatch || measured - least > accuracy) bits.push(TVR.relayThresholdExceeded);
  return bits;
}
