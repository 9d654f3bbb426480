-- name: read_serving(tenant_id)
select release_id from release where tenant_id = :tenant_id and serving;

-- name: read_releases(tenant_id, first)
-- Newest first.
select release_id, created_at, manifest, refused, serving
from release
where tenant_id = :tenant_id
order by created_at desc, release_id desc
limit :first;

-- name: read_release(tenant_id, release_id)
select release_id, created_at, manifest, refused, serving from release where tenant_id = :tenant_id and release_id = :release_id;

-- name: insert_release(tenant_id, release_id, manifest, refused)!
insert into release (tenant_id, release_id, manifest, refused)
values (:tenant_id, :release_id, :manifest, :refused);

-- name: read_named(tenant_id, since)
-- The releases from which an answer was made since then; servers swap a little later than the row says.
select r.release_id
from release r
where r.tenant_id = :tenant_id and r.refused is null and coalesce(r.retired_at, now()) >= :since
  and exists (select from served_view v
              where v.tenant_id = r.tenant_id and v.release_id = r.release_id
                and v.served_at >= greatest(r.created_at, :since) and v.served_at < coalesce(r.retired_at, now()) + interval '1 hour');

-- name: stop_serving(tenant_id)!
update release set serving = false, retired_at = now() where tenant_id = :tenant_id and serving;

-- name: serve(tenant_id, release_id)!
update release set serving = true where tenant_id = :tenant_id and release_id = :release_id and refused is null;
