-- name: read(tenant_id)
select key, name, kind, event_type, denominator, cap, higher_is_better from metric where tenant_id = :tenant_id order by key;

-- name: upsert(tenant_id, key, name, kind, event_type, denominator, cap, higher_is_better)!
insert into metric (tenant_id, key, name, kind, event_type, denominator, cap, higher_is_better)
values (:tenant_id, :key, :name, :kind, :event_type, :denominator, :cap, :higher_is_better)
on conflict (tenant_id, key) do update
set (name, kind, event_type, denominator, cap, higher_is_better)
  = (excluded.name, excluded.kind, excluded.event_type, excluded.denominator, excluded.cap, excluded.higher_is_better);

-- name: in_use(tenant_id, key)
-- The experiments under way that are judged by a metric.
select e.key
from experiment e
where e.tenant_id = :tenant_id and e.status in ('RUNNING', 'PAUSED')
  and (:key = any (e.goals) or exists (select from jsonb_array_elements(e.guardrails) g where g ->> 'metric' = :key))
order by e.key;
