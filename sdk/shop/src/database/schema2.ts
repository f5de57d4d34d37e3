/**
 * The second migration: which platform an order came from, and what it's told; what waits in the outbox for another try; figures of the
 * marketplace, once they were told.
 * Source: docs/reference/shop.md, the schema; decisions 74 and 75.   Floor: shop database.
 */
const OF_A_SHOP = ['order_platform'];

export const SCHEMA_2: string = `
create table order_platform (
  shop_id text not null,
  number text not null,
  checkout_id text not null,
  profile text not null,
  origin text not null,
  primary key (shop_id, number),
  foreign key (shop_id, number) references customer_order
);
delete from outbox where topic = 'sale';
alter table outbox add column tries int not null default 0;
alter table outbox add column next_ms bigint not null default 0;
create function tell_platform(of_shop text, of_order text, ms bigint, why text) returns void language sql as $$
  insert into outbox (shop_id, at_ms, topic, body)
    select shop_id, ms, 'ucp', jsonb_build_object('number', number, 'why', why) from order_platform
    where shop_id = of_shop and number = of_order;
$$;
create function order_tells() returns trigger language plpgsql as $$
begin
  perform tell_platform(new.shop_id, new.number, new.at_ms, new.status);
  return new;
end $$;
create trigger order_event_told after insert on order_event for each row execute function order_tells();
create function refund_tells() returns trigger language plpgsql as $$
begin
  perform tell_platform(new.shop_id, order_number, new.refunded_ms, 'refund') from sale
    where sale.shop_id = new.shop_id and sale.sale_key = new.sale_key and order_number is not null;
  return new;
end $$;
create trigger refund_told after insert on refund for each row execute function refund_tells();
create table market_figure (
  day text not null,
  body jsonb not null,
  told_ms bigint not null,
  primary key (day)
);
${OF_A_SHOP.map(
  (table) => `alter table ${table} enable row level security;
create policy of_the_shop on ${table} using (shop_id = current_setting('comptoir.shop', true));
grant select, insert, update, delete on ${table} to comptoir_shop;
`,
).join('')}
`;
