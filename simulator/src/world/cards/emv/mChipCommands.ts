/**
 * EXCHANGE RELAY RESISTANCE DATA and RECOVER AC, from the card's side.
 * Source: contactless book C-2 §5.3, §5.6.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import { type CommandApdu, SW, status, success } from '../../../machine/commandApdu.js';
import { dolDataLength, dolValue } from '../personalisation/dataObjectList.js';
import { DRDOL } from '../personalisation/mChipFeatures.js';
import type { ApplicationContext, Transaction } from './transaction.js';

const ENTROPY_BYTES = 4;

/** @returns what the card signs of it later, 14 bytes, and the answer */
export function relayAnswer(
  { application, random }: ApplicationContext,
  { p1, p2, data }: CommandApdu,
): { readonly answer: Uint8Array; readonly exchanged: Uint8Array | undefined } {
  const times = application.mChip?.relayTimes;
  const refused = (sw: number): { answer: Uint8Array; exchanged: undefined } => ({
    answer: status(sw),
    exchanged: undefined,
  });
  if (times === undefined) return refused(SW.unknownInstruction);
  if (p1 !== 0 || p2 !== 0) return refused(SW.wrongParameters);
  if (data.length !== ENTROPY_BYTES) return refused(SW.wrongLength);
  const own = tlv.concatBytes(
    random(ENTROPY_BYTES),
    tlv.unsignedToBytes(times.least, 2),
    tlv.unsignedToBytes(times.most, 2),
    tlv.unsignedToBytes(times.onAir, 2),
  );
  const answer = success(tlv.encodeTlv(tlv.dataObject(tlv.TAG_80_RESPONSE_FORMAT_1, own)));
  return { answer, exchanged: tlv.concatBytes(data, own) };
}

/** Keeps the answer to GENERATE AC. @param cdolData what CDOL1 was answered with */
export function keepForRecovery(
  { application, memory }: ApplicationContext,
  { personalised }: Transaction,
  cdolData: Uint8Array,
  answer: Uint8Array,
): void {
  if (application.mChip?.recovers !== true) return;
  const number = dolValue(personalised.cdol1, cdolData, tlv.TAG_9F37_UNPREDICTABLE_NUMBER) ?? tlv.NO_BYTES;
  memory.recoverable = { answer, unpredictableNumber: number.slice() };
}

/** RECOVER AC: the answer to the same number once more, once. */
export function recoveredAnswer(
  { application, memory }: ApplicationContext,
  { p1, p2, data }: CommandApdu,
): Uint8Array {
  if (application.mChip?.recovers !== true) return status(SW.unknownInstruction);
  if (p1 !== 0 || p2 !== 0) return status(SW.wrongParameters);
  if (data.length !== dolDataLength(DRDOL)) return status(SW.wrongLength);
  const { recoverable } = memory;
  if (recoverable === undefined || !tlv.equalBytes(recoverable.unpredictableNumber, data))
    return status(SW.conditionsNotSatisfied);
  memory.recoverable = undefined;
  return success(recoverable.answer);
}
