/**
 * Commands of the issuer, which only the issuer can make: their last 8 bytes are a MAC over the command and the transaction.
 * Source: EMV 4.4 Book 2 §9.2 (format 2); Book 3 §6.5.1, §6.5.2, §6.5.3; PUT DATA of GlobalPlatform and Visa.   Floor: simulator world.
 */
import { equalBytes } from '@comptoir/protocol';
import { type CommandApdu, INS, SW, status } from '../../../machine/commandApdu.js';
import { type FieldOf, scriptCommandMac } from '../../banks/emv/cryptogramVersion.js';
import type { ApplicationContext, ApplicationMemory } from './transaction.js';

/** Secure messaging: the command has a MAC. */
export const SCRIPT_CLA = 0x84;

const MAC_BYTES = 8;
export const TAG_9F58_LOWER_CONSECUTIVE_OFFLINE_LIMIT = 0x9f58;
export const TAG_9F59_UPPER_CONSECUTIVE_OFFLINE_LIMIT = 0x9f59;

/** @param field gives 9F36 and 9F26 of the cryptogram that went online */
export function scriptAnswer(context: ApplicationContext, field: FieldOf, command: CommandApdu): Uint8Array {
  const { memory } = context;
  const sw = isOfIssuer(context, field, command) ? obey(context, command) : SW.secureMessagingWrong;
  memory.scriptCommands += 1;
  if (sw !== SW.success) memory.hasScriptFailed = true;
  return status(sw);
}

function isOfIssuer({ application, keys }: ApplicationContext, field: FieldOf, command: CommandApdu): boolean {
  const { cla, ins, p1, p2, data } = command;
  if (data.length < MAC_BYTES) return false;
  const header = Uint8Array.of(cla, ins, p1, p2, data.length);
  const content = data.subarray(0, -MAC_BYTES);
  const mac = scriptCommandMac(application.cryptogramVersion, keys.script, field, header, content);
  return equalBytes(mac, data.subarray(-MAC_BYTES));
}

function obey({ memory, blockCard }: ApplicationContext, { ins, p1, p2, data }: CommandApdu): number {
  const content = data.subarray(0, -MAC_BYTES);
  switch (ins) {
    case INS.cardBlock:
      blockCard();
      return SW.success;
    case INS.applicationBlock:
      memory.isBlocked = true;
      return SW.success;
    case INS.applicationUnblock:
      memory.isBlocked = false;
      return SW.success;
    case INS.putData:
      return putData(memory, (p1 << 8) | p2, content);
    default:
      return SW.unknownInstruction;
  }
}

function putData(memory: ApplicationMemory, tag: number, content: Uint8Array): number {
  const [value] = content;
  if (value === undefined || content.length !== 1) return SW.wrongData;
  const limits = memory.limits ?? { lower: 0, upper: 0 };
  switch (tag) {
    case TAG_9F58_LOWER_CONSECUTIVE_OFFLINE_LIMIT:
      memory.limits = { ...limits, lower: value };
      return SW.success;
    case TAG_9F59_UPPER_CONSECUTIVE_OFFLINE_LIMIT:
      memory.limits = { ...limits, upper: value };
      return SW.success;
    default:
      return SW.dataNotFound;
  }
}
