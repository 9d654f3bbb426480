-- name: note_stirred(tenant_id)!
-- What was wanted after a touch that has changed, by whoever it may be owed to.
insert into dirty_conversion
select c.order_key, c.event_id, c.line
from stirred s
join conversion c on c.tenant_id = :tenant_id and c.session_id = s.session_id and c.happened_at >= s.since
union
select c.order_key, c.event_id, c.line
from stirred s
join conversion c on c.tenant_id = :tenant_id and c.user_id = s.user_id and c.happened_at >= s.since
union
select c.order_key, c.event_id, c.line
from stirred s
join conversion c on c.tenant_id = :tenant_id and c.visitor_id = s.visitor_id and c.happened_at >= s.since
union
select c.order_key, c.event_id, c.line
from (select * from gone_touch where kind = 'direct' union all select * from come_touch where kind = 'direct') as t
join conversion c on c.tenant_id = :tenant_id and c.recommendation_id = t.recommendation_id;

-- name: note_all(tenant_id)!
insert into dirty_conversion select order_key, event_id, line from conversion where tenant_id = :tenant_id;

-- name: take_back(tenant_id)!
delete from credit c
using (select distinct order_key, event_id, line from dirty_conversion) as d
where c.tenant_id = :tenant_id and c.order_key = d.order_key and c.event_id = d.event_id and c.line = d.line;

-- name: give(tenant_id, time_zone, window)!
-- Gives each of them to the last recommendation that each model sees behind it, of those that were served. Of one person is what has the same session, user or
-- visitor, unless both are known users and others: two people on one device stay two.
insert into credit (tenant_id, order_key, event_id, line, model, kind, day, quantity, revenue_minor, currency, recommendation_id,
                    placement_id, strategy, level, rule_id, release_id, variant, channel, market_id)
select c.tenant_id, c.order_key, c.event_id, c.line, t.model, c.kind, (c.happened_at at time zone :time_zone)::date,
       c.quantity - c.refunded, (c.quantity - c.refunded)::numeric * c.unit_price_minor, c.currency, t.recommendation_id, t.placement_id,
       t.strategy, t.level, t.rule_id, t.release_id, t.variant, t.channel, t.market_id
from (select distinct order_key, event_id, line from dirty_conversion) as d
join conversion c on c.tenant_id = :tenant_id and c.order_key = d.order_key and c.event_id = d.event_id and c.line = d.line
cross join lateral (
    (select 'CLICK_LAST' as model, last.*
     from (
         select * from touch b
         where b.tenant_id = c.tenant_id and b.kind = 'click' and b.session_id = c.session_id
         union all
         select * from touch b
         where b.tenant_id = c.tenant_id and b.kind = 'click' and b.user_id = c.user_id
           and b.happened_at > c.happened_at - :window::interval
         union all
         select * from touch b
         where b.tenant_id = c.tenant_id and b.kind = 'click' and b.visitor_id = c.visitor_id
           and b.happened_at > c.happened_at - :window::interval
     ) as last
     where last.known and last.product_id = c.product_id and last.happened_at <= c.happened_at
       and (last.user_id = c.user_id or last.user_id is null or c.user_id is null)
     order by last.happened_at desc, last.recommendation_id desc
     limit 1)
    union all
    (select 'CLICK_SESSION', last.*
     from touch last
     where last.tenant_id = c.tenant_id and last.kind = 'click' and last.known and last.session_id = c.session_id
       and last.happened_at <= c.happened_at and (last.user_id = c.user_id or last.user_id is null or c.user_id is null)
     order by last.happened_at desc, last.recommendation_id desc
     limit 1)
    union all
    (select 'VIEW_THROUGH', last.*
     from (
         select * from touch b
         where b.tenant_id = c.tenant_id and b.kind = 'impression' and b.session_id = c.session_id and b.product_id = c.product_id
           and b.served_at > c.happened_at - :window::interval - interval '30 days'
           and b.served_at <= c.happened_at + interval '1 day'
         union all
         select * from touch b
         where b.tenant_id = c.tenant_id and b.kind = 'impression' and b.user_id = c.user_id and b.product_id = c.product_id
           and b.served_at > c.happened_at - :window::interval - interval '30 days'
           and b.served_at <= c.happened_at + interval '1 day'
         union all
         select * from touch b
         where b.tenant_id = c.tenant_id and b.kind = 'impression' and b.visitor_id = c.visitor_id and b.product_id = c.product_id
           and b.served_at > c.happened_at - :window::interval - interval '30 days'
           and b.served_at <= c.happened_at + interval '1 day'
     ) as last
     where last.known and last.happened_at <= c.happened_at and last.happened_at > c.happened_at - :window::interval
       and (last.user_id = c.user_id or last.user_id is null or c.user_id is null)
     order by last.happened_at desc, last.recommendation_id desc
     limit 1)
    union all
    (select 'DIRECT', named.*
     from touch named
     where named.tenant_id = c.tenant_id and named.kind = 'direct' and named.known and named.recommendation_id = c.recommendation_id
       and (not c.whole or named.product_id = c.product_id))
) as t;
