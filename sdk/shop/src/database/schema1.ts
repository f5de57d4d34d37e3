/**
 * The schema, first part: shops, goods, sales, orders. Each table begins its primary key with `shop_id`, so a shop is whole in one
 * database. Amounts are minor units, times Unix milliseconds.
 * Source: docs/reference/shop.md, the schema.   Floor: shop database.
 */
export const SCHEMA_1 = `
create table shop (
  shop_id text primary key,
  name text not null,
  address jsonb not null,
  contact text not null,
  jurisdiction text not null,
  latitude int not null,
  longitude int not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone text not null,
  merchant text not null,
  vat_number text,
  coupon_policy text not null check (coupon_policy in ('single', 'perSource', 'all')),
  revision bigint not null default 1,
  receipts bigint not null default 0,
  signing_key bytea not null,
  pairwise_key bytea not null
);
create table item (
  shop_id text not null references shop,
  sku text not null,
  position bigint generated always as identity,
  name jsonb not null,
  description jsonb not null,
  category text not null,
  gtin text,
  price bigint not null check (price >= 0),
  vat int not null check (vat between 0 and 10000),
  is_gift_card boolean not null,
  on_hand bigint not null default 0,
  reserved bigint not null default 0 check (reserved >= 0),
  primary key (shop_id, sku)
);
create table stock_event (
  shop_id text not null,
  event_id bigint generated always as identity,
  at_ms bigint not null,
  sku text not null,
  kind text not null check (kind in
    ('delivery', 'breakage', 'count', 'returned', 'sale', 'reserve', 'release', 'expire')),
  delta bigint not null,
  reserved_delta bigint not null,
  about text not null,
  primary key (shop_id, event_id),
  foreign key (shop_id, sku) references item
);
create index stock_event_by_item on stock_event (shop_id, sku);
create function stock_is_a_sum() returns trigger language plpgsql as $$
begin
  update item set on_hand = on_hand + new.delta, reserved = reserved + new.reserved_delta
    where shop_id = new.shop_id and sku = new.sku;
  return new;
end $$;
create trigger stock_sum after insert on stock_event for each row execute function stock_is_a_sum();
create function never_changed() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are added and never changed', tg_table_name;
end $$;
create trigger stock_event_stays before update or delete on stock_event for each row execute function never_changed();
create table hold (
  shop_id text not null,
  hold_id text not null,
  sku text not null,
  qty bigint not null check (qty > 0),
  expires_ms bigint not null,
  primary key (shop_id, hold_id, sku),
  foreign key (shop_id, sku) references item
);
create index hold_by_end on hold (shop_id, expires_ms);
create table promotion (
  shop_id text not null references shop,
  promotion_id text not null,
  position bigint generated always as identity,
  name jsonb not null,
  rule jsonb not null,
  code text,
  from_ms bigint,
  until_ms bigint,
  primary key (shop_id, promotion_id)
);
create unique index promotion_by_code on promotion (shop_id, code);
create table promotion_use (
  shop_id text not null references shop,
  serial text not null,
  about text not null,
  primary key (shop_id, serial)
);
create table till (
  shop_id text not null references shop,
  till_id text not null,
  name text not null,
  key_hash text not null unique,
  paired_ms bigint not null,
  primary key (shop_id, till_id)
);
create table pairing_code (
  shop_id text not null references shop,
  code_hash text not null unique,
  expires_ms bigint not null,
  primary key (shop_id, code_hash)
);
create table reader (
  shop_id text not null references shop,
  reader_id text not null,
  first_ms bigint not null,
  last_ms bigint not null,
  primary key (shop_id, reader_id)
);
create table sale (
  shop_id text not null references shop,
  sale_key text not null,
  receipt_number text not null,
  channel text not null check (channel in ('counter', 'web')),
  till_id text,
  order_number text,
  status text not null check (status in ('paid', 'stored', 'settled', 'declined-later')),
  sold_ms bigint not null,
  recorded_ms bigint not null,
  day text not null,
  hour int not null,
  total bigint not null check (total >= 0),
  tip bigint not null check (tip >= 0),
  discounts jsonb not null,
  vat jsonb not null,
  account_token text,
  primary key (shop_id, sale_key)
);
create unique index sale_by_receipt on sale (shop_id, receipt_number);
create index sale_by_day on sale (shop_id, day);
create table sale_line (
  shop_id text not null,
  sale_key text not null,
  line int not null,
  sku text not null,
  qty bigint not null,
  unit bigint not null,
  discount bigint not null,
  detail jsonb not null,
  primary key (shop_id, sale_key, line),
  foreign key (shop_id, sale_key) references sale
);
create table tender (
  shop_id text not null,
  sale_key text not null,
  position int not null,
  kind text not null,
  label text not null,
  amount bigint not null,
  detail jsonb not null,
  primary key (shop_id, sale_key, position),
  foreign key (shop_id, sale_key) references sale
);
create table selection_record (
  shop_id text not null,
  sale_key text not null,
  reader_id text,
  record bytea not null,
  primary key (shop_id, sale_key),
  foreign key (shop_id, sale_key) references sale
);
create table refund (
  shop_id text not null,
  refund_key text not null,
  sale_key text not null,
  receipt_number text not null,
  amount bigint not null,
  parts jsonb not null,
  lines jsonb not null,
  refunded_ms bigint not null,
  day text not null,
  primary key (shop_id, refund_key),
  foreign key (shop_id, sale_key) references sale
);
create index refund_by_sale on refund (shop_id, sale_key);
create index refund_by_day on refund (shop_id, day);
create table shop_event (
  shop_id text not null references shop,
  event_id bigint generated always as identity,
  at_ms bigint not null,
  kind text not null check (kind in ('oversold', 'reservation-expired', 'order-expired')),
  sku text,
  qty bigint,
  about text,
  day text not null,
  primary key (shop_id, event_id)
);
create trigger shop_event_stays before update or delete on shop_event for each row execute function never_changed();
create table pickup_slot (
  shop_id text not null references shop,
  from_ms bigint not null,
  until_ms bigint not null check (until_ms > from_ms),
  capacity int not null check (capacity > 0),
  taken int not null default 0 check (taken between 0 and capacity),
  primary key (shop_id, from_ms)
);
create table customer_order (
  shop_id text not null references shop,
  number text not null,
  customer_id text,
  session_id text,
  customer_name text not null,
  language text not null,
  slot_ms bigint not null,
  hold_id text not null,
  status text not null check (status in ('placed', 'paying', 'paid', 'ready', 'handed-over', 'cancelled', 'expired')),
  placed_ms bigint not null,
  expires_ms bigint not null,
  total bigint not null check (total >= 0),
  priced jsonb not null,
  pickup_code text not null,
  pay_key text not null,
  sale_key text,
  primary key (shop_id, number),
  foreign key (shop_id, slot_ms) references pickup_slot
);
create index order_by_status on customer_order (shop_id, status);
create table order_event (
  shop_id text not null,
  event_id bigint generated always as identity,
  number text not null,
  status text not null,
  at_ms bigint not null,
  actor text not null,
  primary key (shop_id, event_id),
  foreign key (shop_id, number) references customer_order
);
create index order_event_by_order on order_event (shop_id, number);
create trigger order_event_stays before update or delete on order_event for each row execute function never_changed();
create table gift_card (
  shop_id text not null references shop,
  gift_id text not null,
  currency text not null,
  expires_ms bigint,
  primary key (shop_id, gift_id)
);
create table gift_event (
  shop_id text not null,
  event_id bigint generated always as identity,
  gift_id text not null,
  at_ms bigint not null,
  kind text not null check (kind in ('issue', 'load', 'hold', 'capture', 'release', 'refund')),
  amount bigint not null check (amount >= 0),
  sale_key text not null,
  primary key (shop_id, event_id),
  foreign key (shop_id, gift_id) references gift_card
);
create unique index gift_event_once on gift_event (shop_id, gift_id, sale_key, kind);
create index gift_event_by_sale on gift_event (shop_id, sale_key);
create trigger gift_event_stays before update or delete on gift_event for each row execute function never_changed();
`;
