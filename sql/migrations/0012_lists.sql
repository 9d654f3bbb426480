-- Lists, preferences, regions and search, as they are told and read: who shares what is known of whom, the words there are, exact counts.

-- Under which names a visitor's preferences and sights are kept: their own, the users that a session belongs to, a user's last sessions.
create function kin(tenant text, owners text[]) returns text[] language sql stable parallel safe as $$
    select array(
        select unnest(owners)
        union
        select 'u:' || l.user_id from session_link l
        where l.tenant_id = tenant
          and l.session_id = any (array(select substr(own, 3) from unnest(owners) as own where own like 's:%'))
        union
        (select 's:' || l.session_id from session_link l
         where l.tenant_id = tenant
           and l.user_id = any (array(select substr(own, 3) from unnest(owners) as own where own like 'u:%'))
         order by l.linked_at desc
         limit 5))
$$;

-- The newest sights of an owner are found by their age.
create index recent_sight_age on recent_sight (tenant_id, owner, seen_at desc);

-- Products that came after a release are found by their age.
create index product_created on product (tenant_id, created_at);

-- Where a batch of a catalog waits; with what differs in regions.
create or replace function stage_catalog() returns void language plpgsql as $$
begin
    if to_regclass('pg_temp.staged_product') is null then
        create temp table staged_product on commit delete rows as
            select 0 as number, tenant_id, product_id, group_id, sku, title, description, brand, genre, item_type, category_ids,
                   image_urls, page_url, rating, review_count, attributes, hidden, valid_from, valid_to
            from product with no data;
        create temp table staged_offer on commit delete rows as
            select 0 as number, tenant_id, market_id, product_id, price_minor, sale_price_minor, available, quantity, title, page_url
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

-- The letters of a word in the order of the alphabet: what stays when two of them change places.
create function sorted_letters(word text) returns text language sql immutable parallel safe as $$
    select string_agg(letter, '' order by letter collate "C") from unnest(string_to_array(word, null)) as letter
$$;

-- Every word of a title, a brand or a category's name: what a misspelled word of a search may have meant. A word stays when the
-- last product that has it goes: it then leads to nothing.
create table search_word (
    tenant_id text not null references tenant on delete cascade,
    word      text not null,
    letters   text not null generated always as (sorted_letters(word)) stored,
    primary key (tenant_id, word)
);
create index search_word_sorted on search_word (tenant_id, letters);
create index search_word_letters on search_word using gin (word gin_trgm_ops);

create function learn_words() returns trigger language plpgsql as $$
begin
    execute format(
        'insert into search_word (tenant_id, word)
         select distinct told.tenant_id, said
         from told, unnest(tsvector_to_array(to_tsvector(''simple'', %s))) as each (said)
         where length(said) between 2 and 64
           and not exists (select from search_word known where known.tenant_id = told.tenant_id and known.word = said)
         order by 1, 2
         on conflict do nothing', tg_argv[0]);
    return null;
end $$;

create function watch_words(watched regclass, words text) returns void language plpgsql as $$
begin
    execute format('create trigger learn_on_insert after insert on %s referencing new table as told
                    for each statement execute function learn_words(%L)', watched, words);
    execute format('create trigger learn_on_update after update on %s referencing new table as told
                    for each statement execute function learn_words(%L)', watched, words);
end $$;

select watch_words('product', 'concat_ws('' '', told.title, told.brand)'), watch_words('product_locale', 'coalesce(told.title, '''')'),
       watch_words('product_market', 'coalesce(told.title, '''')'), watch_words('category', 'told.name');
insert into search_word (tenant_id, word)
select tenant_id, word
from (select tenant_id, concat_ws(' ', title, brand) as words from product
      union all select tenant_id, title from product_locale where title is not null
      union all select tenant_id, title from product_market where title is not null
      union all select tenant_id, name from category) as told,
     unnest(tsvector_to_array(to_tsvector('simple', words))) as word
where length(word) between 2 and 64
on conflict do nothing;

-- Titles are looked through first, by their words; their letters no more.
drop index product_title_letters;
create index product_title_words on product using gin (to_tsvector('simple', title));

-- The words of a search; null where it only says what it does not want, or nothing.
create function search_query(term text) returns tsquery language sql immutable parallel safe as $$
    select case when querytree(websearch_to_tsquery('simple', term)) in ('', 'T') then null else websearch_to_tsquery('simple', term) end
$$;

-- What a search may have meant: for each word that is not written like one there is, those with the same letters, else those that look
-- like it. Null where a word looks like none, or nothing is to be mended. What the search leaves out (-without) stays out.
create function likely_query(tenant text, term text) returns tsquery language sql stable parallel safe as $$
    with meant as (
        select word.said,
               coalesce((select array[known.word] from search_word known where known.tenant_id = tenant and known.word = word.said),
                        (select array_agg(known.word)
                         from search_word known
                         where known.tenant_id = tenant and known.letters = sorted_letters(word.said)),
                        (select array_agg(alike.word)
                         from (select known.word from search_word known
                               where known.tenant_id = tenant and known.word % word.said
                               order by similarity(known.word, word.said) desc, known.word
                               limit 5) as alike)) as words
        from unnest(tsvector_to_array(to_tsvector('simple', regexp_replace(term, '(^|\s)-("[^"]*"|\S+)', ' ', 'g')))) as word (said)
        limit 10
    ), written as (
        select string_agg((
                   select '(' || string_agg('''' || replace(replace(each, '\', '\\'), '''', '''''') || '''', '|') || ')'
                   from unnest(words) as each), '&') as query
        from meant
        having bool_and(words is not null) and bool_or(words <> array[said])
    ), left_out as (
        select string_agg(found[2], ' or ') as words from regexp_matches(term, '(^|\s)-("[^"]*"|\S+)', 'g') as found
    )
    select case when words is null then query::tsquery else query::tsquery && !!websearch_to_tsquery('simple', words) end
    from written, left_out
$$;

-- The categories whose names a search matches, with all below them.
create function shelves_named(tenant text, query tsquery) returns text[] language sql stable parallel safe as $$
    with recursive shelf as (
        select category_id from category where tenant_id = tenant and to_tsvector('simple', name) @@ query
        union
        select below.category_id from shelf join category below on below.tenant_id = tenant and below.parent_id = shelf.category_id
    )
    select array(select category_id from shelf)
$$;

-- Bounds for ranges that hold about as many values each, as round as they can be without two of them becoming one.
create function round_bounds(values_at double precision[]) returns double precision[] language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct rounded order by rounded), '{}')
    from (
        select case when gap > 0 then round(at / unit.size) * unit.size else at end as rounded
        from (
            select at, least(lead(at) over (order by at) - at, at - lag(at) over (order by at)) as gap
            from (select distinct unnest(values_at) as at) as each
        ) spaced
        cross join lateral (select case when gap > 0 then power(10::float8, floor(log(gap::numeric)::float8)) end as size) as unit
    ) as neat
$$;

-- Exact counts of what an ask admits among the market's products that may be shown and are available: in all, and by the facets
-- [{field, kind, count, ranges, maxRanges}]. `term`: only what the words match. Written and planned anew at each call, as newest_products
-- is. A category is counted as the list of categories that products name: who asks adds up the tree.
create function count_products(
    tenant text, market text, language text, region text, tests product_filter[], ask page_ask, term text, facets jsonb
) returns jsonb language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
    offer text := case when region is null then 'm' else 'offer.m' end;
    columns text;
    told text;
    query tsquery := search_query(term);
    shelves text[];
    counted jsonb;
begin
    if term is not null then
        shelves := shelves_named(tenant, query);
        if shelves = '{}' and not exists (select from product p where p.tenant_id = tenant and p.search_text @@ query)
           and not exists (select from product_locale l where l.tenant_id = tenant and l.locale = language and l.search_text @@ query) then
            query := coalesce(likely_query(tenant, term), query);
            shelves := shelves_named(tenant, query);
        end if;
    end if;
    select string_agg(format('%s as f%s', facet_value(said ->> 'field', said ->> 'kind', offer), number), ', '),
           string_agg(facet_counts(said, number), ', ' order by number)
    into columns, told
    from jsonb_array_elements(facets) with ordinality as facet (said, number);
    execute 'with found as materialized (select ' || coalesce(columns, '1')
        || for_sale(region, sold_out => false)
        || case when term is null then '' else
           ' and p.product_id in (select product_id from product where tenant_id = $1 and search_text @@ $5
                                   union all select product_id from product where tenant_id = $1 and category_ids && $6
                                   union all select product_id from product_locale
                                             where tenant_id = $1 and locale = $7 and search_text @@ $5)' end
        || admission(ask, offer)
        || format(') select jsonb_build_object(''total'', (select count(*) from found), ''facets'', jsonb_build_array(%s))',
                  coalesce(told, ''))
        into counted using tenant, market, tests, region, query, shelves, language;
    return counted;
end $$;

-- What a facet counts of a product, as an expression: a text, or a list of them where the product may say several; a number for ranges.
create function facet_value(field text, kind text, offer text) returns text language sql immutable as $$
    select case
        when field = 'brand' then 'p.brand'
        when field = 'category' then 'to_jsonb(p.category_ids)'
        when field = 'price' then format('coalesce((%1$s).sale_price_minor, (%1$s).price_minor)', offer)
        when field = 'rating' then 'p.rating'
        when field = 'onSale' then format('coalesce((%1$s).sale_price_minor < (%1$s).price_minor, false)', offer)
        when field = 'itemType' then 'p.item_type'
        when field = 'genre' then 'p.genre'
        else format('p.attributes -> %L', substr(field, length('attributes.') + 1))
    end
$$;

-- The numbers of a facet over `found`, as a source with the column `v`; of an attribute those of its values that are numbers.
create function facet_numbers(field text, number bigint) returns text language sql immutable as $$
    select case when field like 'attributes.%' then format(
        '(select (value #>> ''{}'')::float8 as v
          from found, jsonb_array_elements(case jsonb_typeof(f%1$s) when ''array'' then f%1$s else ''[]'' end) as value
          where jsonb_typeof(value) = ''number'') as numbers', number)
    else format('(select f%1$s::float8 as v from found where f%1$s is not null) as numbers', number) end
$$;

-- How a facet is counted over `found`, as an expression that gives [{value, count}] or [{from, to, count}].
create function facet_counts(facet jsonb, number bigint) returns text language sql immutable as $$
    select case when facet ->> 'kind' = 'TERM' then
        case when facet ->> 'field' = 'category' or facet ->> 'field' like 'attributes.%' then format(
            '(select coalesce(jsonb_agg(jsonb_build_object(''values'', said, ''count'', products)), ''[]'')
              from (select f%1$s as said, count(*) as products from found where f%1$s is not null group by 1) each)', number)
        else format(
            '(select coalesce(jsonb_agg(jsonb_build_object(''values'', jsonb_build_array(said), ''count'', products)), ''[]'')
              from (select f%1$s as said, count(*) as products from found where f%1$s is not null group by 1 order by 2 desc, 1 limit %2$s) each)',
            number, (facet ->> 'count')::int) end
    when facet ->> 'kind' = 'RANGE' then format(
        '(select jsonb_agg((select count(*) from %3$s
                            where (said ->> ''from'' is null or v >= (said ->> ''from'')::float8)
                              and (said ->> ''to'' is null or v < (said ->> ''to'')::float8)) order by place)
          from jsonb_array_elements(%2$L::jsonb) with ordinality as range (said, place))',
        number, facet ->> 'ranges', facet_numbers(facet ->> 'field', number))
    else format(
        '(with bound as materialized (
              select round_bounds(percentile_disc(array(select n::float8 / %2$s from generate_series(1, %2$s - 1) n)) within group (order by v)) as at
              from %3$s)
          select jsonb_build_object(''bounds'', (select to_jsonb(at) from bound), ''counts'', coalesce((
              select jsonb_object_agg(bucket, products)
              from (select width_bucket(v, (select at from bound)) as bucket, count(*) as products from %3$s group by 1) each), ''{}'')))',
        number, (facet ->> 'maxRanges')::int, facet_numbers(facet ->> 'field', number))
    end
$$;
