-- name: read_serving(tenant_id)
select release_id from release where tenant_id = :tenant_id and serving;

-- name: read_releases(tenant_id, first)
-- Newest first.
select release_id, created_at, manifest, refused, serving
from release
where tenant_id = :tenant_id
order by created_at desc, release_id desc
limit :first;

-- name: insert_release(tenant_id, release_id, manifest, refused)!
insert into release (tenant_id, release_id, manifest, refused)
values (:tenant_id, :release_id, :manifest, :refused);

-- name: stop_serving(tenant_id)!
update release set serving = false where tenant_id = :tenant_id and serving;

-- name: serve(tenant_id, release_id)
update release set serving = true
where tenant_id = :tenant_id and release_id = :release_id and refused is null
returning release_id;
