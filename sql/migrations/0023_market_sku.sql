-- A stock-keeping unit of a market's own: warehouses count the same product under several. Null is the product's.
alter table product_market add column sku text;

-- The market's row as a region sees it.
create or replace function in_region(m product_market, r product_region) returns product_market language sql immutable parallel safe as $$
    select row(m.tenant_id, m.market_id, m.product_id, coalesce(r.price_minor, m.price_minor),
               case when r.price_minor is null then m.sale_price_minor else r.sale_price_minor end,
               coalesce(r.available, m.available), coalesce(r.quantity, m.quantity), m.title, coalesce(r.page_url, m.page_url),
               m.first_seen, m.sku)::product_market
$$;

-- A product in the words of the language, then of the market, then its own.
create or replace function told(p product, m product_market, l product_locale)
returns table (product_id text, group_id text, sku text, title text, description text, brand text, genre text, item_type text,
               category_ids text[], price_minor bigint, sale_price_minor bigint, available boolean, quantity int, image_urls text[],
               page_url text, rating real, review_count int, attributes jsonb)
language sql immutable parallel safe as $$
    select p.product_id, p.group_id, coalesce(m.sku, p.sku), coalesce(l.title, m.title, p.title), coalesce(l.description, p.description),
           p.brand, p.genre, p.item_type, p.category_ids, m.price_minor, m.sale_price_minor, m.available, m.quantity, p.image_urls,
           coalesce(l.page_url, m.page_url, p.page_url), p.rating, p.review_count, p.attributes
$$;

-- Where a batch of a catalog waits; with the units of markets.
create or replace function stage_catalog() returns void language plpgsql as $$
begin
    if to_regclass('pg_temp.staged_product') is null then
        create temp table staged_product on commit delete rows as
            select 0 as number, tenant_id, product_id, group_id, sku, title, description, brand, genre, item_type, category_ids,
                   image_urls, page_url, rating, review_count, attributes, hidden, valid_from, valid_to
            from product with no data;
        create temp table staged_offer on commit delete rows as
            select 0 as number, tenant_id, market_id, product_id, price_minor, sale_price_minor, available, quantity, title, page_url, sku
            from product_market with no data;
        create temp table staged_region on commit delete rows as
            select 0 as number, tenant_id, market_id, region, product_id, price_minor, sale_price_minor, available, quantity, page_url,
                   price_description
            from product_region with no data;
        create temp table staged_wording on commit delete rows as
            select 0 as number, tenant_id, locale, product_id, title, description, page_url
            from product_locale with no data;
    end if;
end $$;

create or replace view analytics.products with (security_barrier) as
select p.tenant_id, m.market_id, p.product_id, coalesce(m.title, p.title) as title, p.brand, p.group_id, coalesce(m.sku, p.sku) as sku,
       p.category_ids[1] as category_id, c.name as category, k.currency, analytics.in_units(m.price_minor, k.currency) as price,
       analytics.in_units(m.sale_price_minor, k.currency) as sale_price, m.available, m.quantity, p.hidden, p.rating, p.review_count,
       m.first_seen
from product p
join product_market m using (tenant_id, product_id)
join market k using (tenant_id, market_id)
left join category c on c.tenant_id = p.tenant_id and c.category_id = p.category_ids[1]
where (select analytics.readable_tenants()) is null or p.tenant_id = any ((select analytics.readable_tenants())::text[]);
