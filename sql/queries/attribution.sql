-- name: plan_anew()
-- For this transaction, plans are made for the very keys that are asked for: what nobody asked for costs nothing then.
select set_config('plan_cache_mode', 'force_custom_plan', true);

-- name: read_figures(tenant_id, model, since, until, by, most)
-- What has the same values of the keys in :by, whose others are null: how often it was seen and clicked, what is owed to it by the model,
-- and beside that what another model would say. `assisted` are orders with a line that the session's last click has and the model gives to
-- nobody, `direct` orders that named the recommendation. Anybody's browser can name a channel, so that of more than :most keys those in
-- which least happened are one row, the last: the sum of theirs. `keys`: of how many each row is.
with touched as (
    select array[placement, strategy, level, rule, release, variant, channel, market, to_char(day, 'YYYY-MM-DD')] as key, impressions,
           clicks, unknown
    from (select case when 'placement' = any (:by::text[]) then placement_id end as placement,
                 case when 'strategy' = any (:by::text[]) then strategy end as strategy,
                 case when 'level' = any (:by::text[]) then level end as level,
                 case when 'rule' = any (:by::text[]) then rule_id end as rule,
                 case when 'release' = any (:by::text[]) then release_id end as release,
                 case when 'variant' = any (:by::text[]) then variant end as variant,
                 case when 'channel' = any (:by::text[]) then channel end as channel,
                 case when 'market' = any (:by::text[]) then market_id end as market,
                 case when 'day' = any (:by::text[]) then day end as day,
                 sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks, sum(unknown)::bigint as unknown
          from touch_total
          where tenant_id = :tenant_id and day >= :since and day < :until
          group by 1, 2, 3, 4, 5, 6, 7, 8, 9) as each
), keyed as materialized (
    select array[case when 'placement' = any (:by::text[]) then c.placement_id end,
                 case when 'strategy' = any (:by::text[]) then c.strategy end, case when 'level' = any (:by::text[]) then c.level end,
                 case when 'rule' = any (:by::text[]) then c.rule_id end, case when 'release' = any (:by::text[]) then c.release_id end,
                 case when 'variant' = any (:by::text[]) then c.variant end, case when 'channel' = any (:by::text[]) then c.channel end,
                 case when 'market' = any (:by::text[]) then c.market_id end,
                 case when 'day' = any (:by::text[]) then to_char(c.day, 'YYYY-MM-DD') end] as key,
           c.kind, c.model, c.order_key, c.quantity, c.revenue_minor, c.currency,
           c.model = 'CLICK_SESSION' and not exists (
               select from credit o
               where o.tenant_id = c.tenant_id and o.order_key = c.order_key and o.event_id = c.event_id and o.line = c.line
                 and o.model = :model) as assists
    from credit c
    where c.tenant_id = :tenant_id and c.day >= :since and c.day < :until and c.model in (:model, 'CLICK_SESSION', 'DIRECT')
), owed as (
    select *
    from (select key, count(*) filter (where kind = 'CART' and model = :model) as carts,
                 count(distinct order_key) filter (where kind = 'ORDER' and model = :model) as orders,
                 coalesce(sum(quantity) filter (where kind = 'ORDER' and model = :model), 0)::bigint as units,
                 count(distinct order_key) filter (where kind = 'ORDER' and assists) as assisted,
                 count(distinct order_key) filter (where kind = 'ORDER' and model = 'DIRECT') as direct
          from keyed
          group by key) as each
    where carts + orders + assisted + direct > 0
), ranked as (
    select key, impressions, clicks, unknown, carts, orders, units, assisted, direct, count(*) over () as keys,
           row_number() over (order by coalesce(impressions, 0) + coalesce(clicks, 0) + coalesce(carts, 0) + coalesce(orders, 0)
                                       + coalesce(assisted, 0) + coalesce(direct, 0) desc, key) as place
    from touched full join owed using (key)
), placed as materialized (
    select *, case when keys <= :most then place else least(place, :most) end as stands from ranked
), paid as (
    select stands, array_agg(currency order by currency) as currencies, array_agg(revenue order by currency) as amounts
    from (select stands, currency, sum(revenue_minor) as revenue
          from keyed
          join placed using (key)
          where kind = 'ORDER' and model = :model and currency is not null and revenue_minor is not null
          group by 1, 2) as each
    group by 1
)
select * from (
    select stands, count(*) as keys, case when count(*) = 1 then min(key) end as key, coalesce(sum(impressions), 0)::bigint as impressions,
           coalesce(sum(clicks), 0)::bigint as clicks, coalesce(sum(unknown), 0)::bigint as unknown, coalesce(sum(carts), 0)::bigint as carts,
           coalesce(sum(orders), 0)::bigint as orders, coalesce(sum(units), 0)::bigint as units,
           coalesce(sum(assisted), 0)::bigint as assisted, coalesce(sum(direct), 0)::bigint as direct
    from placed
    group by stands
) as figures
left join paid using (stands)
order by stands;
