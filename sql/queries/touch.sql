-- name: hear(tenant_id)!
-- The sights of and the clicks on recommendations that were told, and the recommendations that carts and orders named. One that was
-- told more than thirty days after it was served, or a day before, is none: browsers' clocks are wrong by hours, and not by more.
insert into told_touch (tenant_id, view_id, kind, event_id, line, recommendation_id, list_number, place, product_id, placement_id, channel,
                        market_id, happened_at, session_id, user_id, visitor_id, noted_at)
select :tenant_id, view_of(named.id), case when e.type in ('impression', 'click') then e.type else 'direct' end, e.event_id, e.line,
       case when position_of(named.id) > 0 then named.id end, list_of(named.id),
       coalesce(nullif(position_of(named.id), 0), case when list_of(named.id) > 0 then e.position + 1 end),
       case when not e.whole then e.product_id end, e.placement_id, e.channel, e.market_id, e.happened_at, e.session_id, e.user_id,
       e.visitor_id, now()
from told e
cross join lateral (
    select coalesce(case when is_ours(e.recommendation_id) and list_of(e.recommendation_id) > 0 and position_of(e.recommendation_id) > 0
                         then e.recommendation_id end,
                    case when is_ours(e.list_id) and position_of(e.list_id) = 0 then e.list_id end,
                    case when is_ours(e.view_id) and position_of(e.view_id) = 0 then e.view_id end) as id
) as named
where (not e.whole or e.line = 0)
  and made_at(named.id) between e.happened_at - interval '30 days' and e.happened_at + interval '1 day'
  and (e.type in ('impression', 'click') or position_of(named.id) > 0 and e.type in ('add_to_cart', 'purchase'))
  and (e.type <> 'click' or position_of(named.id) > 0 or e.product_id is not null or list_of(named.id) > 0 and e.position is not null);

-- name: take_strays(tenant_id, most)!
-- With them those that waited for a view that is there now: of the :most that are to be looked for first, and of the :most that were
-- written late. Anybody can make up ids, so those without a view are not made out again: each costs a look at an index. They are looked
-- for again and again for ten minutes, each time after twice as long.
with late as (
    delete from late_view
    where ctid in (select ctid from late_view where tenant_id = :tenant_id limit :most) and tenant_id = :tenant_id
    returning view_id
), due as materialized (
    select ctid as place, view_id
    from touch_stray
    where tenant_id = :tenant_id and again <= now()
    order by again
    limit :most
), there as materialized (
    select view_id from late
    union
    select d.view_id
    from (select distinct view_id from due) as d
    cross join lateral (
        select from served_view v where v.tenant_id = :tenant_id and v.view_id = d.view_id and v.served_at = made_at(d.view_id) limit 1
    ) as v
), later as (
    update touch_stray t
    set again = case when now() < t.noted_at + interval '10 minutes'
                     then least(now() + interval '1 second' + (now() - t.noted_at), t.noted_at + interval '10 minutes') end
    from due d
    where t.tenant_id = :tenant_id and t.ctid = d.place and d.view_id not in (select view_id from there)
), back as (
    delete from touch_stray where tenant_id = :tenant_id and view_id in (select view_id from there) returning *
)
insert into told_touch select * from back;

-- name: look_up(tenant_id, since, until)!
-- The views of all of them, as far as they are there. Their moments are in their ids, so that only their days are read.
insert into shown
select v.view_id, v.preview, v.release_id, v.channel, v.market_id, v.session_id, v.user_id, v.visitor_id, v.lists
from (select distinct view_id from told_touch) as t
join served_view v on v.tenant_id = :tenant_id and v.view_id = t.view_id and v.served_at = made_at(t.view_id)
where v.served_at >= :since and v.served_at < :until;

-- name: read_span()
-- Between which moments they were served; null where there are none. Ids are in the order of their moments.
select made_at((select view_id from told_touch order by view_id limit 1)) as first,
       made_at((select view_id from told_touch order by view_id desc limit 1)) as last;

-- name: make_out()!
-- What each of them touched: one recommendation, or, where a view or a list was named, all of it that the event does not exclude. Who it
-- was, where the event does not say or says the same, the view knows. Of a view that is not there only the event is known,
-- and nothing of what it says of placement, channel and market is believed: anybody can make up an id.
insert into heard_touch
select t.tenant_id, t.kind, recommendation_of(v.view_id, nth, stood), made_at(v.view_id), true, t.happened_at,
       list -> 'products' ->> stood - 1, list ->> 'placement', list -> 'strategies' ->> stood - 1, list -> 'levels' ->> stood - 1,
       list -> 'rules' ->> stood - 1, v.release_id, list ->> 'variant', v.channel, v.market_id,
       who.session_id, who.user_id, null, who.visitor_id
from told_touch t
join shown v on v.view_id = t.view_id and not v.preview
cross join lateral generate_series(greatest(t.list_number, 1),
                                   case t.list_number when 0 then jsonb_array_length(v.lists) else t.list_number end) as nth
cross join lateral (values (v.lists -> nth - 1)) as named (list)
cross join lateral generate_series(coalesce(t.place, 1), coalesce(t.place, jsonb_array_length(list -> 'products'))) as stood
cross join lateral (
    select case when same then coalesce(t.session_id, v.session_id) else t.session_id end as session_id,
           case when same then coalesce(t.user_id, v.user_id) else t.user_id end as user_id,
           case when same then coalesce(t.visitor_id, v.visitor_id) else t.visitor_id end as visitor_id
    from (select coalesce(t.session_id, t.user_id, t.visitor_id) is null or coalesce(t.session_id = v.session_id, false)
                 or coalesce(t.user_id = v.user_id, false) or coalesce(t.visitor_id = v.visitor_id, false)) as told (same)
) as who
where list -> 'products' ->> stood - 1 is not null
  and (t.recommendation_id is not null or t.product_id is null or t.product_id = list -> 'products' ->> stood - 1)
union all
select t.tenant_id, t.kind, t.recommendation_id, made_at(t.recommendation_id), false, t.happened_at, t.product_id,
       null, null, null, null, null, null, null, null, t.session_id, t.user_id, null, t.visitor_id
from told_touch t
where t.recommendation_id is not null and not exists (select from shown v where v.view_id = t.view_id);

-- name: leave_strays()!
-- Those whose view is not there wait for it.
insert into touch_stray
select tenant_id, view_id, kind, event_id, line, recommendation_id, list_number, place, product_id, placement_id, channel, market_id,
       happened_at, session_id, user_id, visitor_id, noted_at,
       case when now() < noted_at + interval '10 minutes'
            then least(now() + interval '1 second' + (now() - noted_at), noted_at + interval '10 minutes') end
from told_touch t
where not exists (select from shown v where v.view_id = t.view_id);

-- name: read_days()
-- The days on which what was seen had been served.
select distinct (served_at at time zone 'UTC')::date as day from heard_touch where kind = 'impression' order by day;

-- name: note_before(tenant_id, since, until)!
-- What stood of them until now, and what stood of the sessions that are linked otherwise now.
insert into before_touch
select t.*
from (select distinct kind, recommendation_id from heard_touch
      union select kind, recommendation_id from told_touch where recommendation_id is not null) as h
join touch t on t.tenant_id = :tenant_id and t.kind = h.kind and t.recommendation_id = h.recommendation_id
            and t.served_at = made_at(h.recommendation_id)
where t.served_at >= :since and t.served_at < :until;

-- name: note_relinked(tenant_id)!
-- What stands of the sessions and the users that are another's now. A session is not looked for on the days before it began.
insert into before_touch
select t.*
from (
    select each.*
    from relinked_session r
    left join visitor_session s on s.tenant_id = :tenant_id and s.session_id = r.session_id
    cross join lateral (
        select * from touch
        where tenant_id = :tenant_id and session_id = r.session_id
          and served_at >= coalesce(s.started_at - interval '60 days', '-infinity')
    ) as each
    union
    select each.* from relinked_user r join touch each on each.tenant_id = :tenant_id and each.told_user_id = r.user_id
) as t
where not exists (select from before_touch b where b.kind = t.kind and b.recommendation_id = t.recommendation_id);

-- name: merge()!
-- What stands of them from now on: the first time that each happened counts. What it was, the view says; where the first did not know
-- the view, one that does.
insert into after_touch
with each as materialized (
    select * from (table before_touch union all table heard_touch) as e
    where e.known or not exists (select from shown v where v.view_id = view_of(e.recommendation_id))
), first as materialized (
    select distinct on (recommendation_id, kind) *
    from each
    order by recommendation_id, kind, happened_at, coalesce(session_id, ''), coalesce(told_user_id, ''), coalesce(visitor_id, ''),
             product_id, placement_id, channel, market_id
), surer as materialized (
    select distinct on (recommendation_id, kind) *
    from each
    where known and (recommendation_id, kind) in (select recommendation_id, kind from first where not known)
    order by recommendation_id, kind
)
select f.tenant_id, f.kind, f.recommendation_id, f.served_at, coalesce(s.known, f.known), f.happened_at,
       case when s.known then s.product_id else f.product_id end, case when s.known then s.placement_id else f.placement_id end,
       coalesce(s.strategy, f.strategy), coalesce(s.level, f.level), coalesce(s.rule_id, f.rule_id), coalesce(s.release_id, f.release_id),
       coalesce(s.variant, f.variant), case when s.known then s.channel else f.channel end,
       case when s.known then s.market_id else f.market_id end, f.session_id, f.told_user_id,
       user_of(f.tenant_id, f.session_id, f.told_user_id, f.happened_at), f.visitor_id
from first f left join surer s using (recommendation_id, kind);

-- name: note_gone()!
insert into gone_touch (table before_touch except table after_touch);

-- name: note_come()!
insert into come_touch (table after_touch except table before_touch);

-- name: take_gone(tenant_id)!
delete from touch t
using gone_touch g
where t.tenant_id = :tenant_id and t.kind = g.kind and t.recommendation_id = g.recommendation_id and t.served_at = g.served_at;

-- name: put_come()!
-- In the order of time, in which neighbours lie together.
insert into touch select * from come_touch order by recommendation_id;

-- name: add_totals(tenant_id, time_zone)!
-- Adds what has come and takes off what has gone; a sum of nothing is no row.
insert into touch_total as t (tenant_id, day, placement_id, strategy, level, rule_id, release_id, variant, channel, market_id,
                              impressions, clicks, unknown)
select :tenant_id, (happened_at at time zone :time_zone)::date, placement_id, strategy, level, rule_id, release_id, variant, channel,
       market_id, coalesce(sum(sign) filter (where kind = 'impression' and known), 0),
       coalesce(sum(sign) filter (where kind = 'click' and known), 0), coalesce(sum(sign) filter (where not known), 0)
from (select *, 1 as sign from come_touch union all select *, -1 from gone_touch) as changed
where kind <> 'direct'
group by 2, 3, 4, 5, 6, 7, 8, 9, 10
having sum(sign) filter (where kind = 'impression' and known) <> 0 or sum(sign) filter (where kind = 'click' and known) <> 0
    or sum(sign) filter (where not known) <> 0
on conflict (tenant_id, day, placement_id, strategy, level, rule_id, release_id, variant, channel, market_id) do update
set impressions = t.impressions + excluded.impressions, clicks = t.clicks + excluded.clicks,
    unknown = t.unknown + excluded.unknown;

-- name: drop_empty_totals(tenant_id, time_zone)!
delete from touch_total
where tenant_id = :tenant_id and impressions = 0 and clicks = 0 and unknown = 0
  and day in (select (happened_at at time zone :time_zone)::date from gone_touch);

-- name: drop_totals(tenant_id)!
delete from touch_total where tenant_id = :tenant_id;

-- name: count_anew(tenant_id, time_zone)!
-- Every sum anew, for days that begin at another hour.
insert into touch_total (tenant_id, day, placement_id, strategy, level, rule_id, release_id, variant, channel, market_id, impressions, clicks,
                         unknown)
select :tenant_id, (happened_at at time zone :time_zone)::date, placement_id, strategy, level, rule_id, release_id, variant, channel,
       market_id, count(*) filter (where kind = 'impression' and known), count(*) filter (where kind = 'click' and known),
       count(*) filter (where not known)
from touch
where tenant_id = :tenant_id and kind <> 'direct'
group by 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- name: note_stirred()!
-- Whose touches have changed, and since when.
insert into stirred
select session_id, user_id, visitor_id, min(happened_at)
from (table gone_touch union all table come_touch) as changed
group by 1, 2, 3;
