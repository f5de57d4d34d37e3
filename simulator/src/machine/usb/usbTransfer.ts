/**
 * What a host asks of a USB device, and how that can end.
 * Source: USB 2.0 §5, §9.3.   Floor: simulator machine chip; imports nothing.
 */

/** The device refused. */
export class UsbStall extends Error {
  override readonly name = 'UsbStall';
}

/** The device is gone, or was reset, or the transfer was cancelled: it ended. */
export class UsbGone extends Error {
  override readonly name = 'UsbGone';
}

/** The device said neither yes nor no for so long that the host gave up. */
export class UsbTimeout extends Error {
  override readonly name = 'UsbTimeout';
}

export interface Transfer {
  /** Bytes that came; none for a transfer out. */
  readonly done: Promise<Uint8Array>;
  /** Ends it, and `done` rejects with UsbGone, unless it was over. */
  cancel(): void;
}

export interface SetupPacket {
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  /** Bytes of the data stage. For a request out: those of the data. */
  readonly length: number;
}
