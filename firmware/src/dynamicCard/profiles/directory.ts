/**
 * The payment system environments: which applications pay, in which order.
 * Source: EMV 4.4 Book 1 §11.3 and §12.2 (PSE); contactless Book B §3.3.1 (PPSE).   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import { type Applet, type CardCommand, INS, SW, status, success } from '../command/cardCommand.js';
import { groupOf, type HeldProfile, type Wallet } from './wallet.js';

export const PSE_NAME: Uint8Array = tlv.latin1ToBytes('1PAY.SYS.DDF01');
export const PPSE_NAME: Uint8Array = tlv.latin1ToBytes('2PAY.SYS.DDF01');
/** The contactless registry service. */
export const CRS_AID: Uint8Array = Uint8Array.of(0xa0, 0x00, 0x00, 0x01, 0x51, 0x43, 0x52, 0x53, 0x00);

/** With its status word, an answer to SELECT PPSE has no more. */
const PPSE_ANSWER_BYTES_MAX = 256;
const STATUS_BYTES = 2;
const DIRECTORY_SFI = 1;
const ENTRIES_PER_RECORD = 2;
const PRIORITY = 0x0f;
const PRIORITY_LAST = 15;

export interface DirectoryEntry {
  readonly held: HeldProfile;
  /** Tag 87 as this reader is to see it; undefined: none. */
  readonly priority: number | undefined;
}

/**
 * A reader that is known takes the holder's choice from the preferences. Any other knows priorities only: for it, the group
 * that was chosen comes first, and the priorities say so.
 */
export function directoryEntries(wallet: Wallet, isReaderKnown: boolean): readonly DirectoryEntry[] {
  const paying = wallet.paying();
  const choice = wallet.choice();
  if (isReaderKnown || choice.length === 0)
    return paying.map((held) => ({ held, priority: held.stored.listed.priority }));
  const isChosen = (held: HeldProfile): boolean => tlv.equalBytes(groupOf(held), choice);
  const ranked = [...paying].sort((a, b) => order(isChosen(b)) - order(isChosen(a)) || rank(a) - rank(b));
  return ranked.map((held, at) => ({
    held,
    priority: Math.min(at + 1, PRIORITY_LAST) | ((held.stored.listed.priority ?? 0) & ~PRIORITY),
  }));
}

function order(is: boolean): number {
  return is ? 1 : 0;
}

/** 1 best; 0 and none come last. */
function rank({ stored }: HeldProfile): number {
  return (stored.listed.priority ?? 0) & PRIORITY || PRIORITY_LAST + 1;
}

/** @returns the FCI of the PPSE */
function ppseFci(entries: readonly DirectoryEntry[]): Uint8Array {
  const templates = entries.map(({ held, priority }) => {
    const { kernel } = held.stored.listed;
    const named = kernel === undefined ? [] : [tlv.dataObject(tlv.TAG_9F2A_KERNEL_IDENTIFIER, Uint8Array.of(kernel))];
    return tlv.template(tlv.TAG_61_APPLICATION_TEMPLATE, ...entryObjects(held, priority), ...named);
  });
  return fci(PPSE_NAME, tlv.template(tlv.TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA, ...templates));
}

/** Whether so many applications may be activated: each must have its place in one answer, whatever is chosen. */
export function fitsDirectory(paying: readonly HeldProfile[]): boolean {
  const entries = paying.map((held) => ({ held, priority: PRIORITY_LAST }));
  return ppseFci(entries).length + STATUS_BYTES <= PPSE_ANSWER_BYTES_MAX;
}

/** 4F, 50 and 87. */
export function entryObjects({ stored }: HeldProfile, priority: number | undefined): readonly tlv.DataObject[] {
  const { aid, label } = stored.listed;
  return [
    tlv.dataObject(tlv.TAG_4F_APPLICATION_IDENTIFIER, aid ?? tlv.NO_BYTES),
    tlv.dataObject(tlv.TAG_50_APPLICATION_LABEL, label ?? tlv.NO_BYTES),
    ...(priority === undefined
      ? []
      : [tlv.dataObject(tlv.TAG_87_APPLICATION_PRIORITY_INDICATOR, Uint8Array.of(priority))]),
  ];
}

/** File control information: 6F with the name and A5. */
export function fci(name: Uint8Array, ...proprietary: readonly tlv.DataObject[]): Uint8Array {
  return tlv.encodeTlv(
    tlv.template(
      tlv.TAG_6F_FCI_TEMPLATE,
      tlv.dataObject(tlv.TAG_84_DEDICATED_FILE_NAME, name),
      tlv.template(tlv.TAG_A5_FCI_PROPRIETARY_TEMPLATE, ...proprietary),
    ),
  );
}

/** On contactless: nothing to ask but SELECT. */
export function ppse(entries: readonly DirectoryEntry[]): Applet {
  return {
    fci: ppseFci(entries),
    transmit: ({ ins }) => status(ins === INS.readRecord ? SW.conditionsNotSatisfied : unselected(ins)),
    close() {},
  };
}

/** On contact: a file of records, two entries each. */
export function pse(entries: readonly DirectoryEntry[]): Applet {
  return {
    fci: fci(
      PSE_NAME,
      tlv.dataObject(tlv.TAG_88_SHORT_FILE_IDENTIFIER, Uint8Array.of(DIRECTORY_SFI)),
      tlv.dataObject(tlv.TAG_5F2D_LANGUAGE_PREFERENCE, tlv.latin1ToBytes('enfr')),
    ),
    transmit(command) {
      if (command.ins !== INS.readRecord) return status(unselected(command.ins));
      return command.cla === 0x00 ? directoryRecord(entries, command) : status(SW.unknownClass);
    },
    close() {},
  };
}

function directoryRecord(entries: readonly DirectoryEntry[], { p1, p2 }: CardCommand): Uint8Array {
  if ((p2 & 0x07) !== 0x04 || p1 === 0) return status(SW.wrongParameters);
  if (p2 >> 3 !== DIRECTORY_SFI) return status(SW.fileNotFound);
  const listed = entries.slice((p1 - 1) * ENTRIES_PER_RECORD, p1 * ENTRIES_PER_RECORD);
  if (listed.length === 0) return status(SW.recordNotFound);
  const templates = listed.map(({ held, priority }) =>
    tlv.template(tlv.TAG_61_APPLICATION_TEMPLATE, ...entryObjects(held, priority)),
  );
  return success(tlv.encodeTlv(tlv.template(tlv.TAG_70_READ_RECORD_TEMPLATE, ...templates)));
}

/** The status word for a command that only an application takes. */
export function unselected(ins: number): number {
  return APPLICATION_COMMANDS.includes(ins) ? SW.conditionsNotSatisfied : SW.unknownInstruction;
}

const APPLICATION_COMMANDS: readonly number[] = [
  INS.getProcessingOptions,
  INS.generateAc,
  INS.internalAuthenticate,
  INS.getData,
  INS.readRecord,
];
