-- name: stage()
-- Makes the transaction's staging tables; COPY fills them.
select stage_catalog();

-- name: lock_staged()
-- Whoever writes a product writes all of it before another does. Rows that refer to it may come meanwhile.
select from product p
where exists (select from staged_product told where told.tenant_id = p.tenant_id and told.product_id = p.product_id)
order by p.tenant_id, p.product_id
for no key update;

-- name: lock_products(tenant_id, ids)
-- The same, before they are read to be changed.
select from product where tenant_id = :tenant_id and product_id = any (:ids::text[]) order by product_id for no key update;

-- name: read_entries(tenant_id, ids)
-- Whole products, with what each market, each region of it and each language says.
select p.product_id, p.group_id, p.sku, p.title, p.description, p.brand, p.genre, p.item_type, p.category_ids, p.image_urls,
       p.page_url, p.rating, p.review_count, p.attributes, p.hidden, p.hidden_by, p.valid_from, p.valid_to,
       (select coalesce(jsonb_agg(to_jsonb(m) || jsonb_build_object('currency', market.currency) order by m.market_id), '[]')
        from product_market m join market using (tenant_id, market_id)
        where m.tenant_id = p.tenant_id and m.product_id = p.product_id) as offers,
       (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from product_region r
        where r.tenant_id = p.tenant_id and r.product_id = p.product_id) as regions,
       (select coalesce(jsonb_agg(to_jsonb(l) - 'search_text'), '[]') from product_locale l
        where l.tenant_id = p.tenant_id and l.product_id = p.product_id) as wordings
from product p
where p.tenant_id = :tenant_id and p.product_id = any (:ids::text[]);

-- name: drop_unnamed_offers()!
-- The staged products are whole: where none of them is said to be sold, it is sold no more; its regions go with it.
delete from product_market m
using staged_product told
where (m.tenant_id, m.product_id) = (told.tenant_id, told.product_id)
  and not exists (select from staged_offer o
                  where (o.tenant_id, o.market_id, o.product_id) = (m.tenant_id, m.market_id, m.product_id));

-- name: drop_unnamed_regions()!
delete from product_region r
using staged_product told
where (r.tenant_id, r.product_id) = (told.tenant_id, told.product_id)
  and not exists (select from staged_region o
                  where (o.tenant_id, o.market_id, o.region, o.product_id) = (r.tenant_id, r.market_id, r.region, r.product_id));

-- name: drop_unnamed_wordings()!
delete from product_locale l
using staged_product told
where (l.tenant_id, l.product_id) = (told.tenant_id, told.product_id)
  and not exists (select from staged_wording o
                  where (o.tenant_id, o.locale, o.product_id) = (l.tenant_id, l.locale, l.product_id));

-- name: upsert_categories(tenant_id, ids, names, parents, actives)
-- Adds categories, and renames, moves, shows or hides those that differ; how many. Where nothing is said of it, a category stays as active
-- as it was.
with told as (
    select told.category_id, told.name, told.parent_id, coalesce(told.active, c.active, true) as active
    from unnest(:ids::text[], :names::text[], :parents::text[], :actives::boolean[]) as told (category_id, name, parent_id, active)
    left join category c on c.tenant_id = :tenant_id and c.category_id = told.category_id
), differing as (
    select told.* from told
    where not exists (
        select from category c
        where c.tenant_id = :tenant_id and c.category_id = told.category_id
          and (c.name, c.parent_id, c.active) is not distinct from (told.name, told.parent_id, told.active))
), written as (
    insert into category (tenant_id, category_id, name, parent_id, active)
    select :tenant_id, category_id, name, parent_id, active from differing order by category_id
    on conflict (tenant_id, category_id) do update
    set name = excluded.name, parent_id = excluded.parent_id, active = excluded.active
    returning category_id
)
select count(*) as categories from written;

-- name: upsert_products(row_of)
-- Writes the staged products that are new or differ; of two with one id the later. Where nothing is said of it, a product stays hidden,
-- by whom it was. `row_of`: the feed whose rows these are, kept as who hid what they hide; null = the shop itself. Rows show again only
-- what feeds hid: what the shop hid stays hidden until the shop shows it.
with told as materialized (
    select distinct on (tenant_id, product_id) * from staged_product order by tenant_id, product_id, number desc
), wanted as (
    select told.tenant_id, told.product_id, told.group_id, told.sku, told.title, told.description, told.brand, told.genre,
           told.item_type, told.category_ids, told.image_urls, told.page_url, told.rating, told.review_count, told.attributes,
           (:row_of::text is not null and was.hidden and was.hidden_by is null) is true or coalesce(told.hidden, was.hidden, false) as hidden,
           case when told.hidden is null then was.hidden_by
                when told.hidden and :row_of::text is not null and (was.hidden and was.hidden_by is null) is not true
                then case when was.hidden_by like 'row of %' then was.hidden_by else 'row of ' || :row_of::text end
           end as hidden_by,
           told.valid_from, told.valid_to
    from told left join product was using (tenant_id, product_id)
)
insert into product (tenant_id, product_id, group_id, sku, title, description, brand, genre, item_type, category_ids,
                     image_urls, page_url, rating, review_count, attributes, hidden, hidden_by, valid_from, valid_to)
select * from wanted w
where not exists (
    select from product p
    where p.tenant_id = w.tenant_id and p.product_id = w.product_id
      and (p.group_id, p.sku, p.title, p.description, p.brand, p.genre, p.item_type, p.category_ids, p.image_urls,
           p.page_url, p.rating, p.review_count, p.attributes, p.hidden, p.hidden_by, p.valid_from, p.valid_to)
          is not distinct from
          (w.group_id, w.sku, w.title, w.description, w.brand, w.genre, w.item_type, w.category_ids, w.image_urls,
           w.page_url, w.rating, w.review_count, w.attributes, w.hidden, w.hidden_by, w.valid_from, w.valid_to))
order by w.tenant_id, w.product_id
on conflict (tenant_id, product_id) do update
set (group_id, sku, title, description, brand, genre, item_type, category_ids, image_urls, page_url, rating, review_count,
     attributes, hidden, hidden_by, valid_from, valid_to, updated_at)
  = (excluded.group_id, excluded.sku, excluded.title, excluded.description, excluded.brand, excluded.genre,
     excluded.item_type, excluded.category_ids, excluded.image_urls, excluded.page_url, excluded.rating,
     excluded.review_count, excluded.attributes, excluded.hidden, excluded.hidden_by, excluded.valid_from, excluded.valid_to, now())
returning product_id, xmax = 0 as added;

-- name: upsert_offers(whole)
-- Writes the staged prices and stocks that are new or differ. A feed has no word for a market's own unit: unless all is told whole, one
-- that is not named stays.
with told as materialized (
    select distinct on (tenant_id, market_id, product_id)
           s.tenant_id, s.market_id, s.product_id, s.price_minor, s.sale_price_minor, s.available, s.quantity, s.title, s.page_url,
           case when :whole then s.sku else coalesce(s.sku, m.sku) end as sku
    from staged_offer s
    left join product_market m using (tenant_id, market_id, product_id)
    order by tenant_id, market_id, product_id, s.number desc
)
insert into product_market (tenant_id, market_id, product_id, price_minor, sale_price_minor, available, quantity, title, page_url, sku)
select tenant_id, market_id, product_id, price_minor, sale_price_minor, available, quantity, title, page_url, sku
from told
where not exists (
    select from product_market m
    where m.tenant_id = told.tenant_id and m.market_id = told.market_id and m.product_id = told.product_id
      and (m.price_minor, m.sale_price_minor, m.available, m.quantity, m.title, m.page_url, m.sku)
          is not distinct from
          (told.price_minor, told.sale_price_minor, told.available, told.quantity, told.title, told.page_url, told.sku))
order by tenant_id, market_id, product_id
on conflict (tenant_id, market_id, product_id) do update
set (price_minor, sale_price_minor, available, quantity, title, page_url, sku)
  = (excluded.price_minor, excluded.sale_price_minor, excluded.available, excluded.quantity, excluded.title, excluded.page_url, excluded.sku)
returning product_id;

-- name: upsert_regions()
-- Writes what regions say that is new or differs; a region that says nothing is as the market.
with told as materialized (
    select distinct on (tenant_id, market_id, region, product_id) * from staged_region
    order by tenant_id, market_id, region, product_id, number desc
)
insert into product_region (tenant_id, market_id, region, product_id, price_minor, sale_price_minor, available, quantity, page_url,
                            price_description)
select tenant_id, market_id, region, product_id, price_minor, sale_price_minor, available, quantity, page_url, price_description
from told
where not exists (
    select from product_region r
    where (r.tenant_id, r.market_id, r.region, r.product_id) = (told.tenant_id, told.market_id, told.region, told.product_id)
      and (r.price_minor, r.sale_price_minor, r.available, r.quantity, r.page_url, r.price_description)
          is not distinct from
          (told.price_minor, told.sale_price_minor, told.available, told.quantity, told.page_url, told.price_description))
order by tenant_id, market_id, region, product_id
on conflict (tenant_id, market_id, region, product_id) do update
set (price_minor, sale_price_minor, available, quantity, page_url, price_description)
  = (excluded.price_minor, excluded.sale_price_minor, excluded.available, excluded.quantity, excluded.page_url,
     excluded.price_description)
returning product_id;

-- name: upsert_wordings()
-- Writes the staged texts that are new or differ.
with told as materialized (
    select distinct on (tenant_id, locale, product_id) * from staged_wording
    order by tenant_id, locale, product_id, number desc
)
insert into product_locale (tenant_id, locale, product_id, title, description, page_url)
select tenant_id, locale, product_id, title, description, page_url
from told
where not exists (
    select from product_locale l
    where l.tenant_id = told.tenant_id and l.locale = told.locale and l.product_id = told.product_id
      and (l.title, l.description, l.page_url) is not distinct from (told.title, told.description, told.page_url))
order by tenant_id, locale, product_id
on conflict (tenant_id, locale, product_id) do update
set (title, description, page_url) = (excluded.title, excluded.description, excluded.page_url)
returning product_id;

-- name: unknown_products(tenant_id, ids)
-- Those of the ids that are no product of the tenant, in any market.
select id as product_id from unnest(:ids::text[]) as t (id)
where not exists (select from product p where p.tenant_id = :tenant_id and p.product_id = id);
