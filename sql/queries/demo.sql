-- name: oldest_event(tenant_id)
-- When the tenant's oldest event happened; null where there is none.
select min(happened_at) as oldest from event where tenant_id = :tenant_id;

-- name: take_closed(experiment_id, phase, since, until)!
-- Takes the units of a phase whose window closed after one moment and up to another, to be summed up.
insert into come_unit
select * from unit_metric where experiment_id = :experiment_id and phase = :phase and closes_at > :since and closes_at <= :until;

-- name: tell_apart(moments)!
-- Puts those first whose window had closed by the first of the moments, counted from 0: by the number by which policies are told apart.
update come_unit u set policy = (select count(*) from unnest(:moments::timestamptz[]) as at where at < u.closes_at);

-- name: sum_closed()
-- Their sums as totals hold them of everyone, by those numbers.
select policy as place, variant, metric, n, y, yy, d, dd, yd, x, xx, xy, z, zz, xz, xd, yz, dz
from sum_units()
where segment = '';
