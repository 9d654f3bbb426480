-- name: units(tenant_id, unit, placement, since, until)
-- How many units came in a time, and when the first session of it was; of a placement how many were shown it, and when the first was.
select count(distinct unit) as units, min(at) as since
from (
    select case :unit::text
               when 'SESSION' then v.session_id
               when 'VISITOR' then v.visitor_id
               else (select person_of(v.tenant_id, l.user_id) from session_link l
                     where l.tenant_id = v.tenant_id and l.session_id = v.session_id and is_linked(l) order by l.linked_at desc limit 1)
           end as unit, v.started_at as at
    from visitor_session v
    where :placement::text is null and v.tenant_id = :tenant_id and v.started_at >= :since and v.started_at < :until
    union all
    select case :unit::text
               when 'SESSION' then v.session_id
               when 'VISITOR' then v.visitor_id
               else user_of(v.tenant_id, v.session_id, v.user_id, v.served_at)
           end as unit, v.served_at as at
    from served_view v
    where :placement::text is not null and v.tenant_id = :tenant_id and v.served_at >= :since and v.served_at < :until and not v.preview
      and v.lists @> jsonb_build_array(jsonb_build_object('placement', :placement::text))
) as each
where unit is not null or :placement::text is null;

-- name: figures(tenant_id, unit, placement, since, until, lasts, one_in, numerator, denominator, factors)
-- What units did within so long of their first session, or of the first time that they were shown the placement, and how many did so: every
-- :one_in-th unit of those that came, or were shown it, in a time; units without a session that is known of have done nothing. Measures are
-- named as metrics name them; :factors is what a minor unit of each currency is worth in minor units of the reporting currency.
with visit as materialized (
    select case :unit::text
               when 'SESSION' then v.session_id
               when 'VISITOR' then v.visitor_id
               else (select person_of(v.tenant_id, l.user_id) from session_link l
                     where l.tenant_id = v.tenant_id and l.session_id = v.session_id and is_linked(l) order by l.linked_at desc limit 1)
           end as unit, v.session_id, v.started_at
    from visitor_session v
    where v.tenant_id = :tenant_id
      and v.started_at >= :since::timestamptz - case when :placement::text is null then interval '0' else interval '1 day' end
), shown as materialized (
    select unit, min(served_at) as since
    from (
        select case :unit::text
                   when 'SESSION' then v.session_id
                   when 'VISITOR' then v.visitor_id
                   else user_of(v.tenant_id, v.session_id, v.user_id, v.served_at)
               end as unit, v.served_at
        from served_view v
        where :placement::text is not null and v.tenant_id = :tenant_id and v.served_at >= :since and v.served_at < :until::timestamptz
          and not v.preview and v.lists @> jsonb_build_array(jsonb_build_object('placement', :placement::text))
    ) as each
    where unit is not null and (hashtext(unit)::bigint & 2147483647) % :one_in::int = 0
    group by unit
), member as materialized (
    select unit, min(started_at) as since, array_agg(session_id) as sessions
    from visit
    where :placement::text is null and unit is not null and (hashtext(unit)::bigint & 2147483647) % :one_in::int = 0
    group by unit
    having min(started_at) < :until::timestamptz
    union all
    select s.unit, s.since, coalesce(array_agg(v.session_id) filter (where v.session_id is not null), '{}')
    from shown s left join visit v on v.unit = s.unit
    group by s.unit, s.since
), told as materialized (
    select m.unit, asked.place, happened.amount
    from member m
    cross join (values (1, :numerator::text), (2, :denominator::text)) as asked (place, measure)
    cross join lateral (
        select case when asked.measure like 'value:%' then coalesce(sum(whole_value(e.value)), 0) else count(*) end::numeric as amount
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
