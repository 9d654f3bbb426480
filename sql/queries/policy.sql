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
