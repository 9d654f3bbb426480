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
