-- name: count(tenant_id, market_id, locale, region, tests, questions)
-- How many products each question admits, in all and by facets: `questions` are [{ask, term, facets}], `tests` those of the page's read.
with test as materialized (
    select number, filter from checks(:tenant_id, :market_id, :tests::jsonb)
)
select count_products(:tenant_id, :market_id, :locale, :region::text, (select array_agg(filter order by number) from test),
                      jsonb_populate_record(null::page_ask, told -> 'ask'), told ->> 'term', told -> 'facets') as counted
from jsonb_array_elements(:questions::jsonb) with ordinality as questions (told, number)
order by number;
