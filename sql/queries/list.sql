-- name: upsert(tenant_id, lists)
-- Writes the lists that are new or differ; which, and whether it was new.
with told as (
    select * from jsonb_to_recordset(:lists::jsonb) as t (
        list_id text, market_id text, seed_product_id text, seed_category_id text, user_id text, product_ids text[], scores real[],
        valid_from timestamptz, valid_to timestamptz)
)
insert into curated_list as c (tenant_id, list_id, market_id, seed_product_id, seed_category_id, user_id, product_ids, scores, valid_from,
                               valid_to)
select :tenant_id, list_id, market_id, seed_product_id, seed_category_id, user_id, product_ids, scores, valid_from, valid_to
from told
order by list_id
on conflict (tenant_id, list_id) do update
set (market_id, seed_product_id, seed_category_id, user_id, product_ids, scores, valid_from, valid_to, updated_at)
  = (excluded.market_id, excluded.seed_product_id, excluded.seed_category_id, excluded.user_id, excluded.product_ids, excluded.scores,
     excluded.valid_from, excluded.valid_to, now())
where (c.market_id, c.seed_product_id, c.seed_category_id, c.user_id, c.product_ids, c.scores, c.valid_from, c.valid_to)
      is distinct from
      (excluded.market_id, excluded.seed_product_id, excluded.seed_category_id, excluded.user_id, excluded.product_ids,
       excluded.scores, excluded.valid_from, excluded.valid_to)
returning list_id, xmax = 0 as added;

-- name: remove(tenant_id, ids)
delete from curated_list where tenant_id = :tenant_id and list_id = any (:ids::text[]) returning list_id;

-- name: read(tenant_id, first, after)
select list_id, cardinality(product_ids) as products, market_id, seed_product_id, seed_category_id, valid_from, valid_to
from curated_list
where tenant_id = :tenant_id and (:after::text is null or list_id > :after::text)
order by list_id
limit :first;

-- name: unknown(tenant_id, products, categories)
-- Those of the products and categories that the tenant does not have.
select 'product' as what, id from unnest(:products::text[]) as t (id)
where not exists (select from product p where p.tenant_id = :tenant_id and p.product_id = id)
union all
select 'category', id from unnest(:categories::text[]) as t (id)
where not exists (select from category c where c.tenant_id = :tenant_id and c.category_id = id)
order by 1 desc, 2;
