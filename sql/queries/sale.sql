-- name: enter(tenant_id)!
-- Keeps what was told of orders, and notes which orders it was told of.
with told_of as (
    select coalesce('o:' || order_id, 'e:' || event_id) as order_key, *
    from told
    where type = 'purchase' and product_id is not null or type = 'refund' and order_id is not null
), entered as (
    insert into order_entry (tenant_id, order_key, kind, trusted, whole, event_id, line, happened_at, product_id, quantity,
                             unit_price_minor, currency, session_id, user_id, visitor_id, recommendation_id)
    select :tenant_id, order_key, type, trusted, whole, event_id, line, happened_at, product_id, coalesce(quantity, 1),
           unit_price_minor, currency, session_id, user_id, visitor_id, recommendation_id
    from told_of
    on conflict do nothing
)
insert into dirty_order select distinct order_key from told_of;

-- name: read_dirty()
select distinct order_key from dirty_order order by order_key;

-- name: read_entries(tenant_id, order_keys)
-- Everything that was told of these orders, order by order.
select order_key, kind, trusted, whole, event_id, line, happened_at, product_id, quantity, unit_price_minor, currency, session_id,
       user_id, visitor_id, recommendation_id
from order_entry
where tenant_id = :tenant_id and order_key = any (:order_keys::text[])
order by order_key;

-- name: settle_told_twice(tenant_id, order_keys, ways)!
-- Which of these orders were told in several ways, and the way that counts; null: in one. The days of an order of which that has changed
-- are marked: what is learnt from them is another now.
with settled as materialized (
    select order_key, way from unnest(:order_keys::text[], :ways::smallint[]) as each (order_key, way)
), changed as materialized (
    select settled.order_key, settled.way
    from settled left join told_twice t on t.tenant_id = :tenant_id and t.order_key = settled.order_key
    where t.way is distinct from settled.way
), marked as (
    insert into event_mark (tenant_id, day, events)
    select distinct :tenant_id, (happened_at at time zone 'UTC')::date, 0
    from changed join order_entry e on e.tenant_id = :tenant_id and e.order_key = changed.order_key and e.kind = 'purchase'
), dropped as (
    delete from told_twice t using changed
    where t.tenant_id = :tenant_id and t.order_key = changed.order_key and changed.way is null
)
insert into told_twice (tenant_id, order_key, way)
select :tenant_id, order_key, way from changed where way is not null
on conflict (tenant_id, order_key) do update set way = excluded.way;

-- name: drop_told_twice(tenant_id)!
-- Of orders that nothing is told of any more.
delete from told_twice t
where t.tenant_id = :tenant_id
  and not exists (select from order_entry e where e.tenant_id = t.tenant_id and e.order_key = t.order_key);

-- name: hear_carts(tenant_id)!
-- The shop and a browser may have used the same id.
insert into heard_conversion
select :tenant_id, case when trusted then 'c:' else 'b:' end || event_id, event_id, line, 'CART', whole, happened_at, product_id, coalesce(quantity, 1), 0, unit_price_minor,
       currency, session_id, user_id, null, visitor_id, recommendation_id
from told
where type = 'add_to_cart' and product_id is not null;

-- name: note_before(tenant_id)!
-- What stood of these orders and carts until now, and what was wanted by those who are another now.
insert into before_conversion
select c.*
from (select order_key from dirty_order union select order_key from heard_conversion) as k
join conversion c on c.tenant_id = :tenant_id and c.order_key = k.order_key
union
select c.*
from relinked_session r join conversion c on c.tenant_id = :tenant_id and c.session_id = r.session_id
union
select c.*
from relinked_user r join conversion c on c.tenant_id = :tenant_id and c.told_user_id = r.user_id;

-- name: note_after()!
-- What stands of them from now on.
insert into after_conversion
select tenant_id, order_key, event_id, line, kind, whole, happened_at, product_id, quantity, refunded, unit_price_minor, currency,
       session_id, told_user_id, user_of(tenant_id, session_id, told_user_id, happened_at), visitor_id, recommendation_id
from (
    table heard_conversion
    union all
    select * from before_conversion b
    where not exists (select from dirty_order d where d.order_key = b.order_key)
      and not exists (select from heard_conversion h where h.order_key = b.order_key)
) as each;

-- name: note_changed()!
insert into dirty_conversion
select distinct order_key, event_id, line
from ((table before_conversion except table after_conversion) union all (table after_conversion except table before_conversion)) as changed;

-- name: take_before(tenant_id)!
delete from conversion c
using dirty_conversion d
where c.tenant_id = :tenant_id and c.order_key = d.order_key and c.event_id = d.event_id and c.line = d.line;

-- name: put_after()!
insert into conversion
select a.* from after_conversion a join dirty_conversion d using (order_key, event_id, line);
