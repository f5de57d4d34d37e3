/**
 * Which reader a command means: `--reader`, or the only one that is there.
 * Floor: cli.
 */
import { type CallOptions, type DeviceInfo, type DeviceTransport, type Transport } from '@comptoir/sdk';
/** A reader, and how it's reached. */
export interface ChosenReader {
  readonly transport: Transport;
  readonly device: DeviceInfo;
  /** The acquirer beside it, where there is one. */
  readonly hostUrl?: string;
}
/** For the help of the command, and for its refusals. */
export declare const READER_FORMS = 'hid:SERIAL, usb:SERIAL, or ws://HOST:PORT/TOKEN as the reader printed it';
/** @param text of `--reader` @throws ReaderError `usage/invalid`, `link/not-found` */
export declare function chooseReader(text: string | undefined, options?: CallOptions): Promise<ChosenReader>;
/** The readers that there are, by HID and by USB; or those that `text` means. */
export declare function listReaders(text: string | undefined): Promise<readonly ChosenReader[]>;
/** Where readers come and go, and which of them are meant. */
export interface Watchable {
  readonly transport: DeviceTransport;
  readonly isMeant: (device: DeviceInfo) => boolean;
}
/** @returns undefined for an address, behind which there is one reader */
export declare function watchable(text: string | undefined): Watchable | undefined;
/** `ws://127.0.0.1:PORT/TOKEN` has its host at `http://127.0.0.1:PORT/TOKEN/host`. */
export declare function hostBeside(reader: string): string;
