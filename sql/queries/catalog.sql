-- name: hydrate(tenant_id, market_id, region, locale, owners, ids, seeds, base, tests, asks)
-- The page's one read: of `ids` what may be shown, with the numbers of the tests that each passes; for a variant that may not be
-- shown the others of its group (`stand_in`); and for each ask the newest products that it admits, unless enough of `base` (the
-- market's bestsellers, which any placement may fall back to) may be shown. `seeds` are read for their titles and prices too. Rows
-- without a title only say to which group a product belongs. What the visitor wants never to see is in nothing but the seeds.
with test as materialized (
    select number, filter from checks(:tenant_id, :market_id, :tests::jsonb)
), ask as materialized (
    select (number - 1)::int as number, jsonb_populate_record(null::page_ask, told) as asked
    from jsonb_array_elements(:asks::jsonb) with ordinality as asks (told, number)
), taste as materialized (
    select kind, id, action from tastes(:tenant_id, :owners::text[])
), refused as materialized (
    select array_agg(id) filter (where kind = 'PRODUCT') as product_ids, array_agg(id) filter (where kind = 'BRAND') as brands,
           (with recursive below as (
                select id as category_id from taste where kind = 'CATEGORY' and action = 'NEVER_RECOMMEND'
                union
                select category.category_id from below
                join category on category.tenant_id = :tenant_id and category.parent_id = below.category_id
            ) select array_agg(category_id) from below) as category_ids
    from taste
    where action = 'NEVER_RECOMMEND'
), grouped as materialized (
    select exists (select from product where tenant_id = :tenant_id and group_id is not null) as yes
), candidate as materialized (
    select told.*, price_description, (m).first_seen, (m).first_seen > now() - interval '31 days' as new_arrival,
           array(select test.number from test where matches_filter(p, m, test.filter)) as marks
    from goods(:tenant_id, :market_id, :region::text, :locale, :ids::text[] || :seeds::text[])
    cross join lateral told(p, m, l)
), judged as materialized (
    select product_id, group_id, available, marks, welcome, welcome and exists (select from ask where admits(ask.asked, marks)) as admitted
    from candidate
    cross join lateral (
        select is_welcome(candidate.product_id, brand, candidate.category_ids, product_ids, brands, refused.category_ids) as welcome
        from refused) as judgement
), stand_in as materialized (
    select variant.product_id, lacking.group_id
    from grouped
    cross join lateral (
        select distinct p.group_id
        from product p
        where grouped.yes and p.tenant_id = :tenant_id and p.product_id = any (:ids::text[]) and p.group_id is not null
          and not exists (select from judged where judged.product_id = p.product_id and judged.available and judged.admitted)
    ) lacking
    cross join refused
    cross join lateral (
        select (p).product_id
        from goods(:tenant_id, :market_id, :region::text, :locale, array(
            select product_id from product where tenant_id = :tenant_id and group_id = lacking.group_id))
        cross join lateral (select array(select test.number from test where matches_filter(p, m, test.filter)) as marks) as passed
        where (m).available and exists (select from ask where admits(ask.asked, passed.marks))
          and is_welcome((p).product_id, (p).brand, (p).category_ids, refused.product_ids, refused.brands, refused.category_ids)
        order by (m).quantity desc nulls last, 1
        limit 3
    ) variant
), topped as materialized (
    select newest.product_id, jsonb_object_agg(ask.number, newest.place) as places
    from ask
    cross join grouped
    cross join refused
    cross join lateral (
        select count(distinct coalesce(judged.group_id, judged.product_id)) as products
        from judged
        where (judged.available or (ask.asked).sold_out) and judged.welcome and judged.product_id = any (:base::text[])
          and judged.product_id <> all ((ask.asked).beside) and admits(ask.asked, judged.marks)
          and not exists (
              select from product shown
              where grouped.yes and shown.tenant_id = :tenant_id and shown.product_id = any ((ask.asked).beside)
                and shown.group_id = judged.group_id)
    ) known
    cross join lateral newest_products(
        :tenant_id, :market_id, :region::text,
        case when known.products >= (ask.asked).wanted and (ask.asked).caps = '[]' then 0 else (ask.asked).wanted end,
        (select array_agg(test.filter order by test.number) from test),
        jsonb_populate_record(ask.asked, jsonb_build_object('beside', (ask.asked).beside || coalesce(refused.product_ids, '{}'))),
        jsonb_populate_record(null::product_filter, jsonb_build_object(
            'exclude_brands', refused.brands, 'exclude_category_ids', refused.category_ids)),
        grouped.yes
    ) with ordinality as newest (product_id, place)
    group by newest.product_id
), further as materialized (
    select told.*, price_description, (m).first_seen, (m).first_seen > now() - interval '31 days' as new_arrival,
           array(select test.number from test where matches_filter(p, m, test.filter)) as marks
    from goods(:tenant_id, :market_id, :region::text, :locale, array(
        (select product_id from topped union select product_id from stand_in) except select product_id from candidate))
    cross join lateral told(p, m, l)
)
select shown.*, coalesce(judged.welcome, true) as welcome,
       (select coalesce(sign(sum(case action when 'LIKE' then 1 when 'DISLIKE' then -1 end)), 0)::int
        from taste
        where kind = 'PRODUCT' and id = shown.product_id or kind = 'BRAND' and id = shown.brand
           or kind = 'CATEGORY' and id = any (shown.category_ids)) as leaning,
       topped.places, stand_in.product_id is not null as stand_in
from (table candidate union all table further) as shown
left join judged using (product_id)
left join topped using (product_id)
left join stand_in using (product_id)
where judged.admitted is not false or shown.product_id = any (:seeds::text[]) or topped.places is not null or stand_in.product_id is not null
union all
select p.product_id, p.group_id, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
       null, null, null, null, null, null, null
from grouped
join product p on grouped.yes and p.tenant_id = :tenant_id and p.group_id is not null
              and p.product_id = any (:ids::text[] || :seeds::text[] || array(select unnest((asked).beside) from ask))
where not exists (
    select from judged
    where judged.product_id = p.product_id and (judged.admitted or judged.product_id = any (:seeds::text[])));

-- name: read_products(tenant_id, market_id, region, locale, ids)
-- Products of the market by id, as the region sees them; hidden ones left out, sold-out ones kept.
select told.*, price_description
from goods(:tenant_id, :market_id, :region::text, :locale, :ids::text[])
cross join lateral told(p, m, l);

-- name: list_products(tenant_id, market_id, region, locale, search, filter, after, first)
-- One page of the market's products by id, after the product `after`, as the region sees them.
select told.*, r.price_description
from product_market m
join product p using (tenant_id, product_id)
left join product_region r on r.tenant_id = m.tenant_id and r.market_id = m.market_id and r.region = :region::text
                          and r.product_id = m.product_id
cross join lateral (select case when r.product_id is null then m else in_region(m, r) end as m) as offer
left join product_locale l on l.tenant_id = m.tenant_id and l.product_id = m.product_id and l.locale = :locale
cross join lateral told(p, offer.m, l)
where m.tenant_id = :tenant_id and m.market_id = :market_id and (:after::text is null or m.product_id > :after::text)
  and is_visible(p)
  and (:search::text is null or p.search_text @@ websearch_to_tsquery('simple', :search::text)
       or l.search_text @@ websearch_to_tsquery('simple', :search::text))
  and matches_filter(p, offer.m, jsonb_populate_record(null::product_filter, :filter::jsonb))
order by m.product_id
limit :first;

-- name: count_products(tenant_id, market_id, region, locale, search, filter)
-- How many products list_products would give in all.
select count(*) as products
from product_market m
join product p using (tenant_id, product_id)
left join product_region r on r.tenant_id = m.tenant_id and r.market_id = m.market_id and r.region = :region::text
                          and r.product_id = m.product_id
cross join lateral (select case when r.product_id is null then m else in_region(m, r) end as m) as offer
left join product_locale l on l.tenant_id = m.tenant_id and l.product_id = m.product_id and l.locale = :locale
where m.tenant_id = :tenant_id and m.market_id = :market_id
  and is_visible(p)
  and (:search::text is null or p.search_text @@ websearch_to_tsquery('simple', :search::text)
       or l.search_text @@ websearch_to_tsquery('simple', :search::text))
  and matches_filter(p, offer.m, jsonb_populate_record(null::product_filter, :filter::jsonb));

-- name: fault(tenant_id, market_id, product_id)
-- Why a product is shown to nobody in this market now; null where it may be.
select case when p.hidden then 'HIDDEN'
            when p.valid_from > now() then 'NOT_YET_VALID'
            when p.valid_to <= now() then 'NO_LONGER_VALID'
            when m.product_id is null then 'NOT_IN_MARKET' end as code
from product p
left join product_market m on m.tenant_id = p.tenant_id and m.market_id = :market_id and m.product_id = p.product_id
where p.tenant_id = :tenant_id and p.product_id = :product_id;
