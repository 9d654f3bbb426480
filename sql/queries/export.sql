-- name: catalog(tenant_id)
-- Every product of the tenant in every market, with its categories up to the top and its texts; for export.
with recursive shelf as (
    select c.category_id as own, c.category_id, c.name, c.parent_id, 1 as depth from category c where c.tenant_id = :tenant_id
    union all
    select shelf.own, c.category_id, c.name, c.parent_id, shelf.depth + 1
    from shelf join category c on c.tenant_id = :tenant_id and c.category_id = shelf.parent_id
    where shelf.depth < 20
), told_shelf as (
    select own, jsonb_agg(jsonb_build_object('id', category_id, 'name', name, 'parent', parent_id) order by depth) as path
    from shelf group by own
)
select p.product_id, m.market_id as market, k.currency, m.price_minor, m.sale_price_minor, m.available, m.quantity,
       p.title, p.description, p.brand, p.group_id, p.sku, p.genre, p.item_type,
       array(select coalesce(s.path, jsonb_build_array(jsonb_build_object('id', own.category_id)))
             from unnest(p.category_ids) with ordinality as own (category_id, place)
             left join told_shelf s on s.own = own.category_id order by own.place) as categories,
       p.image_urls, p.page_url, m.title as market_title, m.page_url as market_page_url, m.sku as market_sku, p.rating, p.review_count, p.attributes, p.hidden,
       p.valid_from, p.valid_to,
       (select jsonb_agg(jsonb_strip_nulls(to_jsonb(r) - 'tenant_id' - 'market_id' - 'product_id') order by r.region)
        from product_region r
        where r.tenant_id = m.tenant_id and r.market_id = m.market_id and r.product_id = m.product_id) as regions,
       (select jsonb_object_agg(l.locale, jsonb_build_object('title', l.title, 'description', l.description, 'page_url', l.page_url))
        from product_locale l where l.tenant_id = p.tenant_id and l.product_id = p.product_id) as wordings
from product p
join product_market m using (tenant_id, product_id)
join market k using (tenant_id, market_id)
where p.tenant_id = :tenant_id
order by p.product_id, m.market_id;

-- name: events(tenant_id)
-- Every event of the tenant as it happened; `whole` are the lines of what was told with lines.
select e.event_id, e.type, e.happened_at as time, e.session_id, e.user_id, e.visitor_id, e.claimed_user_id, e.product_id,
       e.quantity, e.unit_price_minor, e.currency, e.order_id, e.market_id as market, e.channel, e.search_term, e.category_id,
       e.value, e.recommendation_id, e.view_id, e.list_id, e.placement_id, e.position, e.properties, e.scope, e.apart, e.whole
from event e
where e.tenant_id = :tenant_id
order by e.happened_at, e.event_id, e.scope, e.apart, e.line;

-- name: views(tenant_id)
-- Every response that was served; previews were served to nobody.
select view_id, served_at, market_id as market, locale, channel, session_id, user_id, visitor_id, release_id, page, lists
from served_view
where tenant_id = :tenant_id and not preview
order by served_at, view_id;

-- name: orders(tenant_id)
-- Every line that was bought, as it stands after refunds.
select order_key, order_id, event_id, line, ordered_at, product_id, quantity, refunded, unit_price, currency, session_id, user_id, visitor_id
from analytics.order_lines
where tenant_id = :tenant_id
order by ordered_at, order_key, event_id, line;

-- name: exposures(tenant_id)
-- Who got which variant, in the words of recordExposures.
select experiment, phase, policy, case unit_kind when 'SESSION' then unit end as session_id,
       case unit_kind when 'VISITOR' then unit end as visitor_id, case unit_kind when 'USER' then unit end as user_id, variant,
       exposed_at as time, source, propensity, multiple, apart, market_id as market, device, page_type
from analytics.exposures
where tenant_id = :tenant_id
order by experiment, phase, exposed_at, unit;

-- name: attribution(tenant_id)
-- Every line and cart that is owed to a recommendation, by each model.
select model, kind, day, order_key, order_id, event_id, line, net_quantity, net_revenue, currency, recommendation_id, view_id, placement_id,
       strategy, level, rule_id, release_id, variant, channel, market_id
from analytics.attribution
where tenant_id = :tenant_id
order by day, order_key, event_id, line, model;
