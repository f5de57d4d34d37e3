/**
 * The seam between the SDK and whatever carries 64-byte reports: a cable, a socket, a function call.
 * Source: docs/reference/sdk.md.   Floor: sdk link; imports nothing.
 */

/** A reader as it is known before or after a connection; an empty text is not known yet. */
export interface DeviceInfo {
  /** Tells devices of one transport apart. Never holds a secret. */
  readonly id: string;
  readonly serial: string;
  readonly model: string;
  readonly firmware: string;
  readonly transport: string;
}

/** Every call of the SDK takes these. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** In milliseconds, above 0; parts of one round up, and 2,147,483,647 is the most. Each call has its own default. */
  readonly timeoutMs?: number;
}

export interface Transport {
  /** One device: the first that fits, or the one that a person picks in a browser. */
  request(options?: CallOptions): Promise<DeviceInfo>;
  /**
   * Opens a device. Rejects with a `ReaderError` whose code begins with `link/` when it knows the cause, else with any
   * error. Aborting the signal closes what was half open.
   */
  open(device: DeviceInfo, handlers: ReportHandlers, options?: CallOptions): Promise<Connection>;
}

/** A transport on which readers come and go. */
export interface DeviceTransport extends Transport {
  /** The readers that are there and may be used without asking a person. Never prompts. */
  list(options?: CallOptions): Promise<readonly DeviceInfo[]>;
  /**
   * The readers that are there, then those that come and go. Ends when its signal is aborted or the loop is left, or after `timeoutMs`;
   * there is no default timeout.
   */
  watch(options?: CallOptions): AsyncIterable<DeviceChange>;
}

export interface DeviceChange {
  readonly type: 'attached' | 'detached';
  readonly device: DeviceInfo;
}

/** What a connection calls. It may call `report` before `open` has resolved, and nothing after `closed`. */
export interface ReportHandlers {
  /** @param report as it came from the device, untrusted; the bytes are not changed afterwards */
  report(report: Uint8Array): void;
  /** The device is gone, or the connection was closed. Called at most once. */
  closed(): void;
}

export interface Connection {
  /** Sends one report of 64 bytes; resolves when the next may follow, rejects when the link is broken. */
  send(report: Uint8Array): Promise<void>;
  /** Closes. Calling it again does nothing. */
  close(): Promise<void>;
  /**
   * How long a reader that works may seem silent here, in milliseconds. Default 1,000, right for a cable; what carries reports over a
   * network, or from another busy process, may hold them back for longer.
   */
  readonly silenceMs?: number;
}
