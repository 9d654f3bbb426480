-- What happened, for those who ask in SQL: dbt, Metabase, Grafana. The names are a promise (docs/reference/analytics.md): columns may
-- come, none goes. Every view has the tenant first, and is read with the rights of its owner, so that a reader needs none on the tables.
create schema analytics;

-- Which tenants a role may see in these views; a role that is not listed sees all. No foreign key: a tenant that goes must not make a
-- role one that sees all.
create table analytics_reader (
    role_name text   primary key,
    tenants   text[] not null
);

-- The tenants that are read: those of the role that has logged in, and of them the one that the setting endcap.tenant names; null = all.
create function analytics.readable_tenants() returns text[] language sql stable security definer set search_path = public, pg_temp as $$
    select case when wanted is null then allowed
                when allowed is null or wanted = any (allowed) then array[wanted]
                else '{}' end
    from (select (select tenants from analytics_reader where role_name = session_user) as allowed,
                 nullif(current_setting('endcap.tenant', true), '') as wanted) as asked
$$;

-- How many decimals a currency has (ISO 4217).
create function analytics.decimals(currency text) returns int language sql immutable parallel safe as $$
    select case
        when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
                          'XPF') then 0
        when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
        when currency in ('CLF', 'UYW') then 4
        else 2 end
$$;

-- An amount as people write it: 1999 of EUR is 19.99.
create function analytics.in_units(minor numeric, currency text) returns numeric language sql immutable parallel safe as $$
    select round(minor / 10::numeric ^ analytics.decimals(currency), analytics.decimals(currency))
$$;

-- ---- the shop -------------------------------------------------------------------------------------------------------------------

create view analytics.products with (security_barrier) as
select p.tenant_id, m.market_id, p.product_id, coalesce(m.title, p.title) as title, p.brand, p.group_id, p.sku,
       p.category_ids[1] as category_id, c.name as category, k.currency, analytics.in_units(m.price_minor, k.currency) as price,
       analytics.in_units(m.sale_price_minor, k.currency) as sale_price, m.available, m.quantity, p.hidden, p.rating, p.review_count,
       m.first_seen
from product p
join product_market m using (tenant_id, product_id)
join market k using (tenant_id, market_id)
left join category c on c.tenant_id = p.tenant_id and c.category_id = p.category_ids[1]
where (select analytics.readable_tenants()) is null or p.tenant_id = any ((select analytics.readable_tenants())::text[]);

-- ---- what happened --------------------------------------------------------------------------------------------------------------

-- A row an event; of an order told whole the products are in order_lines.
create view analytics.events with (security_barrier) as
select e.tenant_id, e.event_id, e.type, e.happened_at, e.received_at, e.session_id, e.user_id, e.visitor_id, e.market_id, e.channel,
       e.scope, e.apart, case when not e.whole then e.product_id end as product_id, case when not e.whole then e.quantity end as quantity,
       case when not e.whole then analytics.in_units(e.unit_price_minor, e.currency) end as unit_price, e.currency, e.order_id,
       e.recommendation_id, e.view_id, e.list_id, e.placement_id, e.position, e.search_term, e.category_id, e.value, e.properties
from event e
where e.line = 0
  and ((select analytics.readable_tenants()) is null or e.tenant_id = any ((select analytics.readable_tenants())::text[]));

-- A row an answer that was served.
create view analytics.views with (security_barrier) as
select v.tenant_id, v.view_id, v.served_at, v.page ->> 'type' as page_type, v.market_id, v.locale, v.channel, v.session_id, v.user_id,
       v.visitor_id, v.release_id, jsonb_array_length(v.lists) as lists,
       (select coalesce(sum(jsonb_array_length(list -> 'products')), 0) from jsonb_array_elements(v.lists) as list) as products
from served_view v
where not v.preview
  and ((select analytics.readable_tenants()) is null or v.tenant_id = any ((select analytics.readable_tenants())::text[]));

-- A row a product that was shown, with the id by which it comes back in events.
create view analytics.served_recommendations with (security_barrier) as
select v.tenant_id, v.view_id, recommendation_of(v.view_id, list.number::int, 0) as list_id,
       recommendation_of(v.view_id, list.number::int, shown.place::int) as recommendation_id, v.served_at, v.market_id, v.locale, v.channel,
       v.session_id, v.user_id, v.visitor_id, v.release_id, list.told ->> 'placement' as placement_id, (shown.place - 1)::int as position,
       shown.product_id, coalesce(list.told -> 'strategies' ->> (shown.place - 1)::int, list.told ->> 'strategy') as strategy,
       list.told -> 'levels' ->> (shown.place - 1)::int as level, list.told -> 'rules' ->> (shown.place - 1)::int as rule_id,
       list.told ->> 'variant' as variant
from served_view v
cross join lateral jsonb_array_elements(v.lists) with ordinality as list (told, number)
cross join lateral jsonb_array_elements_text(list.told -> 'products') with ordinality as shown (product_id, place)
where not v.preview
  and ((select analytics.readable_tenants()) is null or v.tenant_id = any ((select analytics.readable_tenants())::text[]));

-- A row a recommendation that was seen, at its first sight; and one that was clicked, at its first click.
create view analytics.impressions with (security_barrier) as
select t.tenant_id, t.recommendation_id, view_of(t.recommendation_id) as view_id, t.served_at, t.happened_at, t.product_id, t.placement_id,
       t.strategy, t.level, t.rule_id, t.release_id, t.variant, t.channel, t.market_id, t.session_id, t.user_id, t.visitor_id
from touch t
where t.kind = 'impression' and t.known
  and ((select analytics.readable_tenants()) is null or t.tenant_id = any ((select analytics.readable_tenants())::text[]));

create view analytics.clicks with (security_barrier) as
select t.tenant_id, t.recommendation_id, view_of(t.recommendation_id) as view_id, t.served_at, t.happened_at, t.product_id, t.placement_id,
       t.strategy, t.level, t.rule_id, t.release_id, t.variant, t.channel, t.market_id, t.session_id, t.user_id, t.visitor_id
from touch t
where t.kind = 'click' and t.known
  and ((select analytics.readable_tenants()) is null or t.tenant_id = any ((select analytics.readable_tenants())::text[]));

-- ---- orders as they stand ---------------------------------------------------------------------------------------------------------

-- A row a line that was bought, after refunds. `order_key` is the order's in every view; `order_id` the shop's, where it told one.
create view analytics.order_lines with (security_barrier) as
select c.tenant_id, c.order_key, case when c.order_key like 'o:%' then substr(c.order_key, 3) end as order_id, c.event_id, c.line,
       c.happened_at as ordered_at, c.product_id, c.quantity, c.refunded, c.quantity - c.refunded as net_quantity,
       analytics.in_units(c.unit_price_minor, c.currency) as unit_price,
       analytics.in_units((c.quantity - c.refunded)::numeric * c.unit_price_minor, c.currency) as net_revenue, c.currency, c.session_id,
       c.user_id, c.visitor_id
from conversion c
where c.kind = 'ORDER'
  and ((select analytics.readable_tenants()) is null or c.tenant_id = any ((select analytics.readable_tenants())::text[]));

-- A row an order. One in several currencies has no revenue of its own: add up its lines by currency.
create view analytics.orders with (security_barrier) as
select tenant_id, order_key, order_id, min(ordered_at) as ordered_at, count(*) as lines, sum(quantity) as quantity,
       sum(refunded) as refunded, sum(net_quantity) as net_quantity,
       case when count(distinct currency) = 1 then sum(net_revenue) end as net_revenue,
       case when count(distinct currency) = 1 then min(currency) end as currency, min(session_id) as session_id, min(user_id) as user_id,
       min(visitor_id) as visitor_id
from analytics.order_lines
group by tenant_id, order_key, order_id;

-- ---- what recommendations led to --------------------------------------------------------------------------------------------------

-- A row a line or a cart that a recommendation is owed, by each model.
create view analytics.attribution with (security_barrier) as
select c.tenant_id, c.model, c.kind, c.day, c.order_key, case when c.order_key like 'o:%' then substr(c.order_key, 3) end as order_id,
       c.event_id, c.line, c.quantity as net_quantity, analytics.in_units(c.revenue_minor, c.currency) as net_revenue, c.currency,
       c.recommendation_id, view_of(c.recommendation_id) as view_id, c.placement_id, c.strategy, c.level, c.rule_id, c.release_id,
       c.variant, c.channel, c.market_id
from credit c
where (select analytics.readable_tenants()) is null or c.tenant_id = any ((select analytics.readable_tenants())::text[]);

-- ---- by the day, in the tenant's time zone ------------------------------------------------------------------------------------------

-- How often what was seen and clicked.
create view analytics.daily_placements with (security_barrier) as
select t.tenant_id, t.day, t.placement_id, t.strategy, t.variant, t.channel, t.market_id, sum(t.impressions)::bigint as impressions,
       sum(t.clicks)::bigint as clicks, round(sum(t.clicks) / nullif(sum(t.impressions), 0), 6) as click_through_rate
from touch_total t
where (t.impressions > 0 or t.clicks > 0)
  and ((select analytics.readable_tenants()) is null or t.tenant_id = any ((select analytics.readable_tenants())::text[]))
group by t.tenant_id, t.day, t.placement_id, t.strategy, t.variant, t.channel, t.market_id;

-- What placements are owed, by each model and currency.
create view analytics.daily_attribution with (security_barrier) as
select tenant_id, day, model, placement_id, strategy, variant, channel, market_id, currency,
       count(*) filter (where kind = 'CART') as carts, count(distinct order_key) filter (where kind = 'ORDER') as orders,
       coalesce(sum(net_quantity) filter (where kind = 'ORDER'), 0)::bigint as units, sum(net_revenue) filter (where kind = 'ORDER') as revenue
from analytics.attribution
group by tenant_id, day, model, placement_id, strategy, variant, channel, market_id, currency;

-- What visitors did with each product. Crawlers and keys for trying things out are left out.
create view analytics.daily_products with (security_barrier) as
select e.tenant_id, (e.happened_at at time zone t.time_zone)::date as day, e.product_id,
       count(*) filter (where e.type = 'impression') as impressions, count(*) filter (where e.type = 'click') as clicks,
       count(*) filter (where e.type = 'view') as views, count(*) filter (where e.type = 'add_to_wishlist') as wishes,
       count(*) filter (where e.type = 'add_to_cart') as carts
from event e join tenant t using (tenant_id)
where e.product_id is not null and e.apart is null and e.type in ('impression', 'click', 'view', 'add_to_wishlist', 'add_to_cart')
  and ((select analytics.readable_tenants()) is null or e.tenant_id = any ((select analytics.readable_tenants())::text[]))
group by 1, 2, 3;

-- What each product sold, after refunds, on the day it was ordered.
create view analytics.daily_sales with (security_barrier) as
select c.tenant_id, (c.happened_at at time zone t.time_zone)::date as day, c.product_id, c.currency,
       count(distinct c.order_key) as orders, sum(c.quantity)::bigint as units, sum(c.refunded)::bigint as refunded,
       analytics.in_units(sum((c.quantity - c.refunded)::numeric * c.unit_price_minor), c.currency) as net_revenue
from conversion c join tenant t using (tenant_id)
where c.kind = 'ORDER'
  and ((select analytics.readable_tenants()) is null or c.tenant_id = any ((select analytics.readable_tenants())::text[]))
group by 1, 2, 3, 4;
