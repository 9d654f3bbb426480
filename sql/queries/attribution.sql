-- name: plan_anew()
-- For this transaction, plans are made for the very keys that are asked for: what nobody asked for costs nothing then.
select set_config('plan_cache_mode', 'force_custom_plan', true);

-- name: read_touches(tenant_id, since, until, by)
-- How often was seen and clicked what has the same values of the keys in :by; the others are null.
select case when 'placement' = any (:by::text[]) then placement_id end as placement,
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
group by 1, 2, 3, 4, 5, 6, 7, 8, 9;

-- name: read_credit(tenant_id, model, since, until, by)
-- What is owed to recommendations by the model, and beside it what another model would say: `assisted` are orders with a line that the
-- session's last click has and the model gives to nobody, `direct` orders that named the recommendation. Of each key there is one row in `whole`,
-- and one a currency for the revenue.
with keyed as materialized (
    select case when 'placement' = any (:by::text[]) then c.placement_id end as placement,
           case when 'strategy' = any (:by::text[]) then c.strategy end as strategy,
           case when 'level' = any (:by::text[]) then c.level end as level,
           case when 'rule' = any (:by::text[]) then c.rule_id end as rule,
           case when 'release' = any (:by::text[]) then c.release_id end as release,
           case when 'variant' = any (:by::text[]) then c.variant end as variant,
           case when 'channel' = any (:by::text[]) then c.channel end as channel,
           case when 'market' = any (:by::text[]) then c.market_id end as market,
           case when 'day' = any (:by::text[]) then c.day end as day,
           c.kind, c.model, c.order_key, c.quantity, c.revenue_minor, c.currency,
           c.model = 'CLICK_SESSION' and not exists (
               select from credit o
               where o.tenant_id = c.tenant_id and o.order_key = c.order_key and o.event_id = c.event_id and o.line = c.line
                 and o.model = :model) as assists
    from credit c
    where c.tenant_id = :tenant_id and c.day >= :since and c.day < :until and c.model in (:model, 'CLICK_SESSION', 'DIRECT')
)
select placement, strategy, level, rule, release, variant, channel, market, day, currency, grouping(currency) = 1 as whole,
       count(*) filter (where kind = 'CART' and model = :model) as carts,
       count(distinct order_key) filter (where kind = 'ORDER' and model = :model) as orders,
       coalesce(sum(quantity) filter (where kind = 'ORDER' and model = :model), 0)::bigint as units,
       sum(revenue_minor) filter (where kind = 'ORDER' and model = :model) as revenue,
       count(distinct order_key) filter (where kind = 'ORDER' and assists) as assisted,
       count(distinct order_key) filter (where kind = 'ORDER' and model = 'DIRECT') as direct
from keyed
group by grouping sets ((placement, strategy, level, rule, release, variant, channel, market, day),
                        (placement, strategy, level, rule, release, variant, channel, market, day, currency));
