-- name: read_had(experiment_ids, phases, units)
-- The variants that units were first exposed to, by key. What somebody only looked at is nobody's variant.
select experiment_id, variant
from unnest(:experiment_ids::int[], :phases::smallint[], :units::text[]) as wanted (experiment_id, phase, unit)
join exposure using (experiment_id, phase, unit)
where policy = 0 and apart is distinct from 'FORCED';
