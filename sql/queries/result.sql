-- name: phase(experiment_id, phase)
-- What units of a phase are measured by, and the most that one's revenue counts, frozen when it began.
select measures, revenue_cap from experiment_phase where experiment_id = :experiment_id and phase = :phase;

-- name: totals(experiment_id, phase, segment, value)
-- The sums of everyone (segment '') or of a segment, by variant and metric; of all policies together.
select variant, closed, metric, sum(n)::bigint as n, sum(y) as y, sum(yy) as yy, sum(d) as d, sum(dd) as dd, sum(yd) as yd, sum(x) as x,
       sum(xx) as xx, sum(xy) as xy, sum(z) as z, sum(zz) as zz, sum(xz) as xz, sum(xd) as xd, sum(yz) as yz, sum(dz) as dz
from experiment_total
where experiment_id = :experiment_id and phase = :phase and segment = :segment and value = :value
group by variant, closed, metric;

-- name: segments(experiment_id, phase)
-- The segments that have units, and how many units each has.
select segment, value, max(n)::bigint as units
from (select segment, value, metric, sum(n) as n
      from experiment_total
      where experiment_id = :experiment_id and phase = :phase and segment <> ''
      group by segment, value, metric) t
group by segment, value
order by segment, units desc, value;

-- name: days(experiment_id, phase)
-- How many units came in, by variant and day.
select variant, day, sum(units)::bigint as units
from experiment_day
where experiment_id = :experiment_id and phase = :phase
group by variant, day
order by day, variant;

-- name: expected(experiment_id, phase)
-- How many units each variant of an optimiser should have, by the weights that were in force when they came in.
select w.place::int as variant, sum(t.units * w.weight) as units
from (select policy, sum(units) as units from experiment_day where experiment_id = :experiment_id and phase = :phase group by policy) t
join experiment_policy p on p.experiment_id = :experiment_id and p.phase = :phase and p.policy = t.policy
cross join lateral unnest(p.weights) with ordinality as w (weight, place)
group by w.place
order by w.place;

-- name: expected_by_weights(experiment_id, phase)
-- The same where weights have changed while units came in that keep their variant: by the weights that were in force then, and under how many
-- sets of them a hundredth of the units and more came. Nothing where they never changed.
with told as materialized (
    select weights, case row_number() over (order by since) when 1 then '-infinity' else since end as since,
           coalesce(lead(since) over (order by since), 'infinity') as until
    from experiment_weighing
    where experiment_id = :experiment_id and phase = :phase
), came as materialized (
    select t.weights, (select count(*) from unit_metric u
                       where u.experiment_id = :experiment_id and u.phase = :phase and u.exposed_at >= t.since and u.exposed_at < t.until) as units
    from told t
    where (select count(*) from told) > 1
)
select w.place::int as variant, sum(c.units * w.weight) as units,
       (select count(distinct weights) from came where units * 100 > (select sum(units) from came)) as sets
from came c
cross join lateral unnest(c.weights) with ordinality as w (weight, place)
group by w.place
order by w.place;

-- name: outside(experiment_id, phase)
-- Units that are in no arm, and why: they saw two variants, are bots or had one act for them, or had a variant forced on them.
select count(*) filter (where multiple and apart is null) as multiple,
       count(*) filter (where apart = 'BOT')
           + (select count(*) from unit_of_bots where experiment_id = :experiment_id and phase = :phase) as bots,
       count(*) filter (where apart = 'FORCED') as forced
from exposure
where experiment_id = :experiment_id and phase = :phase and (multiple or apart is not null);

-- name: looks(experiment_id, phase)
select look, looked_at, figures from experiment_look where experiment_id = :experiment_id and phase = :phase order by look;

-- name: keep_look(experiment_id, phase, look, looked_at, figures)!
-- Whoever takes the same look at the same time leaves one.
insert into experiment_look (experiment_id, phase, look, looked_at, figures)
values (:experiment_id, :phase, :look, :looked_at, :figures)
on conflict do nothing;

-- name: policy(experiment_id, phase)
select policy, since, weights, probability_best, evidence
from experiment_policy
where experiment_id = :experiment_id and phase = :phase
order by policy desc
limit 1;

-- name: reproduce(tenant_id, key, phase, segment, value)
-- Every metric of every variant, made of units alone: n, the figure, and its standard error (of a share from p(1 - p) / n, of a ratio by the
-- delta method). Of people, what they had before is taken out of both, theta times (CUPED), where theta is not null. An interval is the figure's
-- difference to the control's, give or take the look's bound times the root of both squared errors. It is of now: between two looks, and after
-- a stop, the result has what the last look saw. Verdicts go by units whose window has closed; units that saw two variants, bots and forced ones are in no arm. In minor units, thousandths and milliseconds.
-- Last, how many products each variant has shown (numerator), of how many that may be shown now (denominator), and the share of those.
with judged as (
    select p.experiment_id, p.phase, e.tenant_id, e.variants, m ->> 'key' as metric, m ->> 'kind' as kind, (m ->> 'y')::int as y,
           (m ->> 'd')::int as d, (m ->> 'cap')::numeric as cap
    from experiment e
    join experiment_phase p using (experiment_id)
    cross join jsonb_array_elements(p.measures -> 'metrics') as m
    where e.tenant_id = :tenant_id and e.key = :key and p.phase = :phase
), unit as (
    select j.metric, j.kind, u.variant, u.closed,
           case when j.kind = 'PROPORTION' then (u.amounts[j.y] > 0)::int else least(u.amounts[j.y], j.cap) end::numeric as y,
           case when j.kind = 'RATIO' then u.amounts[j.d] else 1 end::numeric as d,
           case when j.kind = 'PROPORTION' then (u.before[j.y] > 0)::int else least(u.before[j.y], j.cap) end::numeric as x,
           case when j.kind = 'RATIO' then u.before[j.d] else 1 end::numeric as z
    from judged j
    join unit_metric u using (experiment_id, phase)
    where case :segment::text
              when '' then true
              when 'market' then u.market_id = :value::text
              when 'device' then u.device = :value::text
              when 'page_type' then u.page_type = :value::text
              else u.returning_one = (:value::text = 'returning') end
), arm as (
    select metric, kind, variant, count(*) as n, sum(y) as y, sum(d) as d, sum(y) / nullif(sum(d), 0) as now, sum(x) / nullif(sum(z), 0) as past,
           sum(z) as z, var_samp(y) as yy, var_samp(d) as dd, covar_samp(y, d) as yd, var_samp(x) as xx, var_samp(z) as zz,
           covar_samp(x, z) as xz, covar_samp(y, x) as yx, covar_samp(y, z) as yz, covar_samp(d, x) as dx, covar_samp(d, z) as dz
    from unit
    where closed or not exists (select from unit where closed)
    group by grouping sets ((metric, kind, variant), (metric, kind))
), varied as (
    select *, (yy - 2 * now * yd + now * now * dd) / nullif(d / n, 0) ^ 2 as of_now,
           (xx - 2 * past * xz + past * past * zz) / nullif(z / n, 0) ^ 2 as of_past,
           (yx - now * dx - past * yz + now * past * dz) / nullif(d / n * z / n, 0) as of_both,
           (xx + past * past * zz) / nullif(z / n, 0) ^ 2 as parts, least(d, z) > 0 as has_both
    from arm
), freed as (
    select metric, past, of_both / of_past as theta
    from varied v
    where variant is null and of_past > 1e-12 * parts
      and not exists (select from varied each where each.metric = v.metric and each.has_both is not true)
)
select metric, e.variants -> v.variant ->> 'key' as variant, v.n, v.y as numerator, v.d as denominator,
       v.now - coalesce(f.theta * (v.past - f.past), 0) as figure,
       sqrt(greatest(case when f.theta is not null then v.of_now + f.theta ^ 2 * v.of_past - 2 * f.theta * v.of_both
                          when v.kind = 'PROPORTION' then v.now * (1 - v.now) else v.of_now end, 0) / v.n) as standard_error, f.theta
from varied v
left join freed f using (metric)
cross join (select distinct variants from judged) as e
where v.variant is not null
union all
select 'coverage', e.variants -> v.variant ->> 'key', v.n, v.products, s.sellable, v.on_sale::numeric / nullif(s.sellable, 0), null, null
from (
    select u.variant, count(distinct (u.policy, u.unit)) as n, count(distinct p.product_id) as products,
           count(distinct p.product_id) filter (where p.on_sale) as on_sale
    from (select distinct experiment_id, phase, tenant_id from judged) as j
    join unit_metric u using (experiment_id, phase)
    left join lateral (
        select stood.product_id, exists (
            select from product p join product_market m using (tenant_id, product_id)
            where p.tenant_id = j.tenant_id and p.product_id = stood.product_id and is_visible(p) and m.available) as on_sale
        from unnest(u.shown) as stood (product_id)
    ) as p on true
    where :segment::text = ''
    group by u.variant
) as v
cross join (select distinct variants from judged) as e
cross join (
    select count(*) as sellable
    from product p
    where p.tenant_id = :tenant_id and is_visible(p)
      and exists (select from product_market m where m.tenant_id = p.tenant_id and m.product_id = p.product_id and m.available)
) as s
where exists (select from unit_metric u join judged j using (experiment_id, phase) where u.shown is not null)
order by metric, variant;

-- name: state(experiment_id)
-- Whatever changes when the result of an experiment's last phase does: its sums, who stands outside, looks, weights, and itself.
select e.version, e.status, p.phase,
       (select array_agg((variant, closed, metric, n, y, yy, d, dd, yd, x, xx, xy, z, zz, xz, xd, yz, dz)::text order by policy, variant, closed, metric)
        from experiment_total t where t.experiment_id = e.experiment_id and t.phase = p.phase and t.segment = '')::text as sums,
       (select count(*) from exposure x
        where x.experiment_id = e.experiment_id and x.phase = p.phase and (x.multiple or x.apart is not null))
           + (select count(*) from unit_of_bots b where b.experiment_id = e.experiment_id and b.phase = p.phase) as outside,
       (select count(*) from experiment_look l where l.experiment_id = e.experiment_id and l.phase = p.phase) as looks,
       (select max(policy) from experiment_policy o where o.experiment_id = e.experiment_id and o.phase = p.phase) as policy
from experiment e
left join lateral (select phase from experiment_phase p where p.experiment_id = e.experiment_id order by phase desc limit 1) p on true
where e.experiment_id = :experiment_id;

-- name: every_total(experiment_id, phase)
-- The sums of every segment, by variant and metric; of all policies together.
select segment, value, variant, closed, metric, sum(n)::bigint as n, sum(y) as y, sum(yy) as yy, sum(d) as d, sum(dd) as dd, sum(yd) as yd,
       sum(x) as x, sum(xx) as xx, sum(xy) as xy, sum(z) as z, sum(zz) as zz, sum(xz) as xz, sum(xd) as xd, sum(yz) as yz, sum(dz) as dz
from experiment_total
where experiment_id = :experiment_id and phase = :phase and segment <> ''
group by segment, value, variant, closed, metric;

-- name: coverage(tenant_id, experiment_id, phase)
-- How many products each variant showed to how many units, and how many of those may be shown now; beside each how many of the catalog may.
-- A row without a variant where nothing was shown.
with sellable as materialized (
    select p.product_id
    from product p
    where p.tenant_id = :tenant_id and is_visible(p)
      and exists (select from product_market m where m.tenant_id = p.tenant_id and m.product_id = p.product_id and m.available)
), stood as (
    select t.variant, t.units, count(*) as products, count(s.product_id) as on_sale
    from experiment_product t
    left join sellable s using (product_id)
    where t.experiment_id = :experiment_id and t.phase = :phase and t.units > 0
    group by t.variant, t.units
)
select s.variant, s.units, s.products, s.on_sale, whole.sellable
from (select count(*) as sellable from sellable) as whole
left join stood s on true;
