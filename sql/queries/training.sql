-- name: settle_days()!
-- Adds up the marks that batches of events have left.
with gone as (
    delete from event_mark returning tenant_id, day, events
)
insert into event_day as d (tenant_id, day, version, events)
select tenant_id, day, count(*), sum(events) from gone join tenant using (tenant_id) group by tenant_id, day
on conflict (tenant_id, day) do update set version = d.version + excluded.version, events = d.events + excluded.events;

-- name: read_days(tenant_id)
-- The days of which there are events, as long as their partition stands.
select day, version, events
from event_day
where tenant_id = :tenant_id and to_regclass('event_' || to_char(day, 'YYYYMMDD')) is not null
order by day;

-- name: count_forgotten(tenant_id)
select count(*) as times from erasure_receipt where tenant_id = :tenant_id;

-- name: events(tenant_id, types, weights, half_lives, since, until)
-- What teaches taste, with its weight: telling events on a product, by whom, in which order; and what was searched for before.
-- Previews, crawlers and tests teach nothing; of an order that was told in more than one way that counts which the order goes by.
select coalesce('s:' || e.session_id, 'u:' || e.user_id, 'v:' || e.visitor_id, 'u:' || e.claimed_user_id) as owner,
       extract(epoch from e.happened_at)::float8 as moment, e.type = 'purchase' as bought, w.weight, e.product_id, e.order_id,
       e.market_id, e.event_id, e.line, case when e.type = 'search' then e.search_term end as term, w.half_life
from event e
left join unnest(:types::text[], :weights::float8[], :half_lives::float8[]) as w (type, weight, half_life)
       on w.type = e.type and e.product_id is not null
where e.tenant_id = :tenant_id and e.scope <> 'PREVIEW' and e.apart is null and e.happened_at >= :since and e.happened_at < :until
  and (w.weight is not null or e.type = 'search' and e.search_term is not null)
  and not (e.type = 'purchase' and e.order_id is not null and exists (
      select from told_twice t
      where t.tenant_id = e.tenant_id and t.order_key = 'o:' || e.order_id
        and t.way <> case when e.scope = 'STOREFRONT' then 2 else 0 end + case when e.whole then 0 else 1 end));

-- name: read_state(tenant_id)
-- What there is to learn from, as a text that differs when it does: events, products, offers, categories, what events weigh.
select concat_ws('/',
    (select sum(version) from event_day where tenant_id = :tenant_id),
    (select concat_ws('.', count(*), extract(epoch from max(updated_at))) from product where tenant_id = :tenant_id),
    (select concat_ws('.', count(*), sum(coalesce(sale_price_minor, price_minor))) from product_market where tenant_id = :tenant_id),
    (select concat_ws('.', count(*), sum(hashtext(category_id || name || coalesce(parent_id, ''))))
     from category where tenant_id = :tenant_id),
    (select string_agg(concat_ws('.', name, weight, half_life_days), ' ' order by name)
     from event_type where tenant_id = :tenant_id)) as state;

-- name: note_try(tenant_id, began_at, state)!
insert into training (tenant_id, began_at, state) values (:tenant_id, :began_at, :state)
on conflict (tenant_id) do update set began_at = excluded.began_at, state = excluded.state;

-- name: read_waiting(again)
-- The tenants with products whose last try is older than they want, or, where it failed, older than :again minutes; the longest wait first.
select t.tenant_id, last.state
from tenant t
left join training last using (tenant_id)
where exists (select from product p where p.tenant_id = t.tenant_id)
  and (last.began_at is null
       or last.began_at <= now() - make_interval(mins => case when last.state is null then least(t.release_minutes, :again::int)
                                                             else t.release_minutes end))
order by last.began_at nulls first, t.tenant_id;

-- name: products(tenant_id)
-- What may be recommended, with the words and the price that say what it resembles: yes and no are no words. The price is that of its
-- first market.
select p.product_id, case when p.title = p.product_id then null else p.title end as title, p.brand,
       concat_ws(' ', p.genre, p.item_type, left((
           select string_agg(value #>> '{}', ' ') from jsonb_path_query(p.attributes, '$.*[*] ? (@.type() != "boolean")') as value), 1000)) as traits,
       to_jsonb(p.category_ids) as category_ids,
       not p.hidden and m.market_id is not null as showable, m.market_id, m.price,
       p.rating, p.review_count
from product p
left join lateral (
    select market_id, coalesce(sale_price_minor, price_minor) as price
    from product_market
    where tenant_id = p.tenant_id and product_id = p.product_id
    order by market_id
    limit 1
) m on true
where p.tenant_id = :tenant_id;

-- name: categories(tenant_id)
select category_id, name, parent_id from category where tenant_id = :tenant_id;
