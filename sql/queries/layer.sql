-- name: read(tenant_id)
-- The layers, with what is taken of each and by which experiments.
select l.layer_id, l.name,
       coalesce(array_agg(e.key order by e.experiment_id) filter (where e.key is not null), '{}') as experiments,
       coalesce(jsonb_agg(e.ranges order by e.experiment_id) filter (where e.key is not null), '[]') as taken
from layer l
left join experiment e on e.tenant_id = l.tenant_id and e.layer_id = l.layer_id and e.status <> 'ARCHIVED'
where l.tenant_id = :tenant_id
group by l.layer_id, l.name
order by l.layer_id;

-- name: upsert(tenant_id, layer_id, name)!
insert into layer (tenant_id, layer_id, name) values (:tenant_id, :layer_id, :name)
on conflict (tenant_id, layer_id) do update set name = excluded.name;
