-- name: stage()
-- Makes the transaction's staging tables; COPY fills them.
select stage_events(), stage_identities();

-- name: ensure_partitions(parent, days)
select ensure_partitions(:parent::text::regclass, :days::date[]);

-- name: take_in(types, sessions, hoping)
-- Keeps what is new of the staged events, each of which is staged once. What became of the others by their numbers: BLOCKED, nothing is
-- to be kept of whom they name; KNOWN, somebody has told them before; and UNTIED, an id of a kept one leads to another user.
select outcome, number, place from take_in(:types::text[], :sessions::boolean, :hoping::boolean);

-- name: refuse(most)!
-- What a visitor is not interested in is never recommended to them again: under the user where one is believed, else the session.
-- Who has said so :most times already says it in vain.
insert into preference as p (tenant_id, owner, kind, id, action, said_at)
select tenant_id, owner, 'PRODUCT', product_id, 'NEVER_RECOMMEND', max(happened_at)
from staged_event e, lateral (select coalesce('u:' || user_id, 's:' || session_id) as owner) as said
where type = 'not_interested' and product_id is not null and owner is not null and apart is null
  and (select count(*) from preference p where p.tenant_id = e.tenant_id and p.owner = said.owner) < :most
group by tenant_id, owner, product_id
order by tenant_id, owner, product_id
on conflict (tenant_id, owner, kind, id) do update set action = excluded.action, said_at = greatest(p.said_at, excluded.said_at);

-- name: sink(most, types, rotating)!
-- Counts how often a visitor of the :rotating tenants saw a product, the newest :most products each; what they did anything with
-- afterwards begins anew.
with told as materialized (
    select tenant_id, owner, type, product_id, happened_at
    from staged_event, lateral (select coalesce('u:' || user_id, 's:' || session_id) as owner) as said
    where tenant_id = any (:rotating::text[]) and product_id is not null and owner is not null and apart is null
      and type = 'impression'
), touched as materialized (
    select e.tenant_id, owners.owner, e.product_id, max(e.happened_at) as at
    from staged_event e, lateral (values ('u:' || e.user_id), ('s:' || e.session_id)) as owners (owner)
    where e.tenant_id = any (:rotating::text[]) and e.product_id is not null and owners.owner is not null and e.apart is null
      and coalesce((select t.weight > 0 from event_type t where t.tenant_id = e.tenant_id and t.name = e.type),
                   e.type = any (:types::text[]))
    group by 1, 2, 3
), cleared as (
    delete from recent_sight r using touched t
    where r.tenant_id = t.tenant_id and r.owner = t.owner and r.product_id = t.product_id
      and not exists (select from told seen where seen.type = 'impression' and seen.tenant_id = t.tenant_id and seen.owner = t.owner
                                              and seen.product_id = t.product_id and seen.happened_at > t.at)
), seen as materialized (
    select tenant_id, owner, product_id, sights, seen_at, at
    from (
        select told.tenant_id, told.owner, told.product_id, count(*)::int as sights, max(told.happened_at) as seen_at, max(t.at) as at,
               row_number() over (partition by told.tenant_id, told.owner order by max(told.happened_at) desc, told.product_id) as newest
        from told
        left join touched t using (tenant_id, owner, product_id)
        where told.type = 'impression' and (t.at is null or told.happened_at > t.at)
        group by 1, 2, 3
    ) as each
    where newest <= :most
), crowded as (
    delete from recent_sight r
    using (
        select kept.tenant_id, kept.owner, kept.product_id,
               row_number() over (partition by kept.tenant_id, kept.owner order by kept.seen_at desc) + fresh.products as newest
        from (select tenant_id, owner, count(*) as products from seen group by 1, 2) as fresh
        join recent_sight kept using (tenant_id, owner)
        where not exists (select from seen where (seen.tenant_id, seen.owner, seen.product_id)
                                               = (kept.tenant_id, kept.owner, kept.product_id))
          and not exists (select from touched t where (t.tenant_id, t.owner, t.product_id)
                                                    = (kept.tenant_id, kept.owner, kept.product_id))
    ) as old
    where old.newest > :most and (r.tenant_id, r.owner, r.product_id) = (old.tenant_id, old.owner, old.product_id)
)
insert into recent_sight as r (tenant_id, owner, product_id, sights, seen_at)
select tenant_id, owner, product_id, sights, seen_at from seen order by tenant_id, owner, product_id
on conflict (tenant_id, owner, product_id) do update
set sights = case when (select at from seen s where (s.tenant_id, s.owner, s.product_id) = (r.tenant_id, r.owner, r.product_id)) is null
                  then r.sights + excluded.sights else excluded.sights end,
    seen_at = greatest(r.seen_at, excluded.seen_at);

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
