/**
 * Receipts: what a sale came to as data, and as text to print or send.
 * Source: docs/reference/sdk.md, `receipt`.   Floor: sdk receipt.
 */
export {
  type AboutSale,
  type Receipt,
  type ReceiptLine,
  type ReceiptTender,
  receipt,
} from './receipt.js';
export { receiptText } from './receiptText.js';
export { RECEIPT_WORDS, type ReceiptWords } from './receiptWords.js';
