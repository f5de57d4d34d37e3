/**
 * A connected reader: one operation at a time, one stream of events.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */

import type { ReaderLink } from '../link/session/session.js';
import type { CallOptions, DeviceInfo } from '../link/transport.js';
import type { Op } from '../operation/op.js';
import type { OperationOptions } from '../operation/operate.js';
import type { Prompt } from '../operation/prompt.js';
import type { ReaderEvent, ReaderState } from '../operation/readerEvent.js';
import type { LookupOptions, LookupResult } from '../payment/lookup.js';
import type { Presented, ReadRequest } from '../payment/read.js';
import type { PaymentKey } from '../values/key.js';
import type { CardInField } from './cards.js';
import type { ConfigureOptions, ConfigureResult, ReaderConfiguration } from './configuration/configureReport.js';
import type { ReaderFirmware } from './firmware/firmwareReport.js';
import type { ReaderKeys } from './readerKeys.js';
import type { ReaderLog } from './readerLog.js';
import type { Pay } from './readerPay.js';

export interface ReaderInfo extends DeviceInfo {
  /** In force. Absent: the reader has none, and takes no card. */
  readonly configuration?: ReaderConfiguration;
  /** That the till speaks with customers, as the configuration says: two letters each (ISO 639), the usual one first. */
  readonly languages?: readonly string[];
}

/**
 * Errors are `ReaderError`s. Every call ends by its deadline, whatever the reader, the acquirer or the customer does.
 * Aborting the signal of a payment gives a result: `cancelled`, or `unknown` when the request has gone to the acquirer.
 */
export interface Reader extends ReaderKeys, AsyncDisposable {
  /** As the reader itself told, at the last connection. */
  readonly info: ReaderInfo;
  /** What is certified about it, and the session that is open. */
  readonly link: ReaderLink;
  /** The fold of `events()`. */
  readonly state: ReaderState;
  /**
   * The state as it is, then every change. Ends with the reader, when the signal is aborted, or after `timeoutMs`; there
   * is no default timeout.
   */
  events(options?: CallOptions): AsyncIterable<ReaderEvent>;
  /** Reads a card without charging it. Default timeout: 60 s. */
  read(request: ReadRequest, options?: OperationOptions): Op<Presented, Prompt>;
  /**
   * Lists the cards in the field, however many there are, and takes no money: an operation of its own, never part of a payment. It ends
   * as soon as there is one. Default timeout: 60 s.
   */
  cards(options?: OperationOptions): Op<readonly CardInField[], Prompt>;
  /**
   * Takes a payment: an amount from one card, or a basket from one tap, by coupons, gift cards, account and bank. A card is waited for
   * during half of the timeout, 60 s at most. Default timeout: 120 s.
   */
  readonly pay: Pay;
  /** What became of a key. Default timeout: 30 s. */
  lookup(key: PaymentKey, options?: LookupOptions): Promise<LookupResult>;
  /**
   * Loads a signed configuration, the bytes of its file, as `comptoir config sign` makes it. A refused one changes nothing, and says what is
   * wrong and where. Default timeout: 60 s.
   */
  configure(configuration: Uint8Array, options?: ConfigureOptions): Promise<ConfigureResult>;
  /** What the reader remembers of itself: codes and counters, never anything of a card. Default timeout: 10 s. */
  log(options?: OperationOptions): Promise<ReaderLog>;
  /** Has the reader show which one it is, as its board does that: a light, or a word on its display. Default timeout: 10 s. */
  wink(options?: OperationOptions): Promise<void>;
  /** What runs in the reader, and how to put something newer there. */
  readonly firmware: ReaderFirmware;
  /** Cancels what is running, and closes the link. Rejects for wrong options only. Default timeout: 5 s. */
  close(options?: CallOptions): Promise<void>;
}
