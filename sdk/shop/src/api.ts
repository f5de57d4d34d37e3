/**
 * Everything that a till and its shop say to each other over HTTP: types only, so that a page in a browser may import it.
 * Paths are below `/api/till`. A till says who it is by `authorization: Bearer KEY`; only `POST /pair` needs none. Every POST has the header
 * `idempotency-key`. The same key with the same body is one write and gets the same answer; with another body it's `key-reused`. It, and
 * whatever else names a payment, a sale or a refund, is the id of a key: 1..64 printable ASCII characters without `~`. Amounts are minor units of the shop's currency, times Unix milliseconds.
 * Source: docs/reference/shop.md.   Floor: shop; imports types only.
 */

import type {
  ConsentReceipt,
  ConsentRequest,
  Consents,
  Insights,
  Sent,
  Sharing,
  SharingRequest,
} from './api/customers.js';
import type {
  Catalogue,
  Paired,
  PairRequest,
  Priced,
  PriceRequest,
  Reservation,
  ReserveRequest,
  ShopInfo,
  StockAdjustment,
  StockLevel,
} from './api/goods.js';
import type { HandOverRequest, Order, Orders } from './api/orders.js';
import type {
  DayReport,
  Gift,
  GiftHold,
  HoldGift,
  IssueGift,
  OfflineSales,
  OfflineTaken,
  Owed,
  RefundRecord,
  RefundRequest,
  Sale,
  SaleRequest,
  SettleRequest,
  ShopEvents,
} from './api/sales.js';

export type * from './api/customers.js';
export type * from './api/faults.js';
export type * from './api/goods.js';
export type * from './api/orders.js';
export type * from './api/sales.js';

/** Which call is answered by what. `:name` stands for a part of the path, encoded. */
export interface TillApi {
  readonly 'POST /pair': Call<PairRequest, Paired>;
  readonly 'GET /shop': Call<undefined, ShopInfo>;
  /** `?since=REVISION`: `isUnchanged` when nothing changed since then. */
  readonly 'GET /catalogue': Call<undefined, Catalogue>;
  readonly 'POST /price': Call<PriceRequest, Priced>;
  readonly 'POST /reservations': Call<ReserveRequest, Reservation>;
  readonly 'POST /reservations/:id/release': Call<Nothing, Nothing>;
  /** Makes or replaces the stock of an item by events: deliveries, breakage, counts. */
  readonly 'POST /stock': Call<StockAdjustment, StockLevel>;
  /** The idempotency key is the key of the sale. */
  readonly 'POST /sales': Call<SaleRequest, Sale>;
  /** What was sold without network, in order. Each sale has its key inside; one that came before is told again. Never refused for stock. */
  readonly 'POST /sales/offline': Call<OfflineSales, OfflineTaken>;
  /** `:which` is a key of the sale or of one of its payments, a receipt number or the number of an order. */
  readonly 'GET /sales/:which': Call<undefined, Sale>;
  /** What the acquirer said in the end about a stored payment. The first word counts; the answer tells what is true now. */
  readonly 'POST /sales/:which/settle': Call<SettleRequest, Sale>;
  /** Stored payments that nobody approved yet, and those that never came. */
  readonly 'GET /owed': Call<undefined, Owed>;
  /** Money went back before (`refund` of the SDK, the same key); this writes it down and takes the goods back. */
  readonly 'POST /refunds': Call<RefundRequest, RefundRecord>;
  /** `?status=placed,ready`: default is what is still to be handed over. */
  readonly 'GET /orders': Call<undefined, Orders>;
  readonly 'POST /orders/:number/ready': Call<Nothing, Order>;
  readonly 'POST /orders/:number/hand-over': Call<HandOverRequest, Order>;
  /** Releases what was reserved. What was paid is refunded before: `refund-first` otherwise. */
  readonly 'POST /orders/:number/cancel': Call<Nothing, Order>;
  /** `:code` of a gift card that this shop issued. */
  readonly 'GET /gifts/:code': Call<undefined, Gift>;
  readonly 'POST /gifts': Call<IssueGift, Gift>;
  /** Takes value of a gift card for a sale, until it's captured or released. */
  readonly 'POST /gifts/:code/holds': Call<HoldGift, GiftHold>;
  readonly 'POST /gifts/holds/:sale/capture': Call<Nothing, Nothing>;
  readonly 'POST /gifts/holds/:sale/release': Call<Nothing, Nothing>;
  /** `?day=YYYY-MM-DD`, in the shop's own time. Default: today. */
  readonly 'GET /report': Call<undefined, DayReport>;
  /** What the shop has to see to, the newest first: what was oversold, which money never came. */
  readonly 'GET /events': Call<undefined, ShopEvents>;
  /** `?account=` or `?reference=`: what a customer agreed to, as receipts. */
  readonly 'GET /consents': Call<undefined, Consents>;
  readonly 'POST /consents': Call<ConsentRequest, ConsentReceipt>;
  readonly 'POST /consents/:id/withdraw': Call<Nothing, ConsentReceipt>;
  /** What the marketplace gets from this shop. */
  readonly 'GET /sharing': Call<undefined, Sharing>;
  readonly 'POST /sharing': Call<SharingRequest, Sharing>;
  /** The ledger: word for word what it got. */
  readonly 'GET /sharing/sent': Call<undefined, Sent>;
  /** `?day=`: what the marketplace tells of all shops that share their sums. */
  readonly 'GET /insights': Call<undefined, Insights>;
}

export interface Call<Request, Answer> {
  readonly request: Request;
  readonly answer: Answer;
}

/** `{}`. */
export type Nothing = Readonly<Record<string, never>>;
