-- name: ensure_partitions(parent, days)
select ensure_partitions(:parent::text::regclass, :days::date[]);

-- name: take_in(batch, types, sessions, hoping, rotating, most_refused, most_sights)
-- Keeps what is new of a batch, in which each event is once. What became of the others by their numbers: BLOCKED, nothing is to be kept of
-- whom they name; KNOWN, somebody has told them before; and UNTIED, an id of a kept one leads to another user. Beside that it keeps what
-- somebody never wants to see, :most_refused each, and what rotating tenants showed them, the newest :most_sights products each.
select outcome, number, place
from take_in(:batch::told_event[], :types::text[], :sessions::boolean, :hoping::boolean, :rotating::text[], :most_refused::int, :most_sights::int);

-- name: missing_partitions(parent, days)
-- Those of the days for which ensure_partitions has made none.
select day from unnest(:days::date[]) as day
where to_regclass(:parent::text || '_' || to_char(day, 'YYYYMMDD')) is null
order by day;

-- name: any(tenant_id)
select exists (select from event_day where tenant_id = :tenant_id and events > 0)
    or exists (select from event_mark where tenant_id = :tenant_id) as there;

-- name: named_lately(tenant_id, most)
-- Of some events of today and yesterday that name products, how many name one that the tenant does not have, and some of these. Any
-- will do: there is no index to find the last ones by, and the catalog is that of now.
select count(*) as events, count(*) filter (where in_vain) as in_vain,
       coalesce((array_agg(distinct product_id order by product_id) filter (where in_vain))[1 : 3], '{}') as examples
from (
    select e.product_id, not exists (select from product p where p.tenant_id = :tenant_id and p.product_id = e.product_id) as in_vain
    from (select product_id
          from event
          where tenant_id = :tenant_id and happened_at >= date_trunc('day', now(), 'UTC') - interval '1 day' and product_id is not null
            and apart is null and scope <> 'PREVIEW'
          limit :most) as e
) as each;

-- name: any_before(tenant_id, release_id)
select exists (
    select from release r
    join event e on e.tenant_id = r.tenant_id
                and e.received_at < r.created_at - make_interval(secs => coalesce((r.manifest ->> 'seconds')::float8, 0))
    where r.tenant_id = :tenant_id and r.release_id = :release_id
) as there;

-- name: newest(tenant_id, type, since, until, batches, most)
-- What came in last, of the last :batches transactions that told of events. First they are found by their batches (`offset 0` keeps the
-- planner from looking through all that a tenant has of the day), then those of the tenant are picked.
select event_id, type, happened_at, received_at, scope, market_id, channel, product_id, quantity, unit_price_minor, currency, order_id,
       placement_id, position, search_term, category_id, apart, coalesce(user_id, session_id, visitor_id, claimed_user_id) as who,
       case when user_id is not null then 'user' when session_id is not null then 'session' when visitor_id is not null then 'visitor'
            when claimed_user_id is not null then 'claimed user' end as kind
from (
    select *
    from event
    where happened_at >= :since::timestamptz and happened_at < :until::timestamptz
      and batch_id between (select last_value from event_batch_number) - :batches::bigint
                       and (select last_value from event_batch_number)
    offset 0
) as lately
where tenant_id = :tenant_id and (:type::text is null or type = :type::text)
order by batch_id desc, happened_at desc, event_id, line
limit :most::int;

-- name: last_batch()
-- The number of the batch that was begun last; 0 before the first.
select case when is_called then last_value else 0 end as number from event_batch_number;

-- name: beyond(tenant_id, types, since, until, batch, seen, most)
-- What came in later batches than :batch but for those of :seen, the newest first, with how many there are of them all; found as `newest`
-- finds them.
select event_id, line, type, happened_at, session_id, user_id, visitor_id, product_id, quantity, unit_price_minor, currency, order_id,
       recommendation_id, view_id, placement_id, position, search_term, category_id, channel, properties, batch_id, count(*) over () as many
from (
    select *
    from event
    where happened_at >= :since::timestamptz and happened_at < :until::timestamptz
      and batch_id between :batch::bigint + 1 and (select last_value from event_batch_number)
    offset 0
) as lately
where tenant_id = :tenant_id and (:types::text[] is null or type = any (:types::text[])) and batch_id <> all (:seen::bigint[])
order by batch_id desc, happened_at desc, event_id desc, line desc
limit :most::int;
