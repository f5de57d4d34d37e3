/**
 * The third schema: a key for each tender and what became of it, and gift value whose sum the database itself keeps, never below zero.
 * Source: docs/reference/shop.md, the schema; decisions 72 and 73.   Floor: shop database.
 */
export const SCHEMA_3: string = `
alter table tender add column pay_key text;
alter table tender add column state text not null default 'taken' check (state in ('taken', 'stored', 'settled', 'declined', 'lost'));
alter table tender add column owed bigint not null default 0 check (owed between 0 and amount);
update tender set pay_key = sale_key;
update tender t set state = 'stored' from sale s
  where s.shop_id = t.shop_id and s.sale_key = t.sale_key and s.status = 'stored' and t.kind = 'bank';
alter table tender alter column pay_key set not null;
create index tender_by_key on tender (shop_id, pay_key);
create index tender_owed on tender (shop_id) where state = 'stored' or owed > 0;
alter table refund add column gifts_revoked bigint not null default 0;
alter table refund add column gifts_spent bigint not null default 0;
alter table shop_event drop constraint shop_event_kind_check;
alter table shop_event add check (kind in
  ('oversold', 'reservation-expired', 'order-expired', 'declined-later', 'gift-spent', 'gift-hold-expired'));
alter table gift_card add column on_card text;
alter table gift_card add column free bigint not null default 0 check (free >= 0);
create unique index gift_by_card on gift_card (shop_id, on_card);
alter table gift_event disable trigger gift_event_stays;
alter table gift_event add column part text not null default '';
drop index gift_event_once;
update gift_event back set sale_key = taken.sale_key, part = substr(back.sale_key, length(taken.sale_key) + 2) from gift_event taken
  where back.kind = 'refund' and taken.kind = 'capture' and taken.shop_id = back.shop_id and taken.gift_id = back.gift_id
    and starts_with(back.sale_key, taken.sale_key || '/');
alter table gift_event enable trigger gift_event_stays;
create unique index gift_event_once on gift_event (shop_id, gift_id, sale_key, kind, part);
alter table gift_event drop constraint gift_event_kind_check;
alter table gift_event add check (kind in ('issue', 'load', 'hold', 'capture', 'release', 'refund', 'revoke'));
update gift_card card set free = coalesce((select sum(case when kind in ('issue', 'load', 'release', 'refund') then amount
    when kind = 'hold' then -amount else 0 end) from gift_event one where one.shop_id = card.shop_id and one.gift_id = card.gift_id), 0);
create function gift_is_a_sum() returns trigger language plpgsql as $$
begin
  update gift_card set free = free + case when new.kind in ('issue', 'load', 'release', 'refund') then new.amount
      when new.kind in ('hold', 'revoke') then -new.amount else 0 end
    where shop_id = new.shop_id and gift_id = new.gift_id;
  return new;
end $$;
create trigger gift_sum after insert on gift_event for each row execute function gift_is_a_sum();
`;
