/**
 * What there is to say about firmware: what runs, what is offered, what became of it. Business results are data.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */

import type { PackageFault, RefusalName, SlotName } from '@comptoir/protocol/image';
import type { CallOptions } from '../../link/transport.js';

export interface RunningFirmware {
  /** `1.2.3` */
  readonly version: string;
  readonly slot: SlotName;
  /** While it's not confirmed: starts after which the old firmware comes back. */
  readonly trialStartsLeft?: number;
  readonly securityVersion: number;
  /** Firmware with a lower security version is refused. */
  readonly minSecurityVersion: number;
  readonly isDevelopment: boolean;
}

export interface OfferedFirmware {
  readonly version: string;
  readonly securityVersion: number;
  readonly slot: SlotName;
  /** What has to be sent, in bytes. */
  readonly bytes: number;
}

/**
 * A `RefusalName` is the reader's own word; in capitals it's what is wrong with the file; `unsupported`: this reader can't be
 * updated; `unknown`: the reader has a reason that this version doesn't know.
 */
export type FirmwareRefusal = RefusalName | PackageFault | 'unsupported' | 'unknown';

export interface FirmwareRefused {
  readonly status: 'refused';
  readonly reason: FirmwareRefusal;
  /** One sentence for people. */
  readonly message: string;
  readonly running?: RunningFirmware;
}

export type FirmwareCheck =
  | { readonly status: 'installable'; readonly running: RunningFirmware; readonly offered: OfferedFirmware }
  /** The version that is offered runs. */
  | { readonly status: 'current'; readonly running: RunningFirmware }
  | FirmwareRefused;

export type InstallResult =
  /** It runs, and stays. */
  | { readonly status: 'installed'; readonly running: RunningFirmware }
  | { readonly status: 'current'; readonly running: RunningFirmware }
  /** The reader runs what it ran before: the new firmware did not prove itself. */
  | { readonly status: 'returned'; readonly running: RunningFirmware; readonly message: string }
  | FirmwareRefused;

export interface InstallProgress {
  readonly phase: 'write' | 'restart' | 'confirm';
  /** Of `totalBytes`, what the reader has. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface InstallOptions extends CallOptions {
  readonly takeOver?: boolean;
  readonly onProgress?: (progress: InstallProgress) => void;
}

/** All of them use the reader like any operation: one at a time. */
export interface ReaderFirmware {
  /** What runs; undefined when the reader can't be updated. Default timeout: 30 s. */
  running(options?: CallOptions): Promise<RunningFirmware | undefined>;
  /** May this package be installed, and if not, why? Nothing is changed. Default timeout: 30 s. */
  check(update: Uint8Array, options?: CallOptions): Promise<FirmwareCheck>;
  /**
   * Sends the package, restarts the reader, and waits until the new firmware is confirmed or the old one is back. It connects
   * again by itself. Started again after an error it goes on where it was. Default timeout: 10 minutes.
   * @param update the bytes of a `.update` file; not changed
   */
  install(update: Uint8Array, options?: InstallOptions): Promise<InstallResult>;
}
