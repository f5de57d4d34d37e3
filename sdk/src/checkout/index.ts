/**
 * What a till needs around `reader.pay`: baskets from files, the journal and what finishes it after a crash, refunds.
 * Source: docs/reference/sdk.md.   Floor: sdk checkout.
 */
export {
  type Basket,
  type BasketFault,
  type BasketLine,
  type BasketResult,
  basketFaultText,
  readBasket,
} from './basket.js';
export { type JournalEntry, journalEntries } from './journal.js';
export {
  openSales,
  type Recovered,
  type RecoveredRefund,
  type RecoverOptions,
  recover,
  recoverRefunds,
} from './recover.js';
export { type RefundOptions, type RefundRequest, refund } from './refund.js';
export { type RefundEntry, refundEntries } from './refundJournal.js';
export { type Refund, type RefundPlan, refundPlan } from './refundPlan.js';
export type { RefundCode, RefundPart, RefundResult, RefundTold } from './refundResult.js';
export {
  type PaidPart,
  type RefundedPart,
  refundSale,
  type SaleRefundRequest,
  type SaleRefundResult,
} from './refundSale.js';
export { memoryStore, type Store } from './store.js';
export { storedKey } from './storedKey.js';
export { TIP_SKU, type TipRule, tipChoices, withTip } from './tip.js';
