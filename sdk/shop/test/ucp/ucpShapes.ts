/**
 * The shapes that Universal Commerce Protocol 2026-01-23 publishes for what we answer, as JSON Schema: each table of its pages an object here, with
 * nothing beside what the table lists. So a name that we spell otherwise is found.
 * Source: ucp.dev/2026-01-23/specification: overview, checkout, checkout-rest, fulfillment, discount, buyer-consent, order.
 */
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const whole: Schema = { type: 'integer' };
const bool: Schema = { type: 'boolean' };
const time: Schema = { type: 'string', format: 'date-time' };
const url: Schema = { type: 'string', format: 'uri' };
const version: Schema = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
const orNull: Schema = { type: ['string', 'null'] };
const one = (...values: readonly string[]): Schema => ({ enum: values });
const list = (items: Schema): Schema => ({ type: 'array', items });
/** A name that ends in `?` isn't required. */
const table = (fields: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(fields).filter((name) => !name.endsWith('?')),
  properties: Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name.replace('?', ''), schema])),
});
/** By reverse-domain names. */
const registry = (entry: Schema): Schema => ({
  type: 'object',
  additionalProperties: false,
  patternProperties: { '^[a-z][a-z0-9]*(\\.[a-z][a-z0-9_]*)+$': { type: 'array', minItems: 1, items: entry } },
});

const entity = { version, 'spec?': url, 'schema?': url, 'id?': text, 'config?': { type: 'object' } };
const capability = table({ ...entity, 'extends?': text });
const handler = table({ ...entity, id: text });
const advertised = table({ ...entity, spec: url, schema: url, 'extends?': text });
const service = table({
  version,
  spec: url,
  transport: one('rest', 'mcp', 'a2a', 'embedded'),
  endpoint: url,
  'schema?': url,
});

const total = table({
  type: one('items_discount', 'subtotal', 'discount', 'fulfillment', 'tax', 'fee', 'total'),
  'display_text?': text,
  amount: whole,
});
const item = table({ id: text, title: text, price: whole, 'image_url?': url });
const address = table({
  'extended_address?': text,
  'street_address?': text,
  'address_locality?': text,
  'address_region?': text,
  'address_country?': text,
  'postal_code?': text,
  'first_name?': text,
  'last_name?': text,
  'phone_number?': text,
});
const words = {
  'path?': { type: 'string', pattern: '^\\$\\.' },
  'content_type?': one('plain', 'markdown'),
  content: text,
};
const message: Schema = {
  anyOf: [
    table({
      type: { const: 'error' },
      code: text,
      severity: one('recoverable', 'requires_buyer_input', 'requires_buyer_review'),
      ...words,
    }),
    table({ type: { const: 'warning' }, code: text, ...words }),
    table({ type: { const: 'info' }, 'code?': text, ...words }),
  ],
};
const option = table({
  id: text,
  title: text,
  'description?': text,
  'carrier?': text,
  'earliest_fulfillment_time?': time,
  'latest_fulfillment_time?': time,
  totals: list(total),
});
const method = table({
  id: text,
  type: one('shipping', 'pickup'),
  line_item_ids: list(text),
  'destinations?': list(table({ id: text, name: text, 'address?': address })),
  'selected_destination_id?': orNull,
  'groups?': list(
    table({ id: text, line_item_ids: list(text), 'options?': list(option), 'selected_option_id?': orNull }),
  ),
});
const applied = table({
  'code?': text,
  title: text,
  amount: whole,
  'automatic?': bool,
  'method?': one('each', 'across'),
  'priority?': whole,
  'allocations?': list(table({ path: text, amount: whole })),
});
const consent = table({ 'analytics?': bool, 'preferences?': bool, 'marketing?': bool, 'sale_of_data?': bool });

const checkout = table({
  ucp: table({
    version,
    'services?': registry(service),
    'capabilities?': registry(capability),
    payment_handlers: registry(handler),
  }),
  id: text,
  line_items: list(table({ id: text, item, quantity: whole, totals: list(total), 'parent_id?': text })),
  'buyer?': table({
    'first_name?': text,
    'last_name?': text,
    'email?': text,
    'phone_number?': text,
    'consent?': consent,
  }),
  status: one(
    'incomplete',
    'requires_escalation',
    'ready_for_complete',
    'complete_in_progress',
    'completed',
    'canceled',
  ),
  currency: { type: 'string', pattern: '^[A-Z]{3}$' },
  totals: list(total),
  'messages?': list(message),
  links: list(table({ type: text, url, 'title?': text })),
  'expires_at?': time,
  'continue_url?': url,
  'order?': table({ id: text, permalink_url: url }),
  'discounts?': table({ 'codes?': list(text), 'applied?': list(applied) }),
  'fulfillment?': table({ 'methods?': list(method) }),
});
const quantities = list(table({ id: text, quantity: whole }));
const orderFields = {
  ucp: table({ version, 'capabilities?': registry(capability) }),
  id: text,
  checkout_id: text,
  permalink_url: url,
  line_items: list(
    table({
      id: text,
      item,
      quantity: table({ total: whole, fulfilled: whole }),
      totals: list(total),
      status: one('processing', 'partial', 'fulfilled'),
      'parent_id?': text,
    }),
  ),
  fulfillment: table({
    'expectations?': list(
      table({
        id: text,
        line_items: quantities,
        method_type: one('shipping', 'pickup', 'digital'),
        destination: address,
        'description?': text,
        'fulfillable_on?': text,
      }),
    ),
    'events?': list(table({ id: text, occurred_at: time, type: text, line_items: quantities, 'description?': text })),
  }),
  'adjustments?': list(
    table({
      id: text,
      type: text,
      occurred_at: time,
      status: one('pending', 'completed', 'failed'),
      'line_items?': quantities,
      'amount?': whole,
      'description?': text,
    }),
  ),
  totals: list(total),
};
const fault = table({
  'ucp?': table({ version }),
  status: one('incomplete', 'requires_escalation'),
  messages: list(message),
  'continue_url?': url,
});
const profile = table({
  ucp: table({
    version,
    services: registry(service),
    capabilities: registry(advertised),
    payment_handlers: registry(table({ ...entity, id: text, spec: url, schema: url })),
  }),
  signing_keys: list(
    table({
      kid: text,
      kty: { const: 'EC' },
      crv: { const: 'P-256' },
      x: text,
      y: text,
      use: { const: 'sig' },
      alg: { const: 'ES256' },
    }),
  ),
});

const SHAPES = {
  profile,
  checkout,
  order: table(orderFields),
  event: table({ ...orderFields, event_id: text, created_time: time }),
  fault,
} as const;

const ajv = new Ajv({ allErrors: true, strict: false });
formats.default(ajv);
const validators = Object.fromEntries(Object.entries(SHAPES).map(([name, shape]) => [name, ajv.compile(shape)]));

/** @returns what is wrong with it: a path and a sentence each */
export function faultsOfShape(name: keyof typeof SHAPES, value: unknown): readonly string[] {
  const validate = validators[name];
  if (validate === undefined || validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
