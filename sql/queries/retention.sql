-- name: due()
-- The tenants that may have rows from before the first day they keep, and that day.
select t.tenant_id, kept_since(t.retention_days) as since, r.until
from tenant t
left join retained r using (tenant_id)
order by t.tenant_id;

-- name: aging()
-- What grows old, by which column, which rows of it only; of the tables that are parted by day, each part by itself.
select child as name, case when parent = 'event' then 'happened_at' else 'served_at' end as moment, 'true' as only_if, day, 0 as place
from days_of_tables()
union all
select name, moment, only_if, null, place from things_that_age() with ordinality as thing (name, moment, only_if, place)
order by day nulls last, place, name;

-- name: expire(tenant_id, name, moment, only_if, before, most)
-- Removes rows from before a day, :most at most.
select expire_rows(:tenant_id, :name, :moment, :only_if, :before, :most) as rows;

-- name: expire_units(tenant_id, before, most)
-- The same of exposures, with the units that they began: how many.
select expire_units(:tenant_id, :before, :most) as units;

-- name: note(tenant_id, until)!
insert into retained (tenant_id, until) values (:tenant_id, :until)
on conflict (tenant_id) do update set until = excluded.until, done_at = now();

-- name: old_days()
-- The parts whose day nobody keeps any more.
select child, parent
from days_of_tables()
where day < (select min(kept_since(retention_days)) from tenant)
order by day, child;

-- name: drop_day(child)
-- Drops it where nobody keeps its day even now; whether it did.
select drop_day(:child) as dropped;

-- name: forget_marks(days)!
-- What was forgotten and is not blocked needs no mark once nothing of it can be on its way.
delete from forgotten where not blocked and forgotten_at < now() - make_interval(days => :days);
