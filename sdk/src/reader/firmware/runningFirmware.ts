/**
 * The firmware messages, asked and answered; what runs.
 * Source: docs/reference/protocol.md.   Floor: sdk reader.
 */
import { type Message, STATUS } from '@comptoir/protocol';
import {
  decodeImageHeader,
  decodeSlotStatus,
  type ImageHeader,
  type SlotName,
  type SlotStatus,
  versionText,
} from '@comptoir/protocol/image';
import type { Operation } from '../../operation/operation.js';
import { LinkFault } from '../../values/linkFault.js';
import type { RunningFirmware } from './firmwareReport.js';

/** Signatures, hashes and flash take a small chip seconds, and it says nothing meanwhile. */
const SILENCE_MS_MAX = 10_000;

type FirmwareMessage = Message<
  'firmwareBegin' | 'firmwareChunk' | 'firmwareStatus' | 'firmwareFinish' | 'firmwareReboot' | 'firmwareConfirm'
>;

/** Not cancelled on the way: each of them is short. */
export async function askFirmware(
  operation: Operation,
  message: FirmwareMessage,
): Promise<Message<'firmwareProgress'>> {
  if (operation.cancelled.aborted) throw new LinkFault('aborted');
  const answer = await operation.exchangeToTheEnd(message, SILENCE_MS_MAX);
  if (answer.kind !== 'firmwareProgress') throw new LinkFault('protocol/corrupt');
  return answer;
}

export interface ReaderSlots {
  readonly header: ImageHeader;
  readonly slots: SlotStatus;
  readonly running: RunningFirmware;
}

/** @returns undefined when the reader can't be updated */
export async function readSlots(operation: Operation): Promise<ReaderSlots | undefined> {
  let answer: Message<'firmwareProgress'>;
  try {
    answer = await askFirmware(operation, { kind: 'firmwareStatus' });
  } catch (error) {
    if (error instanceof LinkFault && error.status === STATUS.unsupported) return undefined;
    throw error;
  }
  const { runningHeader, slotStatus } = answer;
  const decoded = runningHeader && decodeImageHeader(runningHeader);
  const slots = slotStatus && decodeSlotStatus(slotStatus);
  if (decoded?.ok !== true || slots === undefined) throw new LinkFault('protocol/corrupt');
  const { header } = decoded;
  const running: RunningFirmware = {
    version: versionText(header.version),
    slot: slotName(slots.slot),
    ...(slots.isOnTrial && { trialStartsLeft: slots.trialStartsLeft }),
    securityVersion: header.securityVersion,
    minSecurityVersion: slots.minSecurityVersion,
    isDevelopment: header.isDevelopment,
  };
  return { header, slots, running };
}

export async function runningFirmware(operation: Operation): Promise<RunningFirmware | undefined> {
  try {
    return (await readSlots(operation))?.running;
  } catch (error) {
    throw operation.fail(error, 'no');
  }
}

/** @param slot 0 or 1 */
export function slotName(slot: number): SlotName {
  return slot === 0 ? 'A' : 'B';
}
