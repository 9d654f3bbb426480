-- name: read(tenant_id, key)
-- Experiments, or the one of a key: each with its last phase and, of an optimiser, the weights in force, by number.
select to_jsonb(e) - 'tenant_id' as row, to_jsonb(p) as phase, o.policy, o.weights
from experiment e
left join lateral (
    select phase, seed, started_at, ended_at, revenue_cap, measures
    from experiment_phase p where p.experiment_id = e.experiment_id order by phase desc limit 1
) p on true
left join lateral (
    select policy, weights
    from experiment_policy o where o.experiment_id = e.experiment_id and o.phase = p.phase order by policy desc limit 1
) o on true
where e.tenant_id = :tenant_id and (:key::text is null or e.key = :key::text)
order by e.experiment_id;

-- name: insert(tenant_id, key, name, hypothesis, status, placements, unit, coverage, variants, layer_id, ranges, condition, sticky, external, allocation, reward, goals, guardrails, mode, alpha, planned_units, planned_end, window_hours, actor)
insert into experiment (tenant_id, key, name, hypothesis, status, placements, unit, coverage, variants, layer_id, ranges, condition, sticky,
                        external, allocation, reward, goals, guardrails, mode, alpha, planned_units, planned_end, window_hours, updated_by)
values (:tenant_id, :key, :name, :hypothesis, :status, :placements, :unit, :coverage, :variants, :layer_id, :ranges, :condition, :sticky,
        :external, :allocation, :reward, :goals, :guardrails, :mode, :alpha, :planned_units, :planned_end, :window_hours, :actor)
returning experiment_id;

-- name: update(tenant_id, key, name, hypothesis, status, outcome, reason, winner, placements, unit, coverage, variants, layer_id, ranges, condition, sticky, external, allocation, reward, goals, guardrails, mode, alpha, planned_units, planned_end, window_hours, actor)!
update experiment
set (name, hypothesis, status, outcome, reason, winner, placements, unit, coverage, variants, layer_id, ranges, condition, sticky, external,
     allocation, reward, goals, guardrails, mode, alpha, planned_units, planned_end, window_hours, version, updated_at, updated_by)
  = (:name, :hypothesis, :status, :outcome, :reason, :winner, :placements, :unit, :coverage, :variants, :layer_id, :ranges, :condition, :sticky,
     :external, :allocation, :reward, :goals, :guardrails, :mode, :alpha, :planned_units, :planned_end, :window_hours, version + 1, clock_timestamp(),
     :actor)
where tenant_id = :tenant_id and key = :key;

-- name: end_phase(experiment_id, at)!
update experiment_phase set ended_at = :at where experiment_id = :experiment_id and ended_at is null;

-- name: begin_phase(experiment_id, phase, seed, at, revenue_cap, measures)!
insert into experiment_phase (experiment_id, phase, seed, started_at, revenue_cap, measures)
values (:experiment_id, :phase, :seed, :at, :revenue_cap, :measures);

-- name: put_policy(experiment_id, phase, policy, at, weights, probability_best, evidence)!
-- An optimiser's weights, in force from then on. Whoever puts them writes the experiment's row too.
insert into experiment_policy (experiment_id, phase, policy, since, weights, probability_best, evidence)
values (:experiment_id, :phase, :policy, :at, :weights, :probability_best, :evidence);

-- name: put_weights(experiment_id, phase, at, weights)!
-- The variants' weights from then on.
insert into experiment_weighing (experiment_id, phase, since, weights) values (:experiment_id, :phase, :at, :weights)
on conflict (experiment_id, phase, since) do update set weights = excluded.weights;

-- name: longest(tenant_id)
-- Of the experiments under way the one that needs events the longest, until the last window has closed; an optimiser goes by its window only.
select e.key, ceil(e.window_hours / 24.0 + case when e.reward is null
                   then extract(epoch from greatest(e.planned_end, now()) - p.started_at) / 86400 else 0 end)::int as days
from experiment e
join experiment_phase p on p.experiment_id = e.experiment_id and p.ended_at is null
where e.tenant_id = :tenant_id and e.status in ('RUNNING', 'PAUSED')
order by days desc, e.key
limit 1;
