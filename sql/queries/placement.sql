-- name: read_placements(tenant_id)
select placement_id, strategies, count, messages, fallback, require_available, deadline_ms, parameters, status
from placement
where tenant_id = :tenant_id;

-- name: insert_placement(tenant_id, placement_id, strategies, count, messages)!
insert into placement (tenant_id, placement_id, strategies, count, messages)
values (:tenant_id, :placement_id, :strategies, :count, :messages)
on conflict do nothing;
