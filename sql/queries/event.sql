-- name: stage()
-- Makes the transaction's staging tables; COPY fills them.
select stage_events(), stage_identities();

-- name: ensure_partitions(parent, days)
select ensure_partitions(:parent::text::regclass, :days::date[]);

-- name: claim_keys()
-- Marks the staged events that nobody has told before; of repeats inside the batch the first. Sorted, so that two batches cannot deadlock.
with first as materialized (
    select distinct on (tenant_id, event_key) tenant_id, event_key, event_id, number, happened_at
    from staged_event
    order by tenant_id, event_key, number
), claimed as (
    insert into event_key (tenant_id, event_key, day)
    select tenant_id, event_key, (happened_at at time zone 'UTC')::date
    from first
    order by tenant_id, event_key
    on conflict do nothing
    returning tenant_id, event_key
)
select first.number from first join claimed using (tenant_id, event_key);

-- name: drop_duplicates(fresh)!
delete from staged_event where number <> all (:fresh::int[]);

-- name: insert_staged()!
insert into event (tenant_id, event_id, line, type, happened_at, received_at, session_id, user_id, claimed_user_id, visitor_id,
                   market_id, channel, scope, product_id, quantity, unit_price_minor, currency, order_id, recommendation_id,
                   view_id, list_id, placement_id, position, search_term, category_id, value, properties, apart, whole, batch_id)
select tenant_id, event_id, line, type, happened_at, now(), session_id, user_id, claimed_user_id, visitor_id,
       market_id, channel, scope, product_id, quantity, unit_price_minor, currency, order_id, recommendation_id,
       view_id, list_id, placement_id, position, search_term, category_id, value, properties, apart, whole,
       (select nextval('event_batch_number'))
from staged_event;

-- name: note_batch()!
-- Of which tenants and days the batch just inserted told something.
insert into event_batch (batch_id, tenant_id, day)
select distinct currval('event_batch_number'), tenant_id, (happened_at at time zone 'UTC')::date from staged_event;

-- name: touch_sessions()!
-- Notes when the batch's sessions began and were last seen; a session that tells nothing new is not written.
insert into visitor_session as s (tenant_id, session_id, visitor_id, started_at, last_seen)
select tenant_id, session_id, max(visitor_id), min(happened_at), max(happened_at)
from staged_event
where session_id is not null
group by tenant_id, session_id
order by tenant_id, session_id
on conflict (tenant_id, session_id) do update
set started_at = least(s.started_at, excluded.started_at),
    last_seen = greatest(s.last_seen, excluded.last_seen),
    visitor_id = coalesce(excluded.visitor_id, s.visitor_id)
where excluded.last_seen > s.last_seen or excluded.started_at < s.started_at
   or excluded.visitor_id is distinct from s.visitor_id and excluded.visitor_id is not null;

-- name: add_users()!
select add_users();

-- name: link_sessions()!
-- A session in which a believed user id appeared becomes that user's.
select link_sessions();

-- name: remember(types, sessions)
-- Keeps the newest 50 events of each user (and session, where :sessions) that say something about taste; the owners touched.
with owned as (
    select tenant_id, owner, happened_at, event_id, line, type, product_id, user_id,
           row_number() over (partition by tenant_id, owner order by happened_at desc, event_id, line) as newest
    from staged_event,
         lateral (values (case when :sessions::boolean then 's:' || session_id end), ('u:' || user_id)) as owners (owner)
    where owner is not null and product_id is not null and type = any (:types::text[]) and apart is null
), kept as (
    insert into recent_event (tenant_id, owner, happened_at, event_id, line, type, product_id, user_id)
    select tenant_id, owner, happened_at, event_id, line, type, product_id, user_id from owned where newest <= 50
    on conflict do nothing
    returning tenant_id, owner
)
select tenant_id, array_agg(distinct owner) as owners from kept group by tenant_id;

-- name: forget_older(tenant_id, owners)!
-- Trims each owner to its newest 50. The ranking is materialized: joined as a subquery it would be made anew for every row.
with ranked as materialized (
    select owner, happened_at, event_id, line,
           row_number() over (partition by owner order by happened_at desc, event_id, line) as newest
    from recent_event
    where tenant_id = :tenant_id and owner = any (:owners::text[])
), surplus as materialized (
    select owner, happened_at, event_id, line from ranked where newest > 50
)
delete from recent_event r
using surplus s
where r.tenant_id = :tenant_id and r.owner = s.owner and r.happened_at = s.happened_at
  and r.event_id = s.event_id and r.line = s.line;

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

-- name: sink(most, types)!
-- Counts how often a visitor saw a product, the newest :most products each; what they did anything with afterwards begins anew.
with told as materialized (
    select tenant_id, owner, type, product_id, happened_at
    from staged_event, lateral (select coalesce('u:' || user_id, 's:' || session_id) as owner) as said
    where product_id is not null and owner is not null and apart is null and (type = 'impression' or type = any (:types::text[]))
), touched as materialized (
    select e.tenant_id, owners.owner, e.product_id, max(e.happened_at) as at
    from staged_event e, lateral (values ('u:' || e.user_id), ('s:' || e.session_id)) as owners (owner)
    where e.product_id is not null and owners.owner is not null and e.apart is null and e.type = any (:types::text[])
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
