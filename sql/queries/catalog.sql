-- name: hydrate(tenant_id, market_id, locale, ids, seeds, base, filter, beside, wanted)
-- The page's one read: the candidates that may be shown, then (`topped_up`) the newest products of the market, unless
-- enough of `base` (the market's bestsellers, which any placement may fall back to) may be shown. The filter does not hold for
-- `seeds`, which are read for their titles: one that does not pass says so by `matches`, and is not shown.
with asked as materialized (
    select jsonb_populate_record(null::product_filter, :filter::jsonb) as filter
), candidate as materialized (
    select m.product_id, m.available, matches_filter(p, m, asked.filter) is true as matches
    from product_market m
    join product p using (tenant_id, product_id)
    cross join asked
    where m.tenant_id = :tenant_id and m.market_id = :market_id and m.product_id = any (:ids::text[]) and is_visible(p)
      and (m.product_id = any (:seeds::text[]) or matches_filter(p, m, asked.filter))
), chosen as (
    select product_id, matches, false as topped_up, 0 as place from candidate
    union all
    select newest.product_id, true, true, newest.place
    from newest_products(
        :tenant_id, :market_id,
        case when (select count(*) from candidate where available and matches and product_id = any (:base::text[])) >= :wanted::int
             then 0 else :wanted::int end,
        :beside::text[], (select filter from asked)
    ) with ordinality as newest (product_id, place)
)
select p.product_id, p.group_id, p.sku, coalesce(l.title, m.title, p.title) as title,
       coalesce(l.description, p.description) as description, p.brand, p.genre, p.item_type, p.category_ids,
       m.price_minor, m.sale_price_minor, m.available, m.quantity, p.image_urls,
       coalesce(l.page_url, m.page_url, p.page_url) as page_url, p.rating, p.review_count, p.attributes,
       c.matches, c.topped_up, c.topped_up and m.first_seen > now() - interval '31 days' as new_arrival
from chosen c
join product_market m on m.tenant_id = :tenant_id and m.market_id = :market_id and m.product_id = c.product_id
join product p on p.tenant_id = :tenant_id and p.product_id = c.product_id
left join product_locale l on l.tenant_id = :tenant_id and l.locale = :locale and l.product_id = c.product_id
order by c.topped_up, c.place;

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
  and is_visible(p);

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
  and is_visible(p)
  and (:search::text is null or p.search_text @@ websearch_to_tsquery('simple', :search::text)
       or l.search_text @@ websearch_to_tsquery('simple', :search::text))
  and matches_filter(p, m, jsonb_populate_record(null::product_filter, :filter::jsonb))
order by m.product_id
limit :first;

-- name: count_products(tenant_id, market_id, locale, search, filter)
-- How many products list_products would give in all.
select count(*) as products
from product_market m
join product p using (tenant_id, product_id)
left join product_locale l on l.tenant_id = m.tenant_id and l.product_id = m.product_id and l.locale = :locale
where m.tenant_id = :tenant_id and m.market_id = :market_id
  and is_visible(p)
  and (:search::text is null or p.search_text @@ websearch_to_tsquery('simple', :search::text)
       or l.search_text @@ websearch_to_tsquery('simple', :search::text))
  and matches_filter(p, m, jsonb_populate_record(null::product_filter, :filter::jsonb));
