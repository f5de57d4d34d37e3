/**
 * May a package be installed? Asked before anything is sent; the reader asks the same again, and the signatures besides.
 * Source: docs/explanation/boot-and-update.md.   Floor: sdk reader.
 */
import {
  decodeUpdatePackage,
  type Image,
  type PackageFault,
  REFUSAL_MEANING,
  type RefusalName,
  refusalName,
  refusalOfHeader,
  versionText,
} from '@comptoir/protocol/image';
import { verifyHashes } from '#crypto/release';
import type { Operation } from '../../operation/operation.js';
import type { FirmwareCheck, FirmwareRefusal, FirmwareRefused, RunningFirmware } from './firmwareReport.js';
import { type ReaderSlots, readSlots, slotName } from './runningFirmware.js';

export async function checkFirmware(operation: Operation, update: Uint8Array): Promise<FirmwareCheck> {
  try {
    const chosen = await chooseImage(operation, update);
    return chosen.status === 'chosen' ? installable(chosen) : chosen;
  } catch (error) {
    throw operation.fail(error, 'no');
  }
}

export interface Chosen {
  readonly status: 'chosen';
  readonly image: Image;
  readonly running: RunningFirmware;
}

/** The image for the slot that doesn't run, when nothing speaks against it. */
export async function chooseImage(
  operation: Operation,
  update: Uint8Array,
): Promise<Chosen | Exclude<FirmwareCheck, { readonly status: 'installable' }>> {
  const reader = await readSlots(operation);
  if (reader === undefined) return refused('unsupported');
  const { running } = reader;
  const decoded = decodeUpdatePackage(update);
  if (!decoded.ok) return refused(decoded.fault, running);
  const { image, refusal } = bestOf(decoded.images, reader);
  if (refusal === 'sameVersion') return { status: 'current', running };
  if (refusal !== undefined) return refused(refusal, running);
  const damage = verifyHashes(image);
  return damage === undefined ? { status: 'chosen', image, running } : refused(damage, running);
}

/** The first image that may be installed; when there is none, the one for this model that comes nearest. */
function bestOf(
  images: readonly Image[],
  { header, slots }: ReaderSlots,
): { readonly image: Image; readonly refusal: RefusalName | undefined } {
  const judged = images.map((image) => ({ image, refusal: refusalOfHeader(image.header, header, slots) }));
  const isForThis = ({ image }: { readonly image: Image }): boolean => image.header.model === header.model;
  const isForSlot = ({ image }: { readonly image: Image }): boolean => image.header.slot !== slots.slot;
  const ours = judged.filter(isForThis);
  const best = judged.find(({ refusal }) => refusal === undefined) ?? ours.find(isForSlot) ?? ours[0] ?? judged[0];
  if (best === undefined) throw new Error('a package has an image');
  return best;
}

function installable({ image, running }: Chosen): FirmwareCheck {
  const { version, securityVersion, slot } = image.header;
  const bytes = image.chunkTable.length + image.body.length;
  return {
    status: 'installable',
    running,
    offered: { version: versionText(version), securityVersion, slot: slotName(slot), bytes },
  };
}

const FILE_MEANING: Readonly<Record<PackageFault | 'unsupported', string>> = {
  NOT_A_PACKAGE: 'the file is no update',
  UNKNOWN_PACKAGE_VERSION: 'the file is of a later version',
  NO_IMAGES: 'the file holds no image, or too many',
  TRUNCATED: 'the file is not whole',
  BYTES_LEFT_OVER: 'the file has something behind its end',
  unsupported: 'this reader can not be updated',
};

function refused(reason: Exclude<FirmwareRefusal, 'unknown'>, running?: RunningFirmware): FirmwareRefused {
  const meaning = { ...REFUSAL_MEANING, ...FILE_MEANING }[reason];
  return { status: 'refused', reason, message: sentence(meaning), ...(running !== undefined && { running }) };
}

/** @param number what the reader refused with */
export function refusedByReader(number: number, running: RunningFirmware): FirmwareRefused {
  const name = refusalName(number);
  if (name !== undefined) return refused(name, running);
  return { status: 'refused', reason: 'unknown', message: `The reader refused with the number ${number}.`, running };
}

function sentence(meaning: string): string {
  return `${meaning.slice(0, 1).toUpperCase()}${meaning.slice(1)}.`;
}
