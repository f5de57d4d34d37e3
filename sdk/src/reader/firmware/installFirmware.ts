/**
 * From a package to a reader that runs it. The reader may be unplugged on the way, restarts once, and comes back with the new
 * firmware or with the old one: the result says which.
 * Source: docs/explanation/boot-and-update.md.   Floor: sdk reader.
 */
import type { Image } from '@comptoir/protocol/image';
import type { Operation } from '../../operation/operation.js';
import { ReaderError } from '../../values/errors.js';
import type { ErrorCode } from '../../values/errorTable.js';
import { LinkFault } from '../../values/linkFault.js';
import { type Chosen, chooseImage, refusedByReader } from './checkFirmware.js';
import type { InstallOptions, InstallProgress, InstallResult } from './firmwareReport.js';
import { askFirmware, type ReaderSlots, readSlots } from './runningFirmware.js';
import { sendImage } from './sendImage.js';

type Tell = (phase: InstallProgress['phase'], bytes: number) => void;

/** Losses in a row, without a chunk between them, after which somebody must look. */
const LOSSES_MAX = 5;
/** A reader that was told to restart goes away within this time. */
const RESTART_MS_MAX = 5_000;
/** The boot stage allows three starts; the fourth is the old firmware's. */
const RESTARTS_MAX = 4;

/** Codes that say the reader was not to be reached. */
const LOSS_CODES: readonly ErrorCode[] = ['link/lost', 'link/denied', 'link/in-use', 'timeout', 'protocol/corrupt'];

export async function installFirmware(
  operation: Operation,
  update: Uint8Array,
  onProgress: InstallOptions['onProgress'],
): Promise<InstallResult> {
  let hasBegun = false;
  try {
    const chosen = await throughLosses(operation, () => chooseImage(operation, update));
    if (chosen.status !== 'chosen') return chosen;
    hasBegun = true;
    const tell = teller(chosen, onProgress);
    const refusal = await throughLosses(operation, (hasMoved) =>
      sendImage(operation, chosen.image, (bytes, wasSent) => {
        if (wasSent) hasMoved();
        tell('write', bytes);
      }),
    );
    if (refusal !== 0) {
      // The power may have failed behind FINISH: then the new firmware has started, and takes itself for no update.
      const now = await throughLosses(operation, () => readSlots(operation));
      if (now === undefined || !isOf(now, chosen.image))
        return refusedByReader(refusal, now?.running ?? chosen.running);
      if (!now.slots.isOnTrial) return { status: 'installed', running: now.running };
    }
    return await startNew(operation, chosen, tell);
  } catch (error) {
    throw operation.fail(hasBegun ? interrupted(operation, error) : error, 'no');
  }
}

/** Restarts, until the new firmware stays or the old one is back. */
async function startNew(operation: Operation, { image }: Chosen, tell: Tell): Promise<InstallResult> {
  const totalBytes = image.chunkTable.length + image.body.length;
  for (let restarts = 1; restarts <= RESTARTS_MAX; restarts += 1) {
    tell('restart', totalBytes);
    const hasRestarted = await restart(operation);
    const { selfTest } = await operation.reconnect();
    tell('confirm', totalBytes);
    const reader = await throughLosses(operation, () => readSlots(operation));
    if (reader === undefined) throw new LinkFault('protocol/corrupt');
    const { running } = reader;
    if (!isOf(reader, image)) {
      // Without a restart the old firmware runs because the new one never did.
      if (!hasRestarted) continue;
      return { status: 'returned', running, message: RETURNED };
    }
    if (!reader.slots.isOnTrial) return { status: 'installed', running };
    // It said INIT, so it should have confirmed itself; with a failed self-test it must not.
    if (selfTest !== 0) continue;
    const { refusal } = await askFirmware(operation, { kind: 'firmwareConfirm' });
    if (refusal !== 0) return refusedByReader(refusal, running);
    const { trialStartsLeft: _, ...confirmed } = running;
    return { status: 'installed', running: confirmed };
  }
  throw new LinkFault('update/interrupted', 'The new firmware neither stays nor goes: restart the reader.');
}

const RETURNED = 'The new firmware did not prove itself; the reader runs what it ran before.';

function isOf({ header, slots }: ReaderSlots, image: Image): boolean {
  return header.version === image.header.version && slots.slot === image.header.slot;
}

/** @returns false when it may not have restarted: the link was lost before REBOOT was answered, or wasn't lost behind it */
async function restart(operation: Operation): Promise<boolean> {
  try {
    await askFirmware(operation, { kind: 'firmwareReboot' });
  } catch (error) {
    if (!isLoss(error)) throw error;
    return false;
  }
  return operation.loss(RESTART_MS_MAX);
}

/** Connects again and does the work again when the link was lost meanwhile. @param work tells when it got further */
async function throughLosses<T>(operation: Operation, work: (hasMoved: () => void) => Promise<T>): Promise<T> {
  for (let losses = 0; ; losses += 1) {
    try {
      return await work(() => {
        losses = 0;
      });
    } catch (error) {
      if (!isLoss(error) || losses === LOSSES_MAX || operation.cancelled.aborted) throw error;
    }
    await operation.reconnect();
  }
}

/** A status of the reader is its word, and no loss; but for the channel, which a restart takes away. */
function isLoss(error: unknown): boolean {
  if (!(error instanceof LinkFault)) return false;
  return error.code === 'link/in-use' || (error.status === undefined && LOSS_CODES.includes(error.code));
}

/** What stopped an update that had begun. The caller's own cancellation and a busy reader stay what they are. */
function interrupted(operation: Operation, cause: unknown): unknown {
  const code = cause instanceof LinkFault || cause instanceof ReaderError ? cause.code : undefined;
  const isLate = code === 'aborted' && operation.cancelled.reason === 'timeout';
  if (!isLate && (code === undefined || !LOSS_CODES.includes(code))) return cause;
  return new LinkFault('update/interrupted', undefined, { cause });
}

function teller({ image }: Chosen, onProgress: InstallOptions['onProgress']): Tell {
  const totalBytes = image.chunkTable.length + image.body.length;
  return (phase, bytes) => {
    try {
      onProgress?.({ phase, bytes, totalBytes });
    } catch (cause) {
      throw new ReaderError('usage/invalid', { charged: 'no', message: 'onProgress threw an error.', cause });
    }
  };
}
