-- name: try_lock(key)
-- One trainer a database; the lock goes with its connection.
select pg_try_advisory_lock(:key) as locked;

-- name: events(tenant_id, types, weights)
-- What teaches taste, with its weight: telling events on a product, by whom, in which order; and what was searched for before.
-- Previews teach nothing.
select coalesce('s:' || e.session_id, 'u:' || e.user_id, 'v:' || e.visitor_id, 'u:' || e.claimed_user_id) as owner,
       extract(epoch from e.happened_at)::float8 as moment, e.type = 'purchase' as bought, w.weight, e.product_id, e.order_id,
       e.market_id, e.event_id, e.line, case when e.type = 'search' then e.search_term end as term
from event e
left join unnest(:types::text[], :weights::float8[]) as w (type, weight) on w.type = e.type and e.product_id is not null
where e.tenant_id = :tenant_id and e.scope <> 'PREVIEW'
  and (w.weight is not null or e.type = 'search' and e.search_term is not null);

-- name: products(tenant_id)
-- What may be recommended, with the words and the price that say what it resembles. The price is that of its first market.
select p.product_id, case when p.title = p.product_id then null else p.title end as title, p.brand,
       concat_ws(' ', p.genre, p.item_type, left((
           select string_agg(value #>> '{}', ' ') from jsonb_path_query(p.attributes, '$.*[*]') as value), 1000)) as traits,
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
