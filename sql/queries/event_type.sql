-- name: read(tenant_id)
select name, weight, half_life_days from event_type where tenant_id = :tenant_id order by name;

-- name: upsert(tenant_id, name, weight, half_life_days)!
insert into event_type (tenant_id, name, weight, half_life_days) values (:tenant_id, :name, :weight, :half_life_days)
on conflict (tenant_id, name) do update set weight = excluded.weight, half_life_days = excluded.half_life_days;

-- name: forget(tenant_id, name)!
delete from event_type where tenant_id = :tenant_id and name = :name;
