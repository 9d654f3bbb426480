-- name: count(tenant_id, market_id, locale, region, tests, questions)
-- How many products each question admits, in all and by facets: `questions` are [{ask, term, facets}], `tests` those of the page's read.
with test as materialized (
    select number, jsonb_populate_record(null::product_filter, told || coalesce(band.prices, '{}')) as filter
    from jsonb_array_elements(:tests::jsonb) with ordinality as tests (told, number)
    left join lateral (
        select jsonb_build_object('min_price', ceil(price * (told ->> 'from_share')::float8),
                                  'max_price', floor(price * (told ->> 'to_share')::float8)) as prices
        from product_market seed
        cross join lateral (select coalesce(seed.sale_price_minor, seed.price_minor) as price) as now
        where told ? 'seed_product_id' and seed.tenant_id = :tenant_id and seed.market_id = :market_id
          and seed.product_id = told ->> 'seed_product_id'
    ) band on true
)
select count_products(:tenant_id, :market_id, :locale, :region::text, (select array_agg(filter order by number) from test),
                      jsonb_populate_record(null::page_ask, told -> 'ask'), told ->> 'term', told -> 'facets') as counted
from jsonb_array_elements(:questions::jsonb) with ordinality as questions (told, number)
order by number;
