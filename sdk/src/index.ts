/**
 * Takes payments with a Comptoir reader, in Node and in browsers. Transports have entries of their own.
 * Source: docs/reference/sdk.md.
 */

export type { Basket, BasketLine } from './checkout/basket.js';
export type { BasketRequest, Chosen } from './checkout/basketRequest.js';
export type { AcceptedCombination, MerchantPolicy } from './checkout/policy.js';
export type { TenderEvent } from './checkout/questions.js';
export type { Store } from './checkout/store.js';
export { storedKey } from './checkout/storedKey.js';
export type { CardInField } from './reader/cards.js';
export { CARD_WORDS, type CardWord } from './reader/cardWords.js';
export type { MessageDirection } from './reader/channel.js';
export { type Clock, systemClock } from './reader/clock.js';
export type {
  ConfigureOptions,
  ConfigureProgress,
  ConfigureRefused,
  ConfigureResult,
  ReaderConfiguration,
} from './reader/configuration/configureReport.js';
export { connect } from './reader/connect.js';
export type { ConnectOptions } from './reader/connectOptions.js';
export type { CurrencyDefinition } from './reader/currencies.js';
export { ReaderError, type ReaderErrorOptions } from './reader/errors.js';
export { ERRORS, type ErrorCode, type Recovery, type RecoveryAction } from './reader/errorTable.js';
export type {
  FirmwareCheck,
  FirmwareRefusal,
  FirmwareRefused,
  InstallOptions,
  InstallProgress,
  InstallResult,
  OfferedFirmware,
  ReaderFirmware,
  RunningFirmware,
} from './reader/firmware/firmwareReport.js';
export { httpHost } from './reader/httpHost.js';
export { type Key, keyFrom, newKey, type PaymentId, paymentIdOf } from './reader/key.js';
export type { Kind } from './reader/kind.js';
export { loadLink } from './reader/loadLink.js';
export type { LookupOptions, LookupResult } from './reader/lookup.js';
export { currencyOf, currencyOfNumeric, formatMoney, type Money, money, parseMoney } from './reader/money.js';
export type { Op } from './reader/op.js';
export type { OperationOptions } from './reader/operate.js';
export type { ApplicationToConfirm, PayRequest } from './reader/pay.js';
export type { NotUsed, Payment, Tender } from './reader/payment.js';
export {
  type HostWith,
  hostHas,
  type PaymentHost,
  type Settled,
} from './reader/paymentHost.js';
export type { CancelledBy, PayResult } from './reader/payResult.js';
export type { Prompt } from './reader/prompt.js';
export { type RandomBytes, systemRandom } from './reader/random.js';
export type { Choice, Instrument, Presented, ReadRequest } from './reader/read.js';
export type { Reader, ReaderInfo } from './reader/reader.js';
export { FIRST_STATE, foldState, type ReaderEvent, type ReaderState } from './reader/readerEvent.js';
export type { KeyReport, LoadedKey, LoadKeysResult } from './reader/readerKeys.js';
export type { ReaderLog, ReaderLogEntry } from './reader/readerLog.js';
export type { PayEvent } from './reader/readerPay.js';
export type { ReceiptFields } from './reader/receipt.js';
export type {
  MadeRefund,
  RefundAnswer,
  RefundOrder,
  RefundRefusal,
  SaleAtHost,
  SaleEnd,
  TakenTender,
} from './reader/refundHost.js';
export type { CertifiedLink, ReaderLink, Trust } from './reader/session/session.js';
export type * from './transports/transport.js';
