/**
 * What a reader allows to run, as far as a header tells. The board decides; a host asks the same before it sends anything.
 * Source: docs/explanation/boot-and-update.md.   Floor: protocol.
 */
import type { ImageHeader } from './imageHeader.js';
import type { RefusalName } from './refusal.js';
import type { SlotStatus } from './slotStatus.js';

/**
 * @param header  of the image that is offered
 * @param running of the image that runs: the boot stage took it, so its type, model, epoch and kind are the reader's own
 * @param hardwareRevision 0..31; undefined when it isn't known: then the image that runs stands for it
 * @returns the first reason against it, in the order of the boot stage
 */
export function refusalOfHeader(
  header: ImageHeader,
  running: ImageHeader,
  { slot, minSecurityVersion }: SlotStatus,
  hardwareRevision?: number,
): RefusalName | undefined {
  if (header.imageType !== running.imageType) return 'wrongImageType';
  if (header.model !== running.model) return 'wrongModel';
  const hardware = hardwareRevision === undefined ? running.hardwareMask : 1 << hardwareRevision;
  if ((header.hardwareMask & hardware) === 0) return 'wrongHardware';
  if (header.slot === slot) return 'wrongSlot';
  if (header.keyEpoch !== running.keyEpoch) return 'wrongKeyEpoch';
  if (header.isDevelopment && !running.isDevelopment) return 'developmentImage';
  if (header.securityVersion < minSecurityVersion) return 'securityVersionTooOld';
  if (header.version < running.version) return 'olderVersion';
  return header.version === running.version ? 'sameVersion' : undefined;
}
