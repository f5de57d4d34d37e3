/**
 * Bodies that a till may send, as JSON Schema: what isn't listed is refused before anything is done. `api.ts` has the same as types.
 * Floor: shop server.
 */
import { PAYMENT_ID_PATTERN } from '../paymentId.js';

type Schema = Readonly<Record<string, unknown>>;

/** Twelve digits, as everywhere. */
const MINOR_MAX = 999_999_999_999;
const LINES_MAX = 255;

const text = (most: number, least = 1): Schema => ({ type: 'string', minLength: least, maxLength: most });
const whole = (least: number, most: number = MINOR_MAX): Schema => ({ type: 'integer', minimum: least, maximum: most });
const list = (items: Schema, most: number, least = 0): Schema => ({
  type: 'array',
  items,
  minItems: least,
  maxItems: most,
});
const one = (...values: readonly string[]): Schema => ({ enum: values });
/** A name that ends in `?` may be left out. */
const object = (fields: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(fields).filter((name) => !name.endsWith('?')),
  properties: Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name.replace('?', ''), schema])),
});

const minor = whole(0);
const ms = whole(0, 9_999_999_999_999);
/** Of a payment, a sale or a refund. */
const id: Schema = { type: 'string', pattern: PAYMENT_ID_PATTERN };
const sku: Schema = { type: 'string', pattern: '^[\\x21-\\x7e]{1,32}$' };
const hex = (most: number): Schema => ({ type: 'string', pattern: `^([0-9A-Fa-f]{2}){1,${most}}$` });
const qty = whole(1, 0xffffff);
const line = object({ sku, qty });
const lines = list(line, LINES_MAX, 1);
const codes = list(text(40), 20);
const kind = one('coupon', 'loyalty', 'gift', 'account', 'bank', 'cash', 'other');
const texts = object({ en: text(200, 0), fr: text(200, 0) });
const purpose = one('purchase-history', 'marketing', 'analytics', 'preferences', 'sale-or-sharing');

const discount = object({
  promotion: text(40),
  name: texts,
  amount: minor,
  lines: list(object({ line: whole(0, LINES_MAX), amount: minor }), LINES_MAX),
});
const tender = object({
  kind,
  label: text(40, 0),
  amount: minor,
  'key?': id,
  'state?': one('taken', 'stored'),
  'rules?': list(text(40), 20),
  'reference?': hex(32),
  'aid?': hex(16),
  'masked?': text(24),
  'responseCode?': text(8),
  'authorisationCode?': text(16),
  'receipt?': { type: 'object', maxProperties: 40, additionalProperties: text(256, 0) },
});
const saleFields = {
  lines: list(object({ sku, qty, unit: minor, discount: minor }), LINES_MAX, 1),
  'codes?': codes,
  discounts: list(discount, 40),
  total: minor,
  tenders: list(tender, 40),
  'tip?': minor,
  status: one('paid', 'stored'),
  soldMs: ms,
  'reservation?': text(64),
  'accountToken?': hex(32),
  'planId?': hex(16),
  'record?': hex(4096),
  'reader?': text(40),
};
const proof: Schema = {
  oneOf: [
    object({ by: one('tap'), reference: hex(32) }),
    object({ by: one('tap'), accountToken: hex(32) }),
    object({ by: one('code'), code: text(16) }),
  ],
};

export const NOTHING: Schema = object({});
type Body =
  | 'pair'
  | 'price'
  | 'reserve'
  | 'stock'
  | 'sale'
  | 'offline'
  | 'refund'
  | 'settle'
  | 'handOver'
  | 'issueGift'
  | 'holdGift'
  | 'consent'
  | 'sharing';

export const BODIES: Readonly<Record<Body, Schema>> = {
  pair: object({ code: text(16), name: text(40) }),
  price: object({ lines, 'codes?': codes }),
  reserve: object({ lines, forSeconds: whole(30, 3600) }),
  stock: object({
    sku,
    delta: { type: 'integer', minimum: -MINOR_MAX, maximum: MINOR_MAX },
    reason: one('delivery', 'breakage', 'count', 'returned'),
  }),
  sale: object(saleFields),
  offline: object({ sales: list(object({ key: id, ...saleFields }), 100, 1) }),
  refund: object({
    of: id,
    amount: minor,
    parts: list(object({ kind, label: text(40, 0), amount: minor, 'key?': id, 'by?': id }), 40),
    lines: list(line, LINES_MAX),
    refundedMs: ms,
  }),
  settle: object({ key: id, end: one('settled', 'declined', 'lost'), 'approved?': minor, 'note?': text(200) }),
  handOver: object({ proof, 'sale?': id }),
  issueGift: object({ amount: whole(1), sale: id }),
  holdGift: object({ sale: id, amount: whole(1), 'least?': whole(1) }),
  consent: object({
    'accountToken?': hex(32),
    'reference?': hex(32),
    purposes: list(purpose, 5, 1),
    text: text(2000),
    language: one('en', 'fr'),
    method: one('reader', 'till', 'web'),
    days: whole(1, 365),
  }),
  sharing: object({
    field: one('name', 'address', 'place', 'items', 'prices', 'availability', 'quantities', 'promotions', 'daily-sums'),
    isShared: { type: 'boolean' },
  }),
};

export const IDEMPOTENT: Schema = {
  type: 'object',
  required: ['idempotency-key'],
  properties: { 'idempotency-key': id },
};

/** Parts of a path that name a sale. Other parts are names of our own making, and only looked for. */
export const PARAMS: Schema = { type: 'object', properties: { which: id, sale: id } };
