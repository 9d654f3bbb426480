-- name: read_kinds(tenant_id)
-- Which units the tenant's experiments have, and which event types their metrics count beside the core ones; no row where nothing ever ran.
select array_agg(distinct e.unit) as kinds,
       coalesce(array_agg(distinct substr(m.measure #>> '{}', 7)) filter (where m.measure #>> '{}' ~ '^(event|value):'), '{}') as types
from experiment e
join experiment_phase p using (experiment_id)
cross join lateral jsonb_path_query(p.measures, '$.measures[*]') as m (measure)
where e.tenant_id = :tenant_id
having count(*) > 0;

-- name: stage()
-- Makes the transaction's own tables, or empties them.
select stage_folding();

-- name: weigh(staged)
-- Has PostgreSQL look at how large they are.
select weigh(:staged::text[]);

-- name: note_told(tenant_id, since, until, batches, numbered, types)!
-- Whom batches told anything of that experiments count, or that they are bots; not :numbered, what came before batches were numbered.
insert into stirred_by
select e.session_id, e.user_id, e.visitor_id, min(e.happened_at), max(e.happened_at), bool_or(e.apart is not null)
from event e
where e.tenant_id = :tenant_id and e.happened_at >= :since and e.happened_at < :until and e.scope <> 'PREVIEW'
  and case when :numbered::boolean then e.batch_id >= (select min(b) from unnest(:batches::bigint[]) as b)
                                    and e.batch_id <= (select max(b) from unnest(:batches::bigint[]) as b)
                                    and e.batch_id = any (:batches::bigint[]) else e.batch_id is null end
  and (e.apart = 'BOT' or e.apart is null and e.type = any (:types::text[] || '{impression,click}'))
group by 1, 2, 3;

-- name: note_sales(tenant_id)!
-- Whose orders, carts, or what is owed for them, have changed.
insert into stirred_by
select b.session_id, b.user_id, b.visitor_id, b.happened_at, b.happened_at, false
from before_conversion b join (select distinct * from dirty_conversion) as d using (order_key, event_id, line)
union
select c.session_id, c.user_id, c.visitor_id, c.happened_at, c.happened_at, false
from (select distinct * from dirty_conversion) as d
join conversion c on c.tenant_id = :tenant_id and c.order_key = d.order_key and c.event_id = d.event_id and c.line = d.line;

-- name: note_due(tenant_id, kinds)!
-- The units that they are. A session that turns out to be a bot's, and its visitor, stand apart from now on; what a bot did without a
-- session, or as a user, keeps them out of the arms as long as it is in the time that is looked at.
with own as materialized (
    select 'SESSION' as kind, session_id as unit, since, until, bot, true as lasts from stirred_by
    where session_id is not null and 'SESSION' = any (:kinds::text[])
    union all
    select 'VISITOR', coalesce(v.visitor_id, s.visitor_id), s.since, s.until, s.bot, s.session_id is not null
    from stirred_by s left join visitor_session v on v.tenant_id = :tenant_id and v.session_id = s.session_id
    where 'VISITOR' = any (:kinds::text[])
    union all
    select 'USER', named, s.since, s.until, s.bot, false
    from stirred_by s cross join lateral unnest(whole_of(:tenant_id, person_of(:tenant_id, s.user_id))) as named
    where s.user_id is not null and 'USER' = any (:kinds::text[])
    union all
    select 'USER', named, s.since, s.until, s.bot, false
    from stirred_by s
    join session_link l on l.tenant_id = :tenant_id and l.session_id = s.session_id
    cross join lateral unnest(whole_of(:tenant_id, person_of(:tenant_id, l.user_id))) as named
    where 'USER' = any (:kinds::text[])
), stirred as (
    select x.experiment_id, x.phase, x.policy, x.unit, bool_or(o.bot and o.lasts and x.apart is distinct from 'BOT') as bot
    from own o
    join exposure x on x.tenant_id = :tenant_id and x.unit = o.unit
    join experiment e on e.experiment_id = x.experiment_id and e.unit = o.kind
    where o.bot or o.since < x.exposed_at + make_interval(hours => e.window_hours)
               and o.until >= x.exposed_at - case o.kind when 'SESSION' then interval '0' else interval '28 days' end
    group by 1, 2, 3, 4
), shunned as (
    update exposure x set apart = 'BOT'
    from stirred s
    where s.bot and (x.experiment_id, x.phase, x.unit, x.policy) = (s.experiment_id, s.phase, s.unit, s.policy)
)
insert into due_unit select distinct experiment_id, phase, unit from stirred;

-- name: note_all(tenant_id)!
-- Every unit is to be added up anew.
insert into unit_due select distinct tenant_id, experiment_id, phase, unit from exposure where tenant_id = :tenant_id;

-- name: leave(tenant_id, most)!
-- All but :most of the due units wait until the next time.
with gone as (
    delete from due_unit where ctid not in (select ctid from due_unit limit :most) returning experiment_id, phase, unit
)
insert into unit_due select :tenant_id, experiment_id, phase, unit from gone;

-- name: take(tenant_id, most)!
-- Of those that wait :most at most, with those whose window has closed meanwhile, as far as there is room beside those due already.
with room as (
    select greatest(0, :most::int - (select count(*) from due_unit))::int as room
), gone as (
    delete from unit_due where ctid = any (array(select ctid from unit_due where tenant_id = :tenant_id limit (select room from room)))
    returning experiment_id, phase, unit
), closing as (
    select u.experiment_id, u.phase, u.unit
    from unit_metric u
    where not u.closed and u.closes_at <= now()
      and u.experiment_id in (select e.experiment_id from experiment e where e.tenant_id = :tenant_id)
      and (u.experiment_id, u.phase) not in (select p.experiment_id, p.phase from experiment_phase p where p.unread is not null)
    limit (select room from room)
)
insert into due_unit
select experiment_id, phase, unit from gone union select experiment_id, phase, unit from closing;

-- name: spare(tenant_id)!
-- Those that are due already need not wait as well.
delete from unit_due d using due_unit u
where d.tenant_id = :tenant_id and (d.experiment_id, d.phase, d.unit) = (u.experiment_id, u.phase, u.unit);

-- name: count_due()
select count(*) as units from due_unit;

-- name: take_units(experiment_id, phase, after, most)
-- The next units of a phase by name, to be added up again; the last of them, null where there is none.
with next as (
    insert into due_unit
    select distinct x.experiment_id, x.phase, x.unit
    from exposure x
    where x.experiment_id = :experiment_id and x.phase = :phase and x.unit > :after
    order by x.unit
    limit :most
    returning unit
)
select max(unit) as last, count(*) as units from next;

-- name: look_up(tenant_id)
-- When and under which names the due units are looked at, and what is measured of them.
select look_up_phases() as unread, look_up_windows(:tenant_id);

-- name: read_span()
-- From when to when anything of them matters; null where they were never exposed.
select min(begins) as since, max(closes_at) as until from due_window;

-- name: hear(tenant_id, since, until)
select hear_units(:tenant_id, :since, :until), make_units(:tenant_id);

-- name: note_gone()!
-- The rows of the due units that are others now, or none. Whole rows are held against each other: of a join by four columns PostgreSQL expects
-- one row, and would go through all that are due for each.
insert into gone_unit
select u.*
from (select distinct experiment_id, phase, unit from due_name union select experiment_id, phase, named from due_name) as n
join unit_metric u using (experiment_id, phase, unit)
except
select * from fresh_unit;

-- name: note_come()!
-- And those that are there now and were not, or were others.
insert into come_unit
select f.*
from fresh_unit f
left join unit_metric u on (f.experiment_id, f.phase, f.unit, f.policy) = (u.experiment_id, u.phase, u.unit, u.policy)
where u is distinct from f;

-- name: forgive(tenant_id)!
-- What is about to be counted anyway is no difference, nor that a window has closed since.
with closing as (
    select g.experiment_id, g.phase, g.unit, g.policy
    from gone_unit g join come_unit c using (experiment_id, phase, unit, policy)
    where c.closed and not g.closed and to_jsonb(g) - 'closed' = to_jsonb(c) - 'closed'
), closed as (
    delete from come_unit u using closing c where (u.experiment_id, u.phase, u.unit, u.policy) = (c.experiment_id, c.phase, c.unit, c.policy)
), open as (
    delete from gone_unit u using closing c where (u.experiment_id, u.phase, u.unit, u.policy) = (c.experiment_id, c.phase, c.unit, c.policy)
), waiting as (
    select distinct n.experiment_id, n.phase, n.unit, n.named
    from due_name n
    join unit_due d on d.tenant_id = :tenant_id and d.experiment_id = n.experiment_id and d.phase = n.phase and d.unit = n.named
), come as (
    delete from come_unit u using waiting w
    where u.experiment_id = w.experiment_id and u.phase = w.phase and u.unit in (w.unit, w.named)
)
delete from gone_unit u using waiting w
where u.experiment_id = w.experiment_id and u.phase = w.phase and u.unit in (w.unit, w.named);

-- name: differences(most)
-- What stood, and what should: by unit.
select coalesce(g.unit, c.unit) as unit, coalesce(g.policy, c.policy) as policy, g.variant as had_variant, g.amounts as had,
       c.variant, c.amounts, count(*) over () as units
from gone_unit g full join come_unit c using (experiment_id, phase, unit, policy)
order by 1, 2
limit :most;

-- name: drop()!
-- Takes the rows away that have gone.
delete from unit_metric u using gone_unit g
where (u.experiment_id, u.phase, u.unit, u.policy) = (g.experiment_id, g.phase, g.unit, g.policy);

-- name: put()!
insert into unit_metric select * from come_unit;

-- name: shun()!
-- Which of the due units a bot keeps out of the arms, and which no more.
with heard as (
    select distinct w.experiment_id, w.phase, w.policy, w.unit
    from due_window w join heard_event h using (number)
    where w.counts and h.bot
), gone as (
    delete from unit_of_bots u
    using (select experiment_id, phase, unit from due_name union select experiment_id, phase, named from due_name) as n
    where (u.experiment_id, u.phase, u.unit) = (n.experiment_id, n.phase, n.unit)
      and not exists (select from heard h where (h.experiment_id, h.phase, h.unit, h.policy) = (u.experiment_id, u.phase, u.unit, u.policy))
)
insert into unit_of_bots (experiment_id, phase, policy, unit) select experiment_id, phase, policy, unit from heard on conflict do nothing;

-- name: add()
-- And what follows of it in the totals.
select add_units();

-- name: read_tenants()
select distinct tenant_id from experiment order by tenant_id;

-- name: phases(tenant_id, key)
-- The stretches of the tenant's experiments, or of the one of a key.
select e.experiment_id, e.key, p.phase
from experiment e join experiment_phase p using (experiment_id)
where e.tenant_id = :tenant_id and (:key::text is null or e.key = :key::text)
order by e.experiment_id, p.phase;

-- name: unread()
-- The phases whose measures cannot be read, and why.
select e.tenant_id, e.key, p.phase, p.unread as why
from experiment_phase p join experiment e using (experiment_id)
where p.unread is not null
order by 1, 2, 3;

-- name: next_units(experiment_id, phase, after, most)
-- The next unit rows of a phase by name, to be summed up; the last name, null where there is none.
with next as (
    insert into come_unit
    select * from unit_metric u
    where u.experiment_id = :experiment_id and u.phase = :phase and u.unit > :after and u.unit <= coalesce((
        select k.unit from unit_metric k
        where k.experiment_id = :experiment_id and k.phase = :phase and k.unit > :after
        order by k.unit offset :most::int limit 1), chr(1114111))
    returning unit
)
select max(unit) as last, count(*) as units from next;

-- name: stage_sums(experiment_id, phase)
-- Where the sums of all units of a phase come together.
select stage_sums(:experiment_id, :phase) as unread;

-- name: sum()
-- Adds up the unit rows that are there, and forgets them.
select collect_sums();

-- name: wrong_sums(experiment_id, phase, since)
-- The totals and days that are not the sums of the units that are kept and of those that went: what stands, and what should. Days of
-- which units have gone already say nothing.
select 'total' as what, coalesce(t.policy, s.policy) as policy, coalesce(t.variant, s.variant) as variant,
       concat_ws(' ', coalesce(t.metric, s.metric), coalesce(t.segment, s.segment), coalesce(t.value, s.value),
                 case when coalesce(t.closed, s.closed) then 'closed' else 'open' end) as named,
       array[t.n, t.y, t.yy, t.d, t.dd, t.yd, t.x, t.xx, t.xy, t.z, t.zz, t.xz, t.xd, t.yz, t.dz]::numeric[] as had,
       array[s.n, s.y, s.yy, s.d, s.dd, s.yd, s.x, s.xx, s.xy, s.z, s.zz, s.xz, s.xd, s.yz, s.dz]::numeric[] as right_one
from (select * from experiment_total where experiment_id = :experiment_id and phase = :phase) as t
full join (
    select policy, variant, segment, value, closed, metric, sum(n) as n, sum(y) as y, sum(yy) as yy, sum(d) as d, sum(dd) as dd,
           sum(yd) as yd, sum(x) as x, sum(xx) as xx, sum(xy) as xy, sum(z) as z, sum(zz) as zz, sum(xz) as xz, sum(xd) as xd,
           sum(yz) as yz, sum(dz) as dz
    from (select * from part_sum union all
          select * from experiment_past where experiment_id = :experiment_id and phase = :phase) as each
    group by 1, 2, 3, 4, 5, 6
) as s using (policy, variant, segment, value, closed, metric)
where (t.n, t.y, t.yy, t.d, t.dd, t.yd, t.x, t.xx, t.xy, t.z, t.zz, t.xz, t.xd, t.yz, t.dz)
      is distinct from (s.n, s.y, s.yy, s.d, s.dd, s.yd, s.x, s.xx, s.xy, s.z, s.zz, s.xz, s.xd, s.yz, s.dz)
union all
select 'day', coalesce(t.policy, s.policy), coalesce(t.variant, s.variant), coalesce(t.day, s.day)::text, array[t.units]::numeric[],
       array[s.units]::numeric[]
from (select * from experiment_day where experiment_id = :experiment_id and phase = :phase and day >= :since) as t
full join (select policy, variant, day, sum(units) as units from part_day where day >= :since group by 1, 2, 3) as s
using (policy, variant, day)
where t.units is distinct from s.units
union all
select 'product', null, coalesce(t.variant, s.variant), coalesce(t.product_id, s.product_id), array[t.units]::numeric[],
       array[coalesce(t.past, 0) + coalesce(s.units, 0)]::numeric[]
from (select * from experiment_product where experiment_id = :experiment_id and phase = :phase) as t
full join (select variant, product_id, sum(units) as units from part_product group by 1, 2) as s using (variant, product_id)
where coalesce(t.units, 0) <> coalesce(t.past, 0) + coalesce(s.units, 0)
order by 1, 2, 3, 4;

-- name: mend_sums(experiment_id, phase, since)
-- Has the totals and days be what they should.
select mend_sums(:experiment_id, :phase, :since);
