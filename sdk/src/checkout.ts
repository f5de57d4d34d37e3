/**
 * What a till needs around `reader.pay`: baskets from files, the journal and what finishes it after a crash, refunds.
 * Source: docs/reference/sdk.md.   Floor: sdk.
 */
export {
  type Basket,
  type BasketFault,
  type BasketLine,
  type BasketResult,
  basketFaultText,
  readBasket,
} from './basket/basket.js';
export { TIP_SKU, type TipRule, tipChoices, withTip } from './basket/tip.js';
export { type JournalEntry, journalEntries } from './journal/journal.js';
export { storedKey } from './journal/storedKey.js';
export {
  openSales,
  type Recovered,
  type RecoveredRefund,
  type RecoverOptions,
  recover,
  recoverRefunds,
} from './reader/recover.js';
export { type RefundOptions, type RefundRequest, refund } from './refund/refund.js';
export { type RefundEntry, refundEntries } from './refund/refundJournal.js';
export { type Refund, type RefundPlan, refundPlan } from './refund/refundPlan.js';
export type { RefundCode, RefundPart, RefundResult, RefundTold } from './refund/refundResult.js';
export {
  type PaidPart,
  type RefundedPart,
  refundSale,
  type SaleRefundRequest,
  type SaleRefundResult,
} from './refund/refundSale.js';
export { memoryStore, type Store } from './values/store.js';
