-- name: insert(tenant_id, name, secret_sha256, scopes, allowed_origins, channel, expires_at, environment)
insert into api_key (tenant_id, name, secret_sha256, scopes, allowed_origins, channel, expires_at, environment)
values (:tenant_id, :name, :secret_sha256, :scopes, :allowed_origins, :channel, :expires_at, :environment)
returning key_id;

-- name: read(tenant_id)
-- Every key there ever was, the newest first, and when it was used last.
select key_id, name, secret_sha256, scopes, allowed_origins, channel, expires_at, environment, created_at, revoked_at,
       api_key_use.used_at as last_used_at
from api_key
left join api_key_use using (tenant_id, key_id)
where tenant_id = :tenant_id
order by created_at desc, key_id;

-- name: revoke(tenant_id, key_id)!
update api_key set revoked_at = clock_timestamp() where tenant_id = :tenant_id and key_id = :key_id;

-- name: note_uses(ids, moments)!
-- When keys were used, at most once a minute each, whichever server says so.
insert into api_key_use as known (tenant_id, key_id, used_at)
select k.tenant_id, k.key_id, told.used_at
from unnest(:ids::uuid[], :moments::timestamptz[]) as told (key_id, used_at)
join api_key k using (key_id)
order by k.tenant_id, k.key_id
on conflict (tenant_id, key_id) do update set used_at = excluded.used_at
where known.used_at <= excluded.used_at - interval '1 minute';
