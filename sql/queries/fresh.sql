-- name: read_newest(tenant_id)
-- When the newest product came, of those that came about when the serving release was trained, or later; null where none did.
select max(p.created_at) as newest
from release r
join product p on p.tenant_id = r.tenant_id and p.created_at > r.created_at - interval '1 hour'
where r.tenant_id = :tenant_id and r.serving;

-- name: read_alike(tenant_id)
-- For each of the 200 newest of these the 20 products of its own category whose titles are most like its title.
with fresh as (
    select p.product_id, p.title, array[p.category_ids[1]] as shelf
    from release r
    join product p on p.tenant_id = r.tenant_id and p.created_at > r.created_at - interval '1 hour'
    where r.tenant_id = :tenant_id and r.serving
    order by p.created_at desc, p.product_id
    limit 200
)
select fresh.product_id, alike.product_id as seed, alike.likeness
from fresh
cross join lateral (
    select p.product_id, similarity(p.title, fresh.title)::float8 as likeness
    from product p
    where p.tenant_id = :tenant_id and p.category_ids && fresh.shelf and p.product_id <> fresh.product_id
    order by likeness desc, p.product_id
    limit 20
) as alike
where alike.likeness > 0;
