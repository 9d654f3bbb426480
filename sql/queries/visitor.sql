-- name: look_back(tenant_id, market_id, locale, session_id, user_id, visitor_id, kinds, values, history, rotation, terms, curated, product_ids, category_ids, lists, strangers)
-- What a page reads before it asks memory: who it is that asks, by whichever id; what they did last, in this session as far as it is
-- theirs, as this user, and in the sessions linked to the user; what they saw and did not click; what the words of each search term
-- match; the lists that the shop computed for this page; the own categories of products that are too new for memory to know them.
-- A session without a user opens its own history and no other. Nothing is read of a hidden user.
with asker as materialized (
    select who_asks(:tenant_id, :user_id, :session_id, :visitor_id, :kinds::text[], :values::text[]) as user_id
), me as materialized (
    select user_id, person, whole_of(:tenant_id, person) as whole, user_id is null or not coalesce((
               select hidden from shop_user u where u.tenant_id = :tenant_id and u.user_id = asker.user_id), false) as shown
    from asker
    cross join lateral (select coalesce(user_id, user_of(:tenant_id, :session_id, null, now())) as person) as present
), owner as materialized (
    select 's:' || session_id as owner, session_id, not exists (
               select from session_link l
               where l.tenant_id = :tenant_id and l.session_id = own.session_id
                 and (l.unlinked_at is not null or me.person is null or l.user_id <> all (me.whole))) as undivided
    from me
    cross join lateral (
        select :session_id::text as session_id
        union
        (select l.session_id
         from session_link l
         where l.tenant_id = :tenant_id and me.user_id is not null and l.user_id = any (me.whole) and is_linked(l)
         order by l.linked_at desc
         limit 5)) as own
    where shown and session_id is not null and (:history::boolean or :rotation::boolean)
    union all
    select 'u:' || named, null, true from me cross join lateral unnest(me.whole) as named where shown and user_id is not null
), done as (
    select happened_at, type, product_id
    from me
    cross join owner o
    join recent_event r on r.tenant_id = :tenant_id and r.owner = o.owner
    where :history::boolean
      and case when o.session_id is null then true
               when o.undivided then r.user_id is null or r.user_id = any (me.whole)
               else concerns(:tenant_id, me.person, o.session_id, r.user_id, r.happened_at) end
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
    select list_id, product_ids, scores, seed_product_id, seed_category_id, case when user_id is not null then asker end as user_id
    from curated_list
    cross join (select user_id as asker, case when shown and user_id is not null then whole end as mine from me) as asking
    where :curated::boolean and tenant_id = :tenant_id and (market_id is null or market_id = :market_id)
      and (valid_from is null or valid_from <= now()) and (valid_to is null or valid_to > now())
      and (user_id is null or user_id = any (asking.mine))
      and (list_id = any (:lists::text[]) or seed_product_id = any (:product_ids::text[])
           or seed_category_id = any (:category_ids::text[]) or user_id = any (asking.mine))
    order by list_id
    limit 50
)
select 'event' as part, type as name, product_id, null::float8 as amount, happened_at, null::text as category_id, null::text as user_id
from done
union all
select 'sight', null, product_id, sum(sights), null, null, null
from me
cross join owner o
join recent_sight r on r.tenant_id = :tenant_id and r.owner = o.owner
where :rotation::boolean and (o.undivided or concerns(:tenant_id, me.person, o.session_id, null, r.seen_at))
group by product_id
union all
select 'user', null, null, null, null, null, user_id from me where user_id is not null
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
