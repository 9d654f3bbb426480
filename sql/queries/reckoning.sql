-- name: read_waiting()
-- The tenants of whom something waits to be added up.
select tenant_id
from tenant t
where exists (select from event_batch b where b.tenant_id = t.tenant_id)
   or exists (select from relinked r where r.tenant_id = t.tenant_id)
   or exists (select from late_view v where v.tenant_id = t.tenant_id)
   or exists (select from touch_stray s where s.tenant_id = t.tenant_id and s.again <= now())
   or exists (select from unit_due u where u.tenant_id = t.tenant_id)
   or exists (select from unit_metric u join experiment e using (experiment_id)
              where e.tenant_id = t.tenant_id and not u.closed and u.closes_at <= now()
                and (u.experiment_id, u.phase) not in (select p.experiment_id, p.phase from experiment_phase p where p.unread is not null))
   or exists (select from attribution_state a where a.tenant_id = t.tenant_id
                                                and (a.time_zone, a.attribution_days) <> (t.time_zone, t.attribution_days))
order by tenant_id;

-- name: count_waiting()
select count(*) as batches from event_batch;

-- name: try_tenant(tenant_id)
-- One at a time adds up a tenant's events; the lock goes with the transaction.
select pg_try_advisory_xact_lock(hashtextextended('endcap.reckoning.' || :tenant_id::text, 0)) as locked;

-- name: await_tenant(tenant_id)
select pg_advisory_xact_lock(hashtextextended('endcap.reckoning.' || :tenant_id::text, 0));

-- name: count_forgotten(tenant_id)
-- How often somebody of the tenant has been forgotten.
select count(*) as times from erasure_receipt where tenant_id = :tenant_id;

-- name: stage()
-- Makes the transaction's own tables.
select stage_attribution();

-- name: clear()
-- Empties them for the next day of the same transaction.
select clear_attribution();

-- name: weigh(staged)
-- Has PostgreSQL look at how large they are.
select weigh(:staged::text[]);

-- name: take_batches(tenant_id, most)
-- Takes up to :most batches to be added up, those of the newest days first. Batch 0, all that a day had before batches were numbered,
-- comes last and by itself.
with next as (
    select day, batch_id, row_number() over (order by batch_id = 0, day desc, batch_id) as place
    from event_batch
    where tenant_id = :tenant_id
    order by batch_id = 0, day desc, batch_id
    limit :most
), gone as (
    delete from event_batch b
    using next
    where b.tenant_id = :tenant_id and b.day = next.day and b.batch_id = next.batch_id and (next.batch_id <> 0 or next.place = 1)
    returning b.day, b.batch_id
)
select day, array_agg(batch_id order by batch_id) as batches from gone group by day order by day;

-- name: take_all(tenant_id)
-- Every day that has events; no batch of theirs waits any more.
with gone as (
    delete from event_batch where tenant_id = :tenant_id returning day
)
select day
from (select day from gone
      union select day from event_day where tenant_id = :tenant_id
      union select day from event_mark where tenant_id = :tenant_id) as each
where to_regclass('event_' || to_char(day, 'YYYYMMDD')) is not null
order by day;

-- name: tell_batches(tenant_id, since, until, batches)!
-- What batches told of a day, as far as it matters to what is added up.
insert into told
select e.type, e.event_id, e.line, e.happened_at, e.session_id, e.user_id, e.visitor_id, e.market_id, e.channel,
       e.scope <> 'STOREFRONT', e.whole, e.product_id, e.quantity, e.unit_price_minor, e.currency, e.order_id, e.recommendation_id,
       e.view_id, e.list_id, e.placement_id, e.position
from event e
where e.tenant_id = :tenant_id and e.happened_at >= :since and e.happened_at < :until
  and e.batch_id between (select min(b) from unnest(:batches::bigint[]) as b) and (select max(b) from unnest(:batches::bigint[]) as b)
  and e.batch_id = any (:batches::bigint[]) and e.apart is null and e.scope <> 'PREVIEW'
  and e.type in ('impression', 'click', 'add_to_cart', 'purchase', 'refund');

-- name: tell_day(tenant_id, since, until, numbered)!
-- The same of a whole day; not :numbered, only of what came before batches were numbered.
insert into told
select e.type, e.event_id, e.line, e.happened_at, e.session_id, e.user_id, e.visitor_id, e.market_id, e.channel,
       e.scope <> 'STOREFRONT', e.whole, e.product_id, e.quantity, e.unit_price_minor, e.currency, e.order_id, e.recommendation_id,
       e.view_id, e.list_id, e.placement_id, e.position
from event e
where e.tenant_id = :tenant_id and e.happened_at >= :since and e.happened_at < :until
  and (:numbered::boolean or e.batch_id is null) and e.apart is null and e.scope <> 'PREVIEW'
  and e.type in ('impression', 'click', 'add_to_cart', 'purchase', 'refund');

-- name: count_told()
select count(*) as events from told;

-- name: take_relinked(tenant_id)!
-- The users who have become another person, with those they were made of, and the sessions whose links have changed or lead to them; and
-- the orders that something was taken out of.
with recursive gone as (
    delete from relinked where tenant_id = :tenant_id returning session_id, user_id, order_key
), orders as (
    insert into dirty_order select order_key from gone where order_key is not null
), parts as (
    select user_id from gone where session_id is null and user_id is not null
    union
    select u.user_id from parts join shop_user u on u.tenant_id = :tenant_id and u.absorbed_by = parts.user_id
), users as (
    insert into relinked_user select user_id from parts
)
insert into relinked_session
select session_id from gone where session_id is not null
union
select l.session_id from parts join session_link l on l.tenant_id = :tenant_id and l.user_id = parts.user_id;

-- name: count_relinked()
select (select count(*) from relinked_session) + (select count(*) from relinked_user) as many;

-- name: read_settings(tenant_id)
-- What the tenant wants its figures to be made by, and what they were made by; null where none were made.
select t.time_zone, t.attribution_days, a.time_zone as made_in, a.attribution_days as made_within
from tenant t
left join attribution_state a using (tenant_id)
where t.tenant_id = :tenant_id;

-- name: note_settings(tenant_id, time_zone, attribution_days)!
insert into attribution_state (tenant_id, time_zone, attribution_days) values (:tenant_id, :time_zone, :attribution_days)
on conflict (tenant_id) do update set time_zone = excluded.time_zone, attribution_days = excluded.attribution_days;

-- name: forget(tenant_id)!
-- Everything that was made of the tenant's events, so that it is made anew. `told_twice` stays to be compared with.
with links as (delete from relinked where tenant_id = :tenant_id),
     late as (delete from late_view where tenant_id = :tenant_id),
     entries as (delete from order_entry where tenant_id = :tenant_id),
     wanted as (delete from conversion where tenant_id = :tenant_id),
     touches as (delete from touch where tenant_id = :tenant_id),
     strays as (delete from touch_stray where tenant_id = :tenant_id),
     totals as (delete from touch_total where tenant_id = :tenant_id)
delete from credit where tenant_id = :tenant_id;
