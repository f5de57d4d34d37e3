/**
 * The schema, second part: customers, what was agreed with them, what leaves the shop; and who may see what: a transaction that works for a
 * shop has the role `comptoir_shop`, and row security shows it the rows of that shop alone.
 * Source: docs/reference/shop.md, the schema.   Floor: shop database.
 */

/** All tables of a shop: row security is on for each. */
const OF_A_SHOP = [
  'shop',
  'item',
  'stock_event',
  'hold',
  'promotion',
  'promotion_use',
  'till',
  'pairing_code',
  'reader',
  'sale',
  'sale_line',
  'tender',
  'selection_record',
  'refund',
  'shop_event',
  'pickup_slot',
  'customer_order',
  'order_event',
  'gift_card',
  'gift_event',
  'pairwise_id',
  'consent_receipt',
  'customer_fact',
  'session',
  'idempotency',
  'outbox',
  'sharing',
];

export const SCHEMA_1_CUSTOMERS: string = `
create table pairwise_id (
  shop_id text not null references shop,
  kind text not null check (kind in ('account', 'reference')),
  value_hash text not null,
  customer_id text not null,
  primary key (shop_id, kind, value_hash)
);
create index pairwise_by_customer on pairwise_id (shop_id, customer_id);
create table consent_receipt (
  shop_id text not null references shop,
  receipt_id text not null,
  customer_id text not null,
  purposes jsonb not null,
  given_ms bigint not null,
  expires_ms bigint not null,
  withdrawn_ms bigint,
  detail jsonb not null,
  primary key (shop_id, receipt_id)
);
create index consent_by_customer on consent_receipt (shop_id, customer_id);
create table customer_fact (
  shop_id text not null references shop,
  fact_id bigint generated always as identity,
  customer_id text not null,
  purpose text not null,
  at_ms bigint not null,
  detail jsonb not null,
  primary key (shop_id, fact_id)
);
create index fact_by_customer on customer_fact (shop_id, customer_id, purpose);
create table session (
  shop_id text not null references shop,
  session_id text not null,
  customer_id text,
  account jsonb,
  basket jsonb not null,
  language text not null,
  expires_ms bigint not null,
  primary key (shop_id, session_id)
);
create index session_by_end on session (shop_id, expires_ms);
create table idempotency (
  shop_id text not null,
  actor text not null,
  operation text not null,
  key text not null,
  body_hash text not null,
  answer jsonb,
  at_ms bigint not null,
  primary key (shop_id, actor, operation, key)
);
create table outbox (
  shop_id text not null references shop,
  event_id bigint generated always as identity,
  at_ms bigint not null,
  topic text not null,
  body jsonb not null,
  sent_ms bigint,
  primary key (shop_id, event_id)
);
create index outbox_unsent on outbox (shop_id, event_id) where sent_ms is null;
create table sharing (
  shop_id text not null references shop,
  field text not null,
  since_ms bigint not null,
  primary key (shop_id, field)
);
create table market_listing (
  shop_id text not null,
  field text not null,
  body jsonb not null,
  received_ms bigint not null,
  primary key (shop_id, field)
);
create table market_received (
  shop_id text not null,
  event_id bigint not null,
  field text not null,
  body jsonb not null,
  received_ms bigint not null,
  primary key (shop_id, event_id)
);
do $$
begin
  create role comptoir_shop nologin;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
begin
  execute format('grant comptoir_shop to %I', current_user);
exception when others then null;
end $$;
grant usage on schema public to comptoir_shop;
grant usage on all sequences in schema public to comptoir_shop;
${OF_A_SHOP.map(
  (table) => `alter table ${table} enable row level security;
create policy of_the_shop on ${table} using (shop_id = current_setting('comptoir.shop', true));
grant select, insert, update, delete on ${table} to comptoir_shop;
`,
).join('')}
`;
