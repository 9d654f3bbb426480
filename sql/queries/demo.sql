-- name: oldest_event(tenant_id)
-- When the tenant's oldest event happened; null where there is none.
select min(happened_at) as oldest from event where tenant_id = :tenant_id;
