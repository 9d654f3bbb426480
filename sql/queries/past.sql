-- name: units(tenant_id, unit, since, until)
-- How many units came in a time, and when the first session of it was.
select count(distinct unit) as units, min(started_at) as since
from (
    select case :unit::text
               when 'SESSION' then v.session_id
               when 'VISITOR' then v.visitor_id
               else (select person_of(v.tenant_id, l.user_id) from session_link l
                     where l.tenant_id = v.tenant_id and l.session_id = v.session_id and is_linked(l) order by l.linked_at desc limit 1)
           end as unit, v.started_at
    from visitor_session v
    where v.tenant_id = :tenant_id and v.started_at >= :since and v.started_at < :until
) as each;

-- name: figures(tenant_id, unit, since, until, lasts, one_in, numerator, denominator, factors)
-- What units did within so long of their first session, and how many did so: every :one_in-th unit of those that came in a time. Measures are
-- named as metrics name them; :factors is what a minor unit of each currency is worth in minor units of the reporting currency.
with visit as materialized (
    select case :unit::text
               when 'SESSION' then v.session_id
               when 'VISITOR' then v.visitor_id
               else (select person_of(v.tenant_id, l.user_id) from session_link l
                     where l.tenant_id = v.tenant_id and l.session_id = v.session_id and is_linked(l) order by l.linked_at desc limit 1)
           end as unit, v.session_id, v.started_at
    from visitor_session v
    where v.tenant_id = :tenant_id and v.started_at >= :since
), member as materialized (
    select unit, min(started_at) as since, array_agg(session_id) as sessions
    from visit
    where unit is not null and (hashtext(unit)::bigint & 2147483647) % :one_in::int = 0
    group by unit
    having min(started_at) < :until::timestamptz
), told as materialized (
    select m.unit, asked.place, happened.amount
    from member m
    cross join (values (1, :numerator::text), (2, :denominator::text)) as asked (place, measure)
    cross join lateral (
        select case when asked.measure like 'value:%' then coalesce(round(sum(e.value) * 1000), 0) else count(*) end::numeric as amount
        from event e
        where e.tenant_id = :tenant_id and e.line = 0 and e.apart is null
          and e.type = case asked.measure when 'impressions' then 'impression' when 'clicks' then 'click'
                                          else split_part(asked.measure, ':', 2) end
          and (e.session_id = any (m.sessions) or (:unit::text = 'USER' and e.user_id = m.unit))
          and e.happened_at >= m.since and e.happened_at < m.since + :lasts::interval
    ) as happened
    where asked.measure in ('impressions', 'clicks') or asked.measure ~ '^(event|value):'
), wanted as materialized (
    select m.unit, asked.place, happened.amount
    from member m
    cross join (values (1, :numerator::text), (2, :denominator::text)) as asked (place, measure)
    cross join lateral (
        select case asked.measure
                   when 'carts' then count(*) filter (where c.kind = 'CART')
                   when 'orders' then count(distinct c.order_key) filter (where c.kind = 'ORDER' and c.quantity > c.refunded)
                   when 'units' then coalesce(sum(c.quantity - c.refunded) filter (where c.kind = 'ORDER'), 0)
                   else coalesce(round(sum((c.quantity - c.refunded)::numeric * c.unit_price_minor * (:factors::jsonb ->> c.currency)::numeric)
                                       filter (where c.kind = 'ORDER')), 0)
               end::numeric as amount
        from conversion c
        where c.tenant_id = :tenant_id
          and (c.session_id = any (m.sessions) or (:unit::text = 'USER' and c.user_id = m.unit)
               or (:unit::text = 'VISITOR' and c.visitor_id = m.unit))
          and c.happened_at >= m.since and c.happened_at < m.since + :lasts::interval
    ) as happened
    where asked.measure in ('carts', 'orders', 'units', 'revenue')
)
select y, d, count(*) as units
from (
    select coalesce(max(amount) filter (where place = 1), 0) as y, coalesce(max(amount) filter (where place = 2), 0) as d
    from member
    left join (table told union all table wanted) as each using (unit)
    group by unit
) as unit
group by y, d;

-- name: naming(tenant_id, since, most)
-- Of some sessions since then, how many name a visitor, and how many a user.
select count(*) as sessions, count(visitor_id) as visitors,
       count(*) filter (where exists (select from session_link l where l.tenant_id = :tenant_id and l.session_id = each.session_id)) as users
from (
    select session_id, visitor_id from visitor_session where tenant_id = :tenant_id and started_at >= :since limit :most
) as each;
