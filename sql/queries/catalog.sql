-- name: hydrate(tenant_id, market_id, locale, ids, seeds, base, filter, excluded, wanted)
-- The page's one read: the candidates that may be shown, then (`topped_up`) the newest products of the market, unless
-- enough of `base` (the market's bestsellers, which any placement may fall back to) may be shown. The filter does not hold for
-- `seeds`, which are read for their titles and never shown.
with candidate as materialized (
    select p.*, m.market_id, m.price_minor, m.sale_price_minor, m.available, m.quantity, m.title as market_title,
           m.page_url as market_page_url, m.first_seen
    from product_market m
    join product p using (tenant_id, product_id)
    where m.tenant_id = :tenant_id and m.market_id = :market_id and m.product_id = any (:ids::text[])
      and not p.hidden and (p.valid_from is null or p.valid_from <= now()) and (p.valid_to is null or p.valid_to > now())
      and (:filter::jsonb is null or m.product_id = any (:seeds::text[]) or matches_filter(p, m, :filter::jsonb))
), newest as (
    select p.*, m.market_id, m.price_minor, m.sale_price_minor, m.available, m.quantity, m.title as market_title,
           m.page_url as market_page_url, m.first_seen
    from product_market m
    join product p using (tenant_id, product_id)
    where m.tenant_id = :tenant_id and m.market_id = :market_id and m.available
      and m.product_id <> all (:ids::text[]) and m.product_id <> all (:excluded::text[])
      and not p.hidden and (p.valid_from is null or p.valid_from <= now()) and (p.valid_to is null or p.valid_to > now())
      and (:filter::jsonb is null or matches_filter(p, m, :filter::jsonb))
    order by m.first_seen desc, m.product_id
    limit case when (select count(*) from candidate where available and product_id = any (:base::text[])) >= :wanted::int
               then 0 else :wanted::int end
), chosen as (
    select *, false as topped_up from candidate
    union all
    select *, true as topped_up from newest
)
select c.product_id, c.group_id, c.sku, coalesce(l.title, c.market_title, c.title) as title,
       coalesce(l.description, c.description) as description, c.brand, c.genre, c.item_type, c.category_ids,
       c.price_minor, c.sale_price_minor, c.available, c.quantity, c.image_urls,
       coalesce(l.page_url, c.market_page_url, c.page_url) as page_url, c.rating, c.review_count, c.attributes,
       c.topped_up, c.topped_up and c.first_seen > now() - interval '31 days' as new_arrival
from chosen c
left join product_locale l on l.tenant_id = :tenant_id and l.locale = :locale and l.product_id = c.product_id
order by c.topped_up, c.first_seen desc, c.product_id;

-- name: read_products(tenant_id, market_id, locale, ids)
-- Products of the market by id, hidden ones left out, sold-out ones kept.
select p.product_id, p.group_id, p.sku, coalesce(l.title, m.title, p.title) as title,
       coalesce(l.description, p.description) as description, p.brand, p.genre, p.item_type, p.category_ids,
       m.price_minor, m.sale_price_minor, m.available, m.quantity, p.image_urls,
       coalesce(l.page_url, m.page_url, p.page_url) as page_url, p.rating, p.review_count, p.attributes
from product_market m
join product p using (tenant_id, product_id)
left join product_locale l on l.tenant_id = m.tenant_id and l.product_id = m.product_id and l.locale = :locale
where m.tenant_id = :tenant_id and m.market_id = :market_id and m.product_id = any (:ids::text[])
  and not p.hidden and (p.valid_from is null or p.valid_from <= now()) and (p.valid_to is null or p.valid_to > now());

-- name: list_products(tenant_id, market_id, locale, search, filter, after, first)
-- One page of the market's products by id, after the product `after`.
select p.product_id, p.group_id, p.sku, coalesce(l.title, m.title, p.title) as title,
       coalesce(l.description, p.description) as description, p.brand, p.genre, p.item_type, p.category_ids,
       m.price_minor, m.sale_price_minor, m.available, m.quantity, p.image_urls,
       coalesce(l.page_url, m.page_url, p.page_url) as page_url, p.rating, p.review_count, p.attributes
from product_market m
join product p using (tenant_id, product_id)
left join product_locale l on l.tenant_id = m.tenant_id and l.product_id = m.product_id and l.locale = :locale
where m.tenant_id = :tenant_id and m.market_id = :market_id and (:after::text is null or m.product_id > :after::text)
  and not p.hidden and (p.valid_from is null or p.valid_from <= now()) and (p.valid_to is null or p.valid_to > now())
  and (:search::text is null or p.search_text @@ websearch_to_tsquery('simple', :search::text))
  and (:filter::jsonb is null or matches_filter(p, m, :filter::jsonb))
order by m.product_id
limit :first;

-- name: count_products(tenant_id, market_id, search, filter)
select count(*) as products
from product_market m
join product p using (tenant_id, product_id)
where m.tenant_id = :tenant_id and m.market_id = :market_id
  and not p.hidden and (p.valid_from is null or p.valid_from <= now()) and (p.valid_to is null or p.valid_to > now())
  and (:search::text is null or p.search_text @@ websearch_to_tsquery('simple', :search::text))
  and (:filter::jsonb is null or matches_filter(p, m, :filter::jsonb));
