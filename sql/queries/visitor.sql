-- name: look_back(tenant_id, market_id, locale, session_id, user_id, history, rotation, terms, curated, product_ids, category_ids, lists, strangers)
-- What a page reads before it asks memory: what the visitor did last, in this session, as this user, and in the sessions linked to the
-- user; what they saw and did not click; what the words of each search term match; the lists that the shop
-- computed for this page; the own categories of products that are too new for memory to know them.
with owner as materialized (
    select 's:' || :session_id::text as owner where :session_id::text is not null
    union all
    select 'u:' || :user_id::text where :user_id::text is not null
    union all
    (select 's:' || session_id from session_link
     where tenant_id = :tenant_id and user_id = :user_id::text
     order by linked_at desc limit 5)
), done as (
    select happened_at, type, product_id
    from recent_event
    where :history::boolean and tenant_id = :tenant_id and owner in (select owner from owner)
    group by happened_at, type, product_id, event_id, line
    order by happened_at desc, event_id, line
    limit 50
), asked as materialized (
    select number, term, search_query(term) as query
    from unnest(:terms::text[]) with ordinality as asked (term, number)
), matched as (
    select asked.number, hit.product_id, hit.score
    from asked
    cross join lateral (
        with titled as materialized (
            select p.product_id, 1 + ts_rank(p.search_text, asked.query) as score
            from product p join product_market m on m.tenant_id = p.tenant_id and m.market_id = :market_id and m.product_id = p.product_id
            where p.tenant_id = :tenant_id and to_tsvector('simple', p.title) @@ asked.query and is_visible(p)
            limit 300
        ), worded as materialized (
            (select p.product_id, 1 + ts_rank(p.search_text, asked.query) as score
             from product p join product_market m on m.tenant_id = p.tenant_id and m.market_id = :market_id and m.product_id = p.product_id
             where (select count(*) from titled) < 300 and p.tenant_id = :tenant_id and p.search_text @@ asked.query and is_visible(p)
             limit 300)
            union all
            (select l.product_id, 1 + ts_rank(l.search_text, asked.query)
             from product_locale l
             join product p using (tenant_id, product_id)
             join product_market m on m.tenant_id = p.tenant_id and m.market_id = :market_id and m.product_id = p.product_id
             where l.tenant_id = :tenant_id and l.locale = :locale and l.search_text @@ asked.query and is_visible(p)
             limit 300)
            union all
            (select p.product_id, 0.9
             from product p join product_market m on m.tenant_id = p.tenant_id and m.market_id = :market_id and m.product_id = p.product_id
             where (select count(*) from titled) < 300 and p.tenant_id = :tenant_id
               and p.category_ids && (select shelves_named(:tenant_id, asked.query)) and is_visible(p)
             limit 300)
        ), likely as materialized (
            select likely_query(:tenant_id, asked.term) as query
            where (select count(*) from titled) + (select count(*) from worded) < 50
        ), alike as (
            (select p.product_id, 0.5 + 0.3 * ts_rank(p.search_text, likely.query) as score
             from likely
             join product p on p.tenant_id = :tenant_id and p.search_text @@ likely.query
             join product_market m on m.tenant_id = p.tenant_id and m.market_id = :market_id and m.product_id = p.product_id
             where is_visible(p)
             limit 300)
            union all
            (select l.product_id, 0.5 + 0.3 * ts_rank(l.search_text, likely.query)
             from likely
             join product_locale l on l.tenant_id = :tenant_id and l.locale = :locale and l.search_text @@ likely.query
             join product p using (tenant_id, product_id)
             join product_market m on m.tenant_id = p.tenant_id and m.market_id = :market_id and m.product_id = p.product_id
             where is_visible(p)
             limit 300)
            union all
            (select p.product_id, 0.4
             from likely
             join product p on p.tenant_id = :tenant_id and p.category_ids && shelves_named(:tenant_id, likely.query)
             join product_market m on m.tenant_id = p.tenant_id and m.market_id = :market_id and m.product_id = p.product_id
             where is_visible(p)
             limit 300)
        )
        select product_id, max(score) as score
        from (table titled union all table worded union all table alike) as found
        group by product_id
        order by 2 desc, 1
        limit 300
    ) as hit
), listed as (
    select list_id, product_ids, scores, seed_product_id, seed_category_id, user_id
    from curated_list
    where :curated::boolean and tenant_id = :tenant_id and (market_id is null or market_id = :market_id)
      and (valid_from is null or valid_from <= now()) and (valid_to is null or valid_to > now())
      and (user_id is null or user_id = :user_id::text)
      and (list_id = any (:lists::text[]) or seed_product_id = any (:product_ids::text[])
           or seed_category_id = any (:category_ids::text[]) or user_id = :user_id::text)
    order by list_id
    limit 50
)
select 'event' as part, type as name, product_id, null::float8 as amount, happened_at, null::text as category_id, null::text as user_id
from done
union all
select 'sight', null, product_id, sum(sights), null, null, null
from recent_sight
where :rotation::boolean and tenant_id = :tenant_id and owner in (select owner from owner)
group by product_id
union all
select 'found', number::text, product_id, score, null, null, null from matched
union all
select 'reason', list_id, seed_product_id, null, null, seed_category_id, user_id from listed
union all
select 'list', list_id, each.product_id, each.score, null, null, null
from listed cross join lateral unnest(product_ids, scores) as each (product_id, score)
union all
select 'shelf', category_ids[1], product_id, null, null, null, null
from product
where tenant_id = :tenant_id and product_id = any (:strangers::text[]) and cardinality(category_ids) > 0;
