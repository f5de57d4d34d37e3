/**
 * Takes payments with a Comptoir reader, in Node and in browsers. Transports have entries of their own.
 * Source: docs/reference/sdk.md.
 */

export type { Basket, BasketLine } from './basket/basket.js';
export type { BasketRequest, Chosen } from './basket/basketRequest.js';
export type { AcceptedCombination, MerchantPolicy } from './basket/policy.js';
export type { TenderEvent } from './basket/questions.js';
export { storedKey } from './journal/storedKey.js';
export type { MessageDirection } from './link/channel.js';
export type { CertifiedLink, ReaderLink, Trust } from './link/session/session.js';
export type * from './link/transport.js';
export type { Op } from './operation/op.js';
export type { OperationOptions } from './operation/operate.js';
export type { CancelledBy } from './operation/operation.js';
export type { Prompt } from './operation/prompt.js';
export { FIRST_STATE, foldState, type ReaderEvent, type ReaderState } from './operation/readerEvent.js';
export {
  type Acquirer,
  type AcquirerWith,
  acquirerHas,
  type Settled,
} from './payment/acquirer.js';
export type {
  MadeRefund,
  RefundAnswer,
  RefundOrder,
  RefundRefusal,
  SaleAtAcquirer,
  SaleEnd,
  TakenTender,
} from './payment/acquirerRefunds.js';
export { CARD_WORDS, type CardWord } from './payment/cardWords.js';
export { httpAcquirer } from './payment/httpAcquirer.js';
export type { LookupOptions, LookupResult } from './payment/lookup.js';
export type { ApplicationToConfirm, PayRequest } from './payment/pay.js';
export type { NotUsed, Payment, Tender } from './payment/payment.js';
export type { PayResult } from './payment/payResult.js';
export type { Choice, Instrument, Presented, ReadRequest } from './payment/read.js';
export type { ReceiptFields } from './payment/receiptFields.js';
export type { CardInField } from './reader/cards.js';
export type {
  ConfigureOptions,
  ConfigureProgress,
  ConfigureRefused,
  ConfigureResult,
  ReaderConfiguration,
} from './reader/configuration/configureReport.js';
export { connect } from './reader/connect.js';
export type { ConnectOptions } from './reader/connectOptions.js';
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
export { loadLink } from './reader/loadLink.js';
export type { Reader, ReaderInfo } from './reader/reader.js';
export type { KeyReport, LoadedKey, LoadKeysResult } from './reader/readerKeys.js';
export type { ReaderLog, ReaderLogEntry } from './reader/readerLog.js';
export type { PayEvent } from './reader/readerPay.js';
export { type Clock, systemClock } from './values/clock.js';
export type { CurrencyDefinition } from './values/currencies.js';
export { ReaderError, type ReaderErrorOptions } from './values/errors.js';
export { ERRORS, type ErrorCode, type Recovery, type RecoveryAction } from './values/errorTable.js';
export { keyFrom, newKey, type PaymentId, type PaymentKey, paymentIdOf } from './values/key.js';
export type { Kind } from './values/kind.js';
export { currencyOf, currencyOfNumeric, formatMoney, type Money, money, parseMoney } from './values/money.js';
export { type RandomBytes, systemRandom } from './values/random.js';
export type { Store } from './values/store.js';
