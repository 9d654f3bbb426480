-- name: due(before)
-- The optimisers that run on weights from before a moment.
select e.tenant_id, e.key
from experiment e
cross join lateral (
    select o.since from experiment_policy o where o.experiment_id = e.experiment_id order by o.phase desc, o.policy desc limit 1
) o
where e.status = 'RUNNING' and e.reward is not null and o.since <= :before
order by e.tenant_id, e.experiment_id;

-- name: last(experiment_id, phase)
-- The policy in force, and what it was made of.
select policy, since, evidence
from experiment_policy
where experiment_id = :experiment_id and phase = :phase
order by policy desc
limit 1;

-- name: matured(experiment_id, phase, metric)
-- What the units of each variant whose window has closed came to, under whichever weights they came in; not those that came without any.
select t.variant, sum(t.n) as n, sum(t.y) as y, sum(t.yy) as yy
from experiment_total t
join experiment_policy using (experiment_id, phase, policy)
where t.experiment_id = :experiment_id and t.phase = :phase and t.segment = '' and t.closed and t.metric = :metric
group by t.variant;

-- name: earned(experiment_id, phase, metric, segment, value)
-- The same by the weights that were in force, with them: how likely each of these units was to get its variant.
select t.variant, p.weights, t.n, t.y, t.yy
from experiment_total t
join experiment_policy p using (experiment_id, phase, policy)
where t.experiment_id = :experiment_id and t.phase = :phase and t.segment = :segment and t.value = :value and t.closed
  and t.metric = :metric
order by t.policy, t.variant;

-- name: drawn(experiment_id, phase, metric, targets, since, until)
-- What units of each variant came to whose window has closed and whom chance gave it, those alike together: in the chance itself, where
-- the variant is one of :targets, in their segment, and in which half they fall. No bots, no forced ones, none of two variants.
select u.variant, case when u.variant = any (:targets::int[]) then x.propensity else 1 end as propensity,
       (hashtext(u.unit) & 1) as fold, concat_ws(' ', coalesce(u.market_id, ''), coalesce(u.device, '')) as segment, count(*) as n,
       sum(r.y) as y, sum(r.y * r.y) as yy
from unit_metric u
join exposure x using (experiment_id, phase, policy, unit)
join experiment_phase p using (experiment_id, phase)
cross join lateral jsonb_to_recordset(p.measures -> 'metrics') as m (key text, kind text, y int, cap bigint)
cross join lateral (
    select case when m.kind = 'PROPORTION' then (u.amounts[m.y] > 0)::int else least(u.amounts[m.y], m.cap) end::numeric as y
) r
where u.experiment_id = :experiment_id and u.phase = :phase and m.key = :metric and u.closed and x.source in ('HASH', 'BANDIT')
  and x.propensity > 0 and u.exposed_at >= :since and u.exposed_at < :until
group by 1, 2, 3, 4;

-- name: course(experiment_id, phase, steps)
-- The sets of weights in their order: all where there are few, else about :steps of them, the first and the last among them.
select since, weights
from (
    select policy, since, weights, part, lag(part) over (order by policy) as before, max(policy) over () as last
    from (
        select policy, since, weights, ntile(:steps::int) over (order by policy) as part
        from experiment_policy
        where experiment_id = :experiment_id and phase = :phase
    ) p
) q
where before is distinct from part or policy = last
order by policy;
